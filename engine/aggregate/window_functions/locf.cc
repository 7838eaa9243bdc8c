// $locf: the last value that is neither null nor missing, carried forward.
#include "engine/aggregate/window_function.h"
#include "engine/expr/held_value.h"

namespace cairn::aggregate {
namespace {

class LocfState final : public WindowState {
 public:
  explicit LocfState(const expr::Expression& expression) : expression_(expression) {}
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation&) override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value,
                           evaluate_at(expression_, partition, i, evaluation_));
    if (value.has_value()) last_.assign(value);
    return last_.missing() ? expr::Evaluation::null() : last_.view();
  }

 private:
  const expr::Expression& expression_;
  expr::Evaluation evaluation_;
  expr::HeldValue last_;
};

class LocfFunction final : public WindowFunction {
 public:
  explicit LocfFunction(expr::ExpressionPtr expression) : expression_(std::move(expression)) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    return std::unique_ptr<WindowState>(std::make_unique<LocfState>(*expression_));
  }

 private:
  expr::ExpressionPtr expression_;
};

Result<WindowFunctionPtr> parse_locf(const WindowCall& call) {
  if (call.window) return window_error("'window' field is not allowed in $locf");
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr expression,
                         expr::parse_expression(call.argument, call.scope));
  return WindowFunctionPtr(std::make_unique<LocfFunction>(std::move(expression)));
}

}  // namespace

extern const WindowFunctionRow row_locf{"$locf", parse_locf};

}  // namespace cairn::aggregate
