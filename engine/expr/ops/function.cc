// $function: JavaScript on the server, which Cairn does not run: refused as by a MongoDB whose
// JavaScript is disabled.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

class Function final : public Expression {
 public:
  using Expression::Expression;

  Result<ValueView> evaluate(Evaluation&) const override {
    return Status(location(31264),
                  "Cannot run server-side javascript without the javascript engine enabled");
  }
  bool pure() const override { return false; }
};

Result<ExpressionPtr> parse_function(ValueView argument, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(
        location(31260),
        fmt::format("$function requires an object as an argument, found: {}", type_of(argument)));
  }
  const DocumentView named = argument.as_document();
  const ValueView body = named["body"];
  if (body.missing()) return Status(location(31261), "The body function must be specified.");
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr code, parse_expression(body, scope));
  const Value* constant = code->constant();
  const BsonType type = constant == nullptr ? BsonType::kEnd : constant->type();
  if (type != BsonType::kString && type != BsonType::kCode) {
    return Status(location(31262), "The body function must evaluate to type string or code");
  }
  const ValueView arguments = named["args"];
  if (arguments.missing()) return Status(location(31263), "The args field must be specified.");
  Operands operands;
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr list, parse_expression(arguments, scope));
  operands.push_back(std::move(list));
  const ValueView language = named["lang"];
  if (language.missing()) return Status(location(31418), "The lang field must be specified.");
  if (!language.is_string() || language.as_string() != "js") {
    return Status(location(31419), "Currently the only supported language specifier is 'js'.");
  }
  return ExpressionPtr(std::make_unique<Function>(std::move(operands)));
}

}  // namespace

extern const Operator row_function{.name = "$function", .parse = parse_function};

}  // namespace cairn::expr
