#include "engine/expr/document_fields.h"

#include "engine/bson/hash.h"

namespace cairn::expr {
namespace {

// So few names are compared one after the other.
constexpr std::size_t kFewFields = 8;
constexpr std::size_t kMostFieldsKept = 64 * 1024;

std::uint32_t hash_of(std::string_view name) {
  return static_cast<std::uint32_t>(hash_bytes(name));
}

}  // namespace

// What the thread's last one left.
struct SpareFields {
  static std::vector<Element>& of_thread() {
    thread_local std::vector<Element> fields;
    return fields;
  }
};

DocumentFields::DocumentFields() {
  fields_.swap(SpareFields::of_thread());
  fields_.clear();
}

DocumentFields::~DocumentFields() {
  if (fields_.capacity() <= kMostFieldsKept) fields_.swap(SpareFields::of_thread());
}

void DocumentFields::set(std::string_view name, ValueView value) {
  if (slots_.empty()) {
    for (Element& field : fields_) {
      if (field.name != name) continue;
      field.value = value;
      return;
    }
    fields_.push_back({name, value});
    if (fields_.size() > kFewFields) grow();
    return;
  }
  const std::size_t slot = find(name, hash_of(name));
  if (slots_[slot] != 0) {
    fields_[slots_[slot] - 1].value = value;
    return;
  }
  fields_.push_back({name, value});
  slots_[slot] = static_cast<std::uint32_t>(fields_.size());
  if (fields_.size() * 2 > slots_.size()) grow();
}

std::size_t DocumentFields::find(std::string_view name, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at] != 0 && fields_[slots_[at] - 1].name != name) at = (at + 1) & mask;
  return at;
}

void DocumentFields::grow() {
  slots_.assign(slots_.empty() ? kFewFields * 4 : slots_.size() * 2, 0);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    slots_[find(fields_[i].name, hash_of(fields_[i].name))] = static_cast<std::uint32_t>(i + 1);
  }
}

ValueView DocumentFields::build(Evaluation& evaluation) const {
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  for (const Element& field : fields_) builder.append(field.name, field.value);
  builder.finish();
  return Evaluation::document(bytes);
}

}  // namespace cairn::expr
