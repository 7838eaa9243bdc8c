#include "engine/expr/arrays.h"

namespace cairn::expr {
namespace {

constexpr std::size_t kMostKept = 64 * 1024;

std::vector<ValueView>& spare() {
  thread_local std::vector<ValueView> views;
  return views;
}

}  // namespace

ElementViews::ElementViews(DocumentView array) {
  views_.swap(spare());
  views_.clear();
  for (const Element& element : array) views_.push_back(element.value);
}

ElementViews::~ElementViews() {
  if (views_.capacity() <= kMostKept) views_.swap(spare());
}

ValueView build_array(std::span<const ValueView> values, Evaluation& evaluation) {
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  for (const ValueView value : values) builder.push(value);
  builder.finish();
  return Evaluation::array(bytes);
}

}  // namespace cairn::expr
