// $currentOp: what the server around the engine is doing just now, a document for each operation.
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cairn::aggregate {
namespace {

class CurrentOp final : public Stage {
 public:
  CurrentOp(const Activity::Operations& wanted, const Environment& environment)
      : wanted_(wanted), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    if (environment_.activity == nullptr) return listed({});
    return listed(environment_.activity->operations(wanted_));
  }

 private:
  Activity::Operations wanted_;
  const Environment& environment_;
};

struct Option {
  std::string_view name;
  bool Activity::Operations::*target;  // null: makes no difference on one node
  bool of_stage;  // MongoDB reads some by another parser, which says so in other words
};
constexpr Option kOptions[] = {
    {"allUsers", &Activity::Operations::of_all_users, true},
    {"idleConnections", &Activity::Operations::idle_connections, false},
    {"idleCursors", &Activity::Operations::idle_cursors, false},
    {"idleSessions", &Activity::Operations::idle_sessions, false},
    {"localOps", nullptr, true},
    {"truncateOps", &Activity::Operations::truncate_commands, false},
    {"targetAllNodes", nullptr, false},
};

Status read_option(const Element& given, Activity::Operations& wanted) {
  const auto* option = std::ranges::find(kOptions, given.name, &Option::name);
  if (option == std::end(kOptions)) {
    return {ErrorCode::kIDLUnknownField,
            fmt::format("BSON field '$currentOp.{}' is an unknown field.", given.name)};
  }
  if (given.value.type() != BsonType::kBool) {
    const std::string_view type = type_name(given.value.type());
    return {
        ErrorCode::kTypeMismatch,
        option->of_stage
            ? fmt::format("The '{}' parameter of the $currentOp stage must be a boolean value, "
                          "but found: {}",
                          given.name, type)
            : fmt::format("Field '{}' should be a boolean value, but found: {}", given.name, type)};
  }
  const bool value = given.value.truthy();
  if (given.name == "targetAllNodes" && value) {
    return {ErrorCode::kFailedToParse,
            "$currentOp supports targetAllNodes parameter only for sharded clusters"};
  }
  if (option->target != nullptr) wanted.*(option->target) = value;
  return Status();
}

Result<StagePtr> parse_current_op(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("$currentOp options must be specified in an object, but found: {}",
                              type_name(specification.type())));
  }
  if (environment.database != "admin" || !environment.collection.empty()) {
    return Status(ErrorCode::kInvalidNamespace,
                  "$currentOp must be run against the 'admin' database with {aggregate: 1}");
  }
  Activity::Operations wanted;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(read_option(option, wanted));
  }
  return StagePtr(std::make_unique<CurrentOp>(wanted, environment));
}

}  // namespace

extern const StageRow row_current_op{.name = "$currentOp",
                                     .parse = parse_current_op,
                                     .place = Place::kFirst,
                                     .makes_documents = true,
                                     .without_collection = true,
                                     .in_facet = false,
                                     .in_transactions = false};

}  // namespace cairn::aggregate
