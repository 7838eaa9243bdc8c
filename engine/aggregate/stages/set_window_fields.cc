// $setWindowFields: fields computed from the documents around each, in partitions and in order.
#include <fmt/format.h>

#include "engine/aggregate/window_stage.h"
#include "engine/bson/path.h"

namespace cairn::aggregate {
namespace {

// {$function: argument, window: {…}}, in any order.
Result<WindowFunctionPtr> parse_output(const Element& output, const SortPattern* order,
                                       const expr::Scope& scope) {
  if (!output.value.is_document()) {
    return window_error(fmt::format("The field '{}' must be an object", output.name));
  }
  WindowCall call{.name = {}, .argument = {}, .window = {}, .order = order, .scope = scope};
  for (const Element& field : output.value.as_document()) {
    if (field.name.starts_with('$')) {
      if (!call.name.empty()) {
        return window_error("Cannot specify two functions in window function spec");
      }
      call.name = field.name;
      call.argument = field.value;
    } else if (field.name == "window") {
      if (!field.value.is_document()) return window_error("'window' field must be an object");
      call.window = field.value.as_document();
    } else {
      return window_error(fmt::format("Window function found an unknown argument: {}", field.name));
    }
  }
  if (call.name.empty()) return window_error("Expected a $-prefixed window function");
  return parse_window_function(call);
}

Status wrong_type(const Element& field) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$setWindowFields.{}' is the wrong type '{}', expected type "
                      "'object'",
                      field.name, expr::type_of(field.value))};
}

Status parse_partition_by(ValueView value, const expr::Scope& scope,
                          WindowSpecification& specification) {
  CAIRN_ASSIGN_OR_RETURN(specification.partition_by, expr::parse_expression(value, scope));
  const Value* constant = specification.partition_by->constant();
  if (constant == nullptr) return Status();
  if (constant->view().is_array()) {
    return {ErrorCode::kTypeMismatch,
            "An expression used to partition cannot evaluate to value of type array"};
  }
  specification.partition_by.reset();
  return Status();
}

Status parse_head(DocumentView given, const expr::Scope& scope,
                  WindowSpecification& specification) {
  for (const Element& field : given) {
    if (field.name == "partitionBy") {
      CAIRN_RETURN_IF_ERROR(parse_partition_by(field.value, scope, specification));
    } else if (field.name == "sortBy") {
      if (!field.value.has_value()) continue;
      if (!field.value.is_document()) return wrong_type(field);
      if (field.value.as_document().empty()) continue;
      CAIRN_ASSIGN_OR_RETURN(specification.order,
                             SortPattern::parse(field.value.as_document(), scope.collation()));
    } else if (field.name == "output") {
      if (field.value.has_value() && !field.value.is_document()) return wrong_type(field);
    } else {
      return {ErrorCode::kIDLUnknownField,
              fmt::format("BSON field '$setWindowFields.{}' is an unknown field.", field.name)};
    }
  }
  return Status();
}

Status check_path(std::string_view path, const std::vector<std::string>& others) {
  CAIRN_RETURN_IF_ERROR(check_field_path(path));
  const FieldPath one(path);
  for (const std::string& other : others) {
    const FieldPath two(other);
    if (!one.is_prefix_of(two) && !two.is_prefix_of(one)) continue;
    return {location(6307900),
            "$setWindowFields 'output' specification contains two conflicting paths"};
  }
  return Status();
}

Result<StagePtr> parse_set_window_fields(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("the $setWindowFields stage specification must be an object, found "
                              "{}",
                              expr::type_of(value)));
  }
  const DocumentView given = value.as_document();
  const expr::Scope scope = environment.scope();
  auto specification = std::make_unique<WindowSpecification>();
  CAIRN_RETURN_IF_ERROR(parse_head(given, scope, *specification));
  const ValueView output = given["output"];
  if (!output.has_value()) {
    return Status(ErrorCode::kIDLFailedToParse,
                  "BSON field '$setWindowFields.output' is missing but a required field");
  }
  const SortPattern* order = specification->order ? &*specification->order : nullptr;
  for (const Element& field : output.as_document()) {
    CAIRN_RETURN_IF_ERROR(check_path(field.name, specification->paths));
    specification->paths.emplace_back(field.name);
    CAIRN_ASSIGN_OR_RETURN(WindowFunctionPtr function, parse_output(field, order, scope));
    specification->functions.push_back(std::move(function));
  }
  return make_window_stage(std::move(specification), environment);
}

}  // namespace

extern const StageRow row_set_window_fields{.name = "$setWindowFields",
                                            .parse = parse_set_window_fields};

}  // namespace cairn::aggregate
