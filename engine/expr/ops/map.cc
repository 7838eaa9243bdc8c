// $map: an array of what an expression gives for each element of another.
#include "engine/expr/array_loop.h"

#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kAs, kIn };
constexpr NamedArgument kArguments[] = {{"input", {16880, "Missing 'input' parameter to $map"}},
                                        {"as"},
                                        {"in", {16882, "Missing 'in' parameter to $map"}}};
constexpr NamedShape kShape{.not_object = {16878, "$map only supports an object as its argument"},
                            .unknown = {16879, "Unrecognized parameter to $map: {}"},
                            .arguments = kArguments};

constexpr Complaint kNotArray{16883, "input to $map must be an array not {}"};

class Map final : public ArrayLoop {
 public:
  explicit Map(Parts parts) : ArrayLoop(std::move(parts), kNotArray) {}

 protected:
  Result<ValueView> over(DocumentView array, Evaluation& evaluation) const override {
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    const Evaluation::Mark mark = evaluation.mark();
    for (const Element& element : array) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, value_for(element.value, evaluation));
      builder.push(value.missing() ? Evaluation::null() : value);
      evaluation.release(mark);
    }
    builder.finish();
    return Evaluation::array(bytes);
  }
};

Result<ExpressionPtr> parse_map(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  CAIRN_ASSIGN_OR_RETURN(ArrayLoop::Parts parts,
                         ArrayLoop::parse(fields[kInput], fields[kAs], fields[kIn], scope));
  return ExpressionPtr(std::make_unique<Map>(std::move(parts)));
}

}  // namespace

extern const Operator row_map{.name = "$map", .parse = parse_map, .folded = false};

}  // namespace cairn::expr
