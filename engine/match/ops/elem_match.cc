// $elemMatch: one element of an array satisfies everything: a filter over documents, or operators
// over values.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

// Runs `matches` over the elements until one is accepted.
template <typename Matches>
bool any_element(ValueView value, Trace& trace, const Matches& matches) {
  if (!value.is_array()) return false;
  std::int32_t index = 0;
  for (const Element& element : value.as_document()) {
    if (trace.stops()) return false;
    if (matches(element.value)) {
      trace.array_index = index;
      return true;
    }
    ++index;
  }
  return false;
}

class ElemMatchDocument final : public ValueTest {
 public:
  explicit ElemMatchDocument(NodePtr filter) : filter_(std::move(filter)) {}
  bool test(ValueView value, Trace& trace) const override {
    return any_element(value, trace, [&](ValueView element) {
      if (!element.is_document() && !element.is_array()) return false;
      return trace.apart(
          [&](Trace& inner) { return filter_->matches(element.as_document(), inner); });
    });
  }
  LeafArray leaf_array() const override { return LeafArray::kWhole; }

 private:
  NodePtr filter_;
};

class ElemMatchValue final : public ValueTest {
 public:
  explicit ElemMatchValue(Tests tests) : tests_(std::move(tests)) {}
  bool test(ValueView value, Trace& trace) const override {
    return any_element(value, trace, [&](ValueView element) {
      return trace.apart([&](Trace& inner) { return passes(tests_, element, inner); });
    });
  }
  LeafArray leaf_array() const override { return LeafArray::kWhole; }

 private:
  Tests tests_;
};

// `{$gt: 1}` asks of values; `{a: 1}`, `{$or: […]}` and `{}` ask of documents.
bool asks_of_values(DocumentView argument) {
  if (argument.empty()) return false;
  const std::string_view first = argument.begin()->name;
  return first.starts_with('$') && find_clause(first) == nullptr;
}

Status parse_elem_match(ValueView argument, const ParseContext& context, Tests& tests) {
  if (!argument.is_document()) return {ErrorCode::kBadValue, "$elemMatch needs an Object"};
  const DocumentView condition = argument.as_document();
  ParseContext inner = context.inside();
  inner.whole_document = false;
  if (asks_of_values(condition)) {
    Tests of_values;
    CAIRN_RETURN_IF_ERROR(parse_operators(condition, inner, of_values));
    tests.push_back({std::make_unique<ElemMatchValue>(std::move(of_values))});
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(NodePtr filter, parse_filter(condition, inner));
  tests.push_back({std::make_unique<ElemMatchDocument>(std::move(filter))});
  return Status();
}

}  // namespace

extern const Operator row_elem_match{"$elemMatch", parse_elem_match};

}  // namespace cairn::match
