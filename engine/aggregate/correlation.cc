#include "engine/aggregate/correlation.h"

namespace cairn::aggregate {
namespace {

bool is_changing(std::string_view text, const expr::Bindings& bindings) {
  if (!text.starts_with("$$")) return false;
  const std::string_view name = text.substr(2, text.find('.') - 2);
  const expr::Bindings::Binding* binding = bindings.find(name);
  return binding != nullptr && !binding->constant;
}

}  // namespace

bool gives_the_same(DocumentView stages, const expr::Bindings& bindings) {
  for (const Element& element : stages) {
    if (element.name == "$rand" || element.name == "$sample" || element.name == "$sampleRate") {
      return false;
    }
    const ValueView value = element.value;
    if (value.is_string() && is_changing(value.as_string(), bindings)) return false;
    const bool nested = value.is_document() || value.is_array();
    if (nested && !gives_the_same(value.as_document(), bindings)) return false;
  }
  return true;
}

}  // namespace cairn::aggregate
