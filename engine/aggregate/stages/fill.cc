// $fill: null and missing fields get a value, the last one before, or one on the line between their
// neighbours.
#include <fmt/format.h>

#include "engine/aggregate/group.h"
#include "engine/aggregate/transformation_stage.h"
#include "engine/aggregate/window_stage.h"
#include "engine/bson/path.h"
#include "engine/project/add_fields.h"

namespace cairn::aggregate {
namespace {

Status wrong_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$fill.{}' is the wrong type '{}', expected {}", field,
                      expr::type_of(value), expected)};
}

// As one expression for a partition.
Result<expr::ExpressionPtr> parse_partition_fields(ValueView fields, const expr::Scope& scope) {
  if (!fields.is_array()) return wrong_type("partitionByFields", fields, "type 'array'");
  DocumentBuilder expression;
  for (const Element& element : fields.as_document()) {
    if (!element.value.is_string()) {
      return wrong_type(fmt::format("partitionByFields.{}", element.name), element.value,
                        "type 'string'");
    }
    CAIRN_RETURN_IF_ERROR(check_field_path(element.value.as_string()));
    expression.append(element.name, fmt::format("${}", element.value.as_string()));
  }
  if (fields.as_document().empty()) return expr::ExpressionPtr();
  return expr::parse_expression(expression.take().view().as_value(), scope);
}

Result<expr::ExpressionPtr> parse_partition(DocumentView given, const expr::Scope& scope) {
  const ValueView by = given["partitionBy"];
  const ValueView fields = given["partitionByFields"];
  if (!by.missing() && fields.has_value()) {
    return Status(
        location(6050204),
        "Maximum one of 'partitionBy' and 'partitionByFields can be specified in '$fill'");
  }
  if (fields.has_value()) return parse_partition_fields(fields, scope);
  if (by.missing()) return expr::ExpressionPtr();
  if (!by.is_string() && !by.is_document()) {
    return wrong_type("partitionBy", by, "types '[object, string]'");
  }
  if (by.is_string() && !by.as_string().starts_with('$')) {
    return Status(location(16873),
                  fmt::format("FieldPath '{}' doesn't start with $", by.as_string()));
  }
  return expr::parse_expression(by, scope);
}

// What the fields of `output` ask for.
struct Outputs {
  std::vector<std::pair<std::string, std::string_view>> methods;  // path, "$locf" or "$linearFill"
  Document values;                                                // an `$addFields`
};

Status parse_output(const Element& output, Outputs& outputs, DocumentBuilder& values) {
  if (!output.value.is_document()) {
    return {location(6050200),
            "Each fill output specification must be an object with exactly one field"};
  }
  const DocumentView given = output.value.as_document();
  for (const Element& field : given) {
    if (field.name == "value" || field.name == "method") continue;
    return {ErrorCode::kIDLUnknownField,
            fmt::format("BSON field '$fill.{}' is an unknown field.", field.name)};
  }
  const ValueView value = given["value"];
  const ValueView method = given["method"];
  if (!value.missing() && method.has_value()) {
    return {
        location(6050201),
        "Each fill output specification must have exactly one of 'method' or 'value' fields, not "
        "both"};
  }
  if (!value.missing()) {
    CAIRN_RETURN_IF_ERROR(check_field_path(output.name));
    values.begin_document(output.name).begin_array("$ifNull");
    values.push(fmt::format("${}", output.name)).push(value).end().end();
    return Status();
  }
  if (!method.has_value()) return Status();
  if (!method.is_string()) return wrong_type("method", method, "type 'string'");
  CAIRN_RETURN_IF_ERROR(check_field_path(output.name));
  if (method.as_string() == "locf") {
    outputs.methods.emplace_back(output.name, "$locf");
  } else if (method.as_string() == "linear") {
    outputs.methods.emplace_back(output.name, "$linearFill");
  } else {
    return {location(6050202), "Method must be either locf or linear"};
  }
  return Status();
}

Result<Outputs> parse_outputs(ValueView output) {
  if (!output.has_value()) {
    return Status(ErrorCode::kIDLFailedToParse,
                  "BSON field '$fill.output' is missing but a required field");
  }
  if (!output.is_document()) return wrong_type("output", output, "type 'object'");
  if (output.as_document().empty()) {
    return Status(location(6050203),
                  "The output field in '$fill' must contain an object with at least one element");
  }
  Outputs outputs;
  DocumentBuilder values;
  for (const Element& field : output.as_document()) {
    CAIRN_RETURN_IF_ERROR(parse_output(field, outputs, values));
  }
  outputs.values = values.take();
  return outputs;
}

Status parse_order(ValueView value, const expr::Scope& scope, WindowSpecification& windows) {
  if (!value.has_value()) return Status();
  if (!value.is_document()) return wrong_type("sortBy", value, "type 'object'");
  if (value.as_document().empty()) return Status();
  CAIRN_ASSIGN_OR_RETURN(windows.order, SortPattern::parse(value.as_document(), scope.collation()));
  return Status();
}

Result<StagePtr> parse_windows(DocumentView given, const Outputs& outputs,
                               const Environment& environment) {
  const expr::Scope scope = environment.scope();
  auto windows = std::make_unique<WindowSpecification>();
  CAIRN_ASSIGN_OR_RETURN(windows->partition_by, parse_partition(given, scope));
  CAIRN_RETURN_IF_ERROR(parse_order(given["sortBy"], scope, *windows));
  if (outputs.methods.empty()) return StagePtr();
  for (const auto& [path, method] : outputs.methods) {
    const Value input = Value::string("$" + path);
    WindowCall call{.name = method,
                    .argument = input,
                    .window = {},
                    .order = windows->order ? &*windows->order : nullptr,
                    .scope = scope};
    CAIRN_ASSIGN_OR_RETURN(WindowFunctionPtr function, parse_window_function(call));
    windows->paths.push_back(path);
    windows->functions.push_back(std::move(function));
  }
  return make_window_stage(std::move(windows), environment);
}

// Where nothing is to be done.
class Pass final : public Stage {
 public:
  Result<StreamPtr> open(StreamPtr input) override { return input; }
};

Result<StagePtr> parse_fill(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("The $fill stage specification must be an object, found {}",
                              expr::type_of(value)));
  }
  const DocumentView given = value.as_document();
  for (const Element& field : given) {
    if (field.name == "partitionBy" || field.name == "partitionByFields" ||
        field.name == "sortBy" || field.name == "output") {
      continue;
    }
    return Status(ErrorCode::kIDLUnknownField,
                  fmt::format("BSON field '$fill.{}' is an unknown field.", field.name));
  }
  CAIRN_ASSIGN_OR_RETURN(const Outputs outputs, parse_outputs(given["output"]));
  CAIRN_ASSIGN_OR_RETURN(StagePtr windows, parse_windows(given, outputs, environment));
  if (windows == nullptr) windows = std::make_unique<Pass>();
  if (outputs.values.empty()) return windows;
  CAIRN_ASSIGN_OR_RETURN(project::TransformationPtr values,
                         project::add_fields(outputs.values, environment.scope()));
  return chain_stages(std::move(windows), transformation_stage(std::move(values)));
}

}  // namespace

extern const StageRow row_fill{.name = "$fill", .parse = parse_fill};

}  // namespace cairn::aggregate
