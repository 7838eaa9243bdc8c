#include "engine/aggregate/merge_rule.h"

#include "engine/bson/path.h"
#include "engine/expr/leaf.h"
#include "engine/project/transformation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cairn::aggregate {
namespace {

Status wrong_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '{}' is the wrong type '{}', expected type '{}'", field,
                      type_name(value.type()), expected)};
}

Status unknown_field(std::string_view field) {
  return {ErrorCode::kIDLUnknownField, fmt::format("BSON field '{}' is an unknown field.", field)};
}

class Parser {
 public:
  explicit Parser(const Environment& environment) : environment_(environment) {
    rule_.database = environment.database;
  }

  Result<MergeRule> parse(DocumentView specification) {
    for (const Element& option : specification) CAIRN_RETURN_IF_ERROR(read(option));
    if (rule_.collection.empty()) {
      return Status(ErrorCode::kIDLFailedToParse,
                    "BSON field '$merge.into' is missing but a required field");
    }
    CAIRN_RETURN_IF_ERROR(check_target());
    CAIRN_RETURN_IF_ERROR(check_modes());
    CAIRN_RETURN_IF_ERROR(define_variables());
    return std::move(rule_);
  }

 private:
  Status read(const Element& option) {
    if (option.name == "into") return into(option.value);
    if (option.name == "on") return on(option.value);
    if (option.name == "whenMatched") return when_matched(option.value);
    if (option.name == "whenNotMatched") return when_not_matched(option.value);
    if (option.name != "let") return unknown_field(fmt::format("$merge.{}", option.name));
    if (!option.value.has_value()) return Status();
    if (!option.value.is_document()) return wrong_type("$merge.let", option.value, "object");
    let_ = option.value;
    return Status();
  }

  Status into(ValueView value) {
    if (value.is_string()) {
      rule_.collection = value.as_string();
      if (!rule_.collection.empty()) return Status();
      return {location(5786800), "$merge 'into' field cannot be an empty string"};
    }
    if (!value.is_document()) {
      return {location(51178),
              fmt::format("$merge 'into' field  must be either a string or an object, but found {}",
                          type_name(value.type()))};
    }
    for (const Element& part : value.as_document()) {
      const std::string name = fmt::format("into.{}", part.name);
      if (part.name != "db" && part.name != "coll") return unknown_field(name);
      if (!part.value.has_value()) continue;
      if (!part.value.is_string()) return wrong_type(name, part.value, "string");
      (part.name == "db" ? rule_.database : rule_.collection) = part.value.as_string();
    }
    if (!rule_.collection.empty()) return Status();
    return {location(5786801),
            "$merge 'into' field must specify a 'coll' that is not empty, null or undefined"};
  }

  Status on(ValueView value) {
    if (value.is_string()) return on_field(value.as_string());
    if (!value.is_array()) {
      return {location(51186),
              fmt::format("$merge 'on' field  must be either a string or an array of strings, but "
                          "found {}",
                          type_name(value.type()))};
    }
    if (value.as_document().empty()) {
      return {location(51187),
              "If explicitly specifying $merge 'on', must include at least one field"};
    }
    for (const Element& field : value.as_document()) {
      if (!field.value.is_string()) {
        return {location(51134),
                fmt::format("$merge 'on' array elements must be strings, but found {}",
                            type_name(field.value.type()))};
      }
      CAIRN_RETURN_IF_ERROR(on_field(field.value.as_string()));
    }
    return Status();
  }

  Status on_field(std::string_view name) {
    CAIRN_RETURN_IF_ERROR(check_field_path(name));
    if (on_.emplace(name).second) return Status();
    return {location(31465), fmt::format("Found a duplicate field '{}'", name)};
  }

  Status when_matched(ValueView value) {
    using When = MergeRule::WhenMatched;
    if (value.is_array()) {
      rule_.when_matched = When::kPipeline;
      rule_.pipeline = value;
      return Status();
    }
    if (!value.is_string()) {
      return {location(51191),
              fmt::format("$merge 'whenMatched' field  must be either a string or an array, but "
                          "found {}",
                          type_name(value.type()))};
    }
    constexpr std::pair<std::string_view, When> kModes[] = {{"replace", When::kReplace},
                                                            {"keepExisting", When::kKeepExisting},
                                                            {"merge", When::kMerge},
                                                            {"fail", When::kFail}};
    mode_ = value.as_string();
    const auto* mode = std::ranges::find(kModes, mode_, &std::pair<std::string_view, When>::first);
    if (mode == std::end(kModes)) return no_such_mode("whenMatched", mode_);
    rule_.when_matched = mode->second;
    return Status();
  }

  Status when_not_matched(ValueView value) {
    if (!value.has_value()) return Status();
    using Not = MergeRule::WhenNotMatched;
    if (!value.is_string()) return wrong_type("$merge.whenNotMatched", value, "string");
    not_mode_ = value.as_string();
    if (not_mode_ == "insert") {
      rule_.when_not_matched = Not::kInsert;
    } else if (not_mode_ == "discard") {
      rule_.when_not_matched = Not::kDiscard;
    } else if (not_mode_ == "fail") {
      rule_.when_not_matched = Not::kFail;
    } else {
      return no_such_mode("$merge.whenNotMatched", not_mode_);
    }
    return Status();
  }

