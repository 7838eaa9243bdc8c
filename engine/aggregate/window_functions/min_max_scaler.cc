// $minMaxScaler: a number scaled so that the window's least becomes `min` and its greatest `max`.
#include <fmt/format.h>

#include "engine/aggregate/sliding.h"
#include "engine/aggregate/window_number.h"
#include "engine/expr/window_extreme.h"

namespace cairn::aggregate {
namespace {

// The code of what is no number: MongoDB has one for windows that values leave, another for those
// from the partition's start.
int wrong_input_code(const WindowBounds& bounds) {
  return bounds.from_the_start() ? 10487001 : 10487000;
}

Status wrong_input(ValueView value, int code) {
  return {location(code),
          fmt::format("'input' argument to $minMaxScaler must evaluate to a numeric type, got: {}",
                      expr::type_of(value))};
}

// The least or greatest input of the window.
class ExtremeInput final : public SlidingFunction {
 public:
  ExtremeInput(const expr::Expression& input, expr::Extreme extreme, int wrong_input_code)
      : input_(input), extreme_(extreme), wrong_input_code_(wrong_input_code) {}
  Result<ValueView> argument(Partition&, std::size_t, expr::Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, input_.evaluate(evaluation));
    if (value.is_number()) return value;
    return wrong_input(value, wrong_input_code_);
  }
  Result<expr::RemovablePtr> removable(expr::Evaluation&) const override {
    return expr::RemovablePtr(std::make_unique<expr::WindowExtreme>(extreme_, nullptr));
  }

 private:
  const expr::Expression& input_;
  expr::Extreme extreme_;
  int wrong_input_code_;
};

struct Scale {
  Value least = Value::int32(0);
  Value greatest = Value::int32(1);
  int wrong_input_code = 0;
};

class ScalerState final : public WindowState {
 public:
  ScalerState(const expr::Expression& input, const Scale& scale, std::unique_ptr<WindowState> least,
              std::unique_ptr<WindowState> greatest)
      : input_(input), scale_(scale), least_(std::move(least)), greatest_(std::move(greatest)) {}
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, evaluate_at(input_, partition, i, evaluation_));
    if (!value.is_number()) {
      return wrong_input(value, scale_.wrong_input_code);
    }
    const WindowNumber number = WindowNumber::of(value);
    CAIRN_ASSIGN_OR_RETURN(const ValueView low, least_->value(partition, i, out));
    CAIRN_ASSIGN_OR_RETURN(const ValueView high, greatest_->value(partition, i, out));
    if (compare(low, high) == 0) return scale_.least.view();
    const WindowNumber from = WindowNumber::of(low);
    const WindowNumber to = WindowNumber::of(scale_.least);
    const WindowNumber share = (number - from) / (WindowNumber::of(high) - from);
    return out.copy((share * (WindowNumber::of(scale_.greatest) - to) + to).value());
  }
  std::size_t bytes() const override { return least_->bytes() + greatest_->bytes(); }

 private:
  const expr::Expression& input_;
  const Scale& scale_;
  std::unique_ptr<WindowState> least_;
  std::unique_ptr<WindowState> greatest_;
  expr::Evaluation evaluation_;
};

class Scaler final : public WindowFunction {
 public:
  Scaler(expr::ExpressionPtr input, Scale scale, const WindowBounds& bounds)
      : input_(std::move(input)),
        scale_(std::move(scale)),
        least_(sliding_window(
            std::make_unique<ExtremeInput>(*input_, expr::Extreme::kLeast, scale_.wrong_input_code),
            bounds)),
        greatest_(sliding_window(std::make_unique<ExtremeInput>(*input_, expr::Extreme::kGreatest,
                                                                scale_.wrong_input_code),
                                 bounds)) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    CAIRN_ASSIGN_OR_RETURN(std::unique_ptr<WindowState> least, least_->begin());
    CAIRN_ASSIGN_OR_RETURN(std::unique_ptr<WindowState> greatest, greatest_->begin());
    return std::unique_ptr<WindowState>(
        std::make_unique<ScalerState>(*input_, scale_, std::move(least), std::move(greatest)));
  }

 private:
  expr::ExpressionPtr input_;
  Scale scale_;
  WindowFunctionPtr least_;
  WindowFunctionPtr greatest_;
};

