// $mergeObjects: one document of the fields of all; later values replace earlier ones in their
// places.
#include <fmt/format.h>

#include "engine/expr/accumulator.h"

namespace cairn::expr {
namespace {

class MergeOf final : public AccumulatorOf<Document> {
 public:
  using AccumulatorOf::AccumulatorOf;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (!value.has_value()) return Status();
    if (!value.is_document()) {
      return {location(40400),
              fmt::format("$mergeObjects requires object inputs, but input {} is of type {}",
                          to_json(value), type_of(value))};
    }
    Document& merged = of(state);
    const std::size_t before = merged.bytes().capacity();
    merge_into(merged, value.as_document());
    bytes += merged.bytes().capacity() - before;
    return check_state_bytes("$mergeObjects", merged.bytes().size());
  }
  Result<ValueView> result(const void* state, Evaluation&) const override {
    return of(state).view().as_value();
  }
  void save(const void* state, std::string& out) const override { out.append(of(state).bytes()); }
  Status merge(void* state, std::string_view saved, std::size_t& bytes) const override {
    return add(state, DocumentView(reinterpret_cast<const std::uint8_t*>(saved.data())).as_value(),
               bytes);
  }

 private:
  static void merge_into(Document& merged, DocumentView later) {
    if (later.empty()) return;
    DocumentBuilder builder;
    for (const Element& field : merged) {
      const ValueView newer = later.find(field.name);
      builder.append(field.name, newer.missing() ? field.value : newer);
    }
    for (const Element& field : later) {
      if (merged[field.name].missing()) builder.append(field.name, field.value);
    }
    merged = builder.take();
  }
};

Result<AccumulatorPtr> parse_merge_objects(const AccumulatorArgument& argument,
                                           const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<MergeOf>(std::move(expression)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_merge_objects{"$mergeObjects", parse_merge_objects};
}  // namespace accumulators

}  // namespace cairn::expr
