// $shift: an expression's value for the document so many places away.
#include <fmt/format.h>

#include "engine/aggregate/window_function.h"

namespace cairn::aggregate {
namespace {

struct Shift {
  expr::ExpressionPtr output;
  std::int64_t by = 0;
  Value otherwise = Value::null();  // where there is no such document, or no value
};

class ShiftState final : public WindowState {
 public:
  explicit ShiftState(const Shift& shift) : shift_(shift) {}
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    const auto at = static_cast<__int128>(i) + shift_.by;
    if (at < 0 || at >= static_cast<__int128>(partition.size())) return shift_.otherwise.view();
    CAIRN_ASSIGN_OR_RETURN(
        const ValueView value,
        evaluate_at(*shift_.output, partition, static_cast<std::size_t>(at), evaluation_));
    return value.missing() ? shift_.otherwise.view() : out.copy(value);
  }

 private:
  const Shift& shift_;
  expr::Evaluation evaluation_;
};

class ShiftFunction final : public WindowFunction {
 public:
  explicit ShiftFunction(Shift shift) : shift_(std::move(shift)) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    return std::unique_ptr<WindowState>(std::make_unique<ShiftState>(shift_));
  }

 private:
  Shift shift_;
};

Status parse_field(const Element& field, const expr::Scope& scope, Shift& shift, bool& by_given) {
  if (field.name == "output") {
    CAIRN_ASSIGN_OR_RETURN(shift.output, expr::parse_expression(field.value, scope));
    return Status();
  }
  if (field.name == "by") {
    const auto by = field.value.is_number() ? field.value.to_int64_exact() : std::nullopt;
    if (!by || *by > INT32_MAX || *by < INT32_MIN) {
      return window_error(fmt::format("'$shift:by' field must be an integer, but found  by: {}",
                                      to_json(field.value)));
    }
    shift.by = *by;
    by_given = true;
    return Status();
  }
  if (field.name != "default") return window_error("Unknown argument in $shift");
  CAIRN_ASSIGN_OR_RETURN(const expr::ExpressionPtr expression,
                         expr::parse_expression(field.value, scope));
  if (expression->constant() == nullptr) {
    return window_error("'$shift:default' expression must yield a constant value.");
  }
  shift.otherwise = *expression->constant();
  return Status();
}

Result<WindowFunctionPtr> parse_shift(const WindowCall& call) {
  if (call.order == nullptr) return window_error("'$shift' requires a sortBy");
  if (call.window) return window_error("$shift does not accept a 'window' field");
  if (!call.argument.is_document()) return window_error("Argument to $shift must be an object");
  Shift shift;
  bool by_given = false;
  for (const Element& field : call.argument.as_document()) {
    CAIRN_RETURN_IF_ERROR(parse_field(field, call.scope, shift, by_given));
  }
  if (!by_given) return window_error("$shift requires 'by' as an integer value.");
  if (shift.output == nullptr) return window_error("$shift requires an 'output' expression.");
  return WindowFunctionPtr(std::make_unique<ShiftFunction>(std::move(shift)));
}

}  // namespace

extern const WindowFunctionRow row_shift{"$shift", parse_shift};

}  // namespace cairn::aggregate