Result<Value> parse_end(const Element& field, const expr::Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const expr::ExpressionPtr expression,
                         expr::parse_expression(field.value, scope));
  if (expression->constant() != nullptr && expression->constant()->view().is_number()) {
    return *expression->constant();
  }
  return window_error(
      fmt::format("'{}' argument to $minMaxScaler must be a numeric constant", field.name));
}

struct Arguments {
  expr::ExpressionPtr input;
  Value least;
  Value greatest;
};

Result<Arguments> parse_arguments(DocumentView given, const expr::Scope& scope) {
  Arguments parsed;
  for (const Element& field : given) {
    if (field.name == "input") {
      CAIRN_ASSIGN_OR_RETURN(parsed.input, expr::parse_expression(field.value, scope));
    } else if (field.name != "min" && field.name != "max") {
      return Status(
          ErrorCode::kIDLUnknownField,
          fmt::format("BSON field 'root.$minMaxScaler.{}' is an unknown field.", field.name));
    }
  }
  if (parsed.input == nullptr) {
    return Status(ErrorCode::kIDLFailedToParse,
                  "BSON field 'root.$minMaxScaler.input' is missing but a required field");
  }
  if (given["min"].missing() != given["max"].missing()) {
    return window_error(
        "Only one of 'min' and 'max' were specified as an argument to "
        "$minMaxScaler. Neither or both must be specified");
  }
  for (const Element& field : given) {
    if (field.name == "min") {
      CAIRN_ASSIGN_OR_RETURN(parsed.least, parse_end(field, scope));
    } else if (field.name == "max") {
      CAIRN_ASSIGN_OR_RETURN(parsed.greatest, parse_end(field, scope));
    }
  }
  return parsed;
}

// The document itself must be in its window.
Status check_holds_current(const WindowBounds& bounds) {
  if (!bounds.lower.missing() && bounds.lower.view().to_double() > 0) {
    return window_error(fmt::format(
        "Lower specified bound cannot be greater than 0 (the current doc), as $minMaxScaler must "
        "ensure that the current document being processed is always within the configured window. "
        "Lower specified bound = {:f}",
        bounds.lower.view().to_double()));
  }
  if (!bounds.upper.missing() && bounds.upper.view().to_double() < 0) {
    return window_error(fmt::format(
        "Upper specified bound cannot be less than 0 (the current doc), as $minMaxScaler must "
        "ensure that the current document being processed is always within the configured window. "
        "Upper specified bound = {:f}",
        bounds.upper.view().to_double()));
  }
  return Status();
}

Result<WindowFunctionPtr> parse_min_max_scaler(const WindowCall& call) {
  if (!call.argument.has_value()) {
    return Status(ErrorCode::kIDLFailedToParse,
                  "BSON field 'root.$minMaxScaler' is missing but a required field");
  }
  if (!call.argument.is_document()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("BSON field 'root.$minMaxScaler' is the wrong type '{}', expected "
                              "type 'object'",
                              expr::type_of(call.argument)));
  }
  CAIRN_ASSIGN_OR_RETURN(Arguments parsed,
                         parse_arguments(call.argument.as_document(), call.scope));
  Scale scale;
  if (!parsed.least.missing()) {
    scale = {.least = std::move(parsed.least), .greatest = std::move(parsed.greatest)};
  }
  if (compare(scale.least, scale.greatest) >= 0) {
    return window_error(
        "the 'max' must be strictly greater than 'min', as arguments to $minMaxScaler");
  }
  CAIRN_ASSIGN_OR_RETURN(const WindowBounds bounds, bounds_of(call));
  CAIRN_RETURN_IF_ERROR(check_holds_current(bounds));
  scale.wrong_input_code = wrong_input_code(bounds);
  return WindowFunctionPtr(
      std::make_unique<Scaler>(std::move(parsed.input), std::move(scale), bounds));
}

}  // namespace

extern const WindowFunctionRow row_min_max_scaler{"$minMaxScaler", parse_min_max_scaler};

}  // namespace cairn::aggregate
