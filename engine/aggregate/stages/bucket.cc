// $bucket: groups by the interval into which an expression's value falls.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "engine/aggregate/group.h"
#include "engine/bson/canonical_type.h"

namespace cairn::aggregate {
namespace {

struct Specification {
  expr::ExpressionPtr group_by;
  std::vector<Value> boundaries;
  std::optional<Value> otherwise;  // the default
  AccumulatedFields output;
};

// The lower boundary of the value's interval.
class BucketOf final : public expr::Expression {
 public:
  BucketOf(Specification& specification, const Collation* collation)
      : boundaries_(std::move(specification.boundaries)),
        otherwise_(std::move(specification.otherwise)),
        collation_(collation) {
    operands_.push_back(std::move(specification.group_by));
  }
  Result<ValueView> evaluate(expr::Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, operands_[0]->evaluate(evaluation));
    const auto above = std::upper_bound(boundaries_.begin(), boundaries_.end(), value,
                                        [this](ValueView v, const Value& boundary) {
                                          return compare(v, boundary, collation_) < 0;
                                        });
    if (above != boundaries_.begin() && above != boundaries_.end()) return std::prev(above)->view();
    if (otherwise_) return otherwise_->view();
    return Status(location(40066),
                  "$switch could not find a matching branch for an input, and no default was "
                  "specified.");
  }

 private:
  std::vector<Value> boundaries_;
  std::optional<Value> otherwise_;
  const Collation* collation_;
};

Status check_group_by(ValueView value) {
  const bool path = value.is_string() && value.as_string().starts_with('$');
  const bool expression = value.is_document() && !value.as_document().empty() &&
                          value.as_document().begin()->name.starts_with('$');
  if (path || expression) return Status();
  return {location(40202),
          fmt::format("The $bucket 'groupBy' field must be defined as a $-prefixed path or an "
                      "expression, but found: {}.",
                      to_json(value))};
}

Result<std::vector<Value>> parse_boundaries(ValueView value, const expr::Scope& scope) {
  if (!value.is_array()) {
    return Status(
        location(40200),
        fmt::format("The $bucket 'boundaries' field must be an array, but found type: {}.",
                    expr::type_of(value)));
  }
  std::vector<Value> boundaries;
  for (const Element& element : value.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(const expr::ExpressionPtr expression,
                           expr::parse_expression(element.value, scope));
    if (expression->constant() == nullptr) {
      return Status(location(40191),
                    fmt::format("The $bucket 'boundaries' field must be an array of constant "
                                "values, but found value: {}.",
                                to_json(element.value)));
    }
    boundaries.push_back(*expression->constant());
  }
  if (boundaries.size() < 2) {
    return Status(location(40192),
                  fmt::format("The $bucket 'boundaries' field must have at least 2 values, but "
                              "found {} value(s).",
                              boundaries.size()));
  }
  return boundaries;
}

Status check_ascending(const std::vector<Value>& boundaries, const Collation* collation) {
  for (std::size_t i = 1; i < boundaries.size(); ++i) {
    const ValueView below = boundaries[i - 1];
    const ValueView above = boundaries[i];
    if (canonical_type(below.type()) != canonical_type(above.type())) {
      return {location(40193),
              fmt::format("All values in the the 'boundaries' option to $bucket must have the same "
                          "type. Found conflicting types {} and {}.",
                          expr::type_of(below), expr::type_of(above))};
    }
    if (compare(below, above, collation) >= 0) {
      return {location(40194),
              fmt::format("The 'boundaries' option to $bucket must be sorted, but elements {} and "
                          "{} are not in ascending order ({} is not less than {}).",
                          i - 1, i, to_json(below), to_json(above))};
    }
  }
  return Status();
}

Result<AccumulatedFields> parse_output(ValueView value, const expr::Scope& scope) {
  if (!value.is_document()) {
    return Status(location(40196),
                  fmt::format("The $bucket 'output' field must be an object, but found type: {}.",
                              expr::type_of(value)));
  }
  AccumulatedFields fields;
  for (const Element& element : value.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(AccumulatedField field, parse_accumulated_field(element, scope));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<Value> parse_default(ValueView value, const expr::Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const expr::ExpressionPtr expression,
                         expr::parse_expression(value, scope));
  if (const Value* constant = expression->constant()) return *constant;
  return Status(location(40195),
                fmt::format("The $bucket 'default' field must be a constant expression, but found: "
                            "{}.",
                            to_json(value)));
}

Result<Specification> parse_fields(DocumentView given, const expr::Scope& scope) {
  Specification parsed;
  bool counts = true;
  for (const Element& field : given) {
    if (field.name == "groupBy") {
      CAIRN_RETURN_IF_ERROR(check_group_by(field.value));
      CAIRN_ASSIGN_OR_RETURN(parsed.group_by, expr::parse_expression(field.value, scope));
    } else if (field.name == "boundaries") {
      CAIRN_ASSIGN_OR_RETURN(parsed.boundaries, parse_boundaries(field.value, scope));
      CAIRN_RETURN_IF_ERROR(check_ascending(parsed.boundaries, scope.collation()));
    } else if (field.name == "default") {
      CAIRN_ASSIGN_OR_RETURN(parsed.otherwise, parse_default(field.value, scope));
    } else if (field.name == "output") {
      CAIRN_ASSIGN_OR_RETURN(parsed.output, parse_output(field.value, scope));
      counts = false;
    } else {
      return Status(location(40197),
                    fmt::format("Unrecognized option to $bucket: {}.", field.name));
    }
  }
  if (counts) {
    const Document count = document("count", document("$sum", 1));
    CAIRN_ASSIGN_OR_RETURN(parsed.output, parse_output(count.view().as_value(), scope));
  }
  return parsed;
}

Result<StagePtr> parse_bucket(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(location(40201),
                  fmt::format("Argument to $bucket stage must be an object, but found type: {}.",
                              expr::type_of(value)));
  }
  const Collation* collation = environment.around.collation.get();
  CAIRN_ASSIGN_OR_RETURN(Specification parsed,
                         parse_fields(value.as_document(), environment.scope()));
  if (parsed.group_by == nullptr || parsed.boundaries.empty()) {
    return Status(location(40198), "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  }
  if (parsed.otherwise && compare(*parsed.otherwise, parsed.boundaries.front(), collation) >= 0 &&
      compare(*parsed.otherwise, parsed.boundaries.back(), collation) < 0) {
    return Status(location(40199),
                  "The $bucket 'default' field must be less than the lowest boundary or greater "
                  "than or equal to the highest boundary.");
  }
  GroupSpecification groups;
  groups.fields = std::move(parsed.output);
  groups.id = std::make_unique<BucketOf>(parsed, collation);
  CAIRN_ASSIGN_OR_RETURN(StagePtr sort, make_sort_stage(document("_id", 1), environment));
  return chain_stages(make_group_stage(std::move(groups), environment), std::move(sort));
}

}  // namespace

extern const StageRow row_bucket{.name = "$bucket", .parse = parse_bucket};

}  // namespace cairn::aggregate