  static Status no_such_mode(std::string_view field, std::string_view mode) {
    return {
        ErrorCode::kBadValue,
        fmt::format("Enumeration value '{}' for field '{}' is not a valid value.", mode, field)};
  }

  // The unique index that makes the fields name one document at the most.
  Status find_index(const CollectionRef& target) {
    if (target != nullptr) {
      for (const IndexEntry& index : target->index_entries()) {
        if (!is_key(index)) continue;
        rule_.on.assign(index.paths().begin(), index.paths().end());
        rule_.on_sparse = index.sparse();
        return Status();
      }
    }
    return {location(51183), "Cannot find index to verify that join fields will be unique"};
  }

  bool is_key(const IndexEntry& index) const {
    if (!index.unique() || !index.ready() || index.filter() != nullptr) return false;
    if (index.kind() != FieldKind::kOrdered || index.fields().size() != on_.size()) return false;
    if (!same_collation(index.collation().get(), environment_.around.collation.get())) return false;
    return std::all_of(index.fields().begin(), index.fields().end(),
                       [this](const IndexField& field) { return on_.contains(field.name); });
  }

  Status check_target() {
    if (rule_.collection.starts_with("system.")) {
      return {location(31319),
              fmt::format("Cannot $merge to special collection: {}", rule_.collection)};
    }
    const CollectionRef target = environment_.engine.find(rule_.target());
    if (target != nullptr && target->definition().view) {
      return {ErrorCode::kCommandNotSupportedOnView,
              fmt::format("Namespace {} is a view, not a collection", target->full_name())};
    }
    // Equal `_id`s have to be the same to the pipeline as to the index.
    const bool by_id = on_.empty() || (on_.size() == 1 && on_.contains("_id"));
    const bool alike = target == nullptr || same_collation(environment_.around.collation.get(),
                                                           target->collation().get());
    const bool found = target == nullptr || target->finds_by_id();
    if (by_id && alike && found) return Status();
    return find_index(target);
  }

  Status check_modes() const {
    using When = MergeRule::WhenMatched;
    const bool only_inserts =
        rule_.when_matched == When::kFail || rule_.when_matched == When::kKeepExisting;
    if (only_inserts && rule_.when_not_matched != MergeRule::WhenNotMatched::kInsert) {
      return {location(51181), fmt::format("Combination of $merge modes 'whenMatched: {}' and "
                                           "'whenNotMatched: {}' is not supported",
                                           mode_, not_mode_)};
    }
    if (!let_.missing() && rule_.when_matched != When::kPipeline) {
      return {location(51199),
              fmt::format("Cannot use 'let' variables with 'whenMatched: {}' mode", mode_)};
    }
    if (rule_.when_matched != When::kPipeline) return Status();
    for (const Element& stage : rule_.pipeline.as_document()) {
      if (!stage.value.is_document() || stage.value.as_document().empty()) continue;
      const std::string_view name = stage.value.as_document().begin()->name;
      if (project::is_transformation(name)) continue;
      return {ErrorCode::kInvalidOptions,
              fmt::format("{} is not allowed to be used within an update", name)};
    }
    return Status();
  }

  Status define_variables() {
    if (rule_.when_matched != MergeRule::WhenMatched::kPipeline) return Status();
    if (!let_.missing()) {
      for (const Element& variable : let_.as_document()) {
        CAIRN_RETURN_IF_ERROR(expr::check_variable_name(variable.name));
        const bool root = variable.value.is_string() && variable.value.as_string() == "$$ROOT";
        if (variable.name == "new" && !root) {
          return {location(51273),
                  "'let' may not define a value for the reserved 'new' variable other than "
                  "'$$ROOT'"};
        }
        if (variable.name == "new") continue;
        CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr expression,
                               expr::parse_expression(variable.value, environment_.scope()));
        rule_.variables.push_back({std::string(variable.name), std::move(expression)});
      }
    }
    rule_.variables.push_back({"new", expr::root_expression()});
    return Status();
  }

  const Environment& environment_;
  MergeRule rule_;
  std::set<std::string, std::less<>> on_;
  ValueView let_;
  std::string_view mode_ = "merge";
  std::string_view not_mode_ = "insert";
};

}  // namespace

Result<MergeRule> parse_merge_rule(ValueView specification, const Environment& environment) {
  if (specification.is_string()) {
    if (specification.as_string().empty()) {
      return Status(ErrorCode::kInvalidNamespace,
                    fmt::format("Invalid $merge target namespace: '{}'", environment.database));
    }
    return Parser(environment).parse(cairn::document("into", specification.as_string()));
  }
  if (!specification.is_document()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("$merge requires a string or object argument, but found {}",
                              type_name(specification.type())));
  }
  return Parser(environment).parse(specification.as_document());
}

}  // namespace cairn::aggregate
