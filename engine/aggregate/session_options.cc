#include "engine/aggregate/session_options.h"

#include "engine/aggregate/listed.h"

#include <fmt/format.h>

namespace cairn::aggregate {
namespace {

Status wrong_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '{}' is the wrong type '{}', expected type '{}'", field,
                      type_name(value.type()), expected)};
}
Status unknown(std::string_view field) {
  return {ErrorCode::kIDLUnknownField, fmt::format("BSON field '{}' is an unknown field.", field)};
}

Result<Activity::User> parse_user(std::string_view field, const Element& user) {
  if (!user.value.is_document()) {
    return wrong_type(fmt::format("{}.{}", field, user.name), user.value, "object");
  }
  const DocumentView parts = user.value.as_document();
  for (const Element& part : parts) {
    if (part.name != "user" && part.name != "db") {
      return unknown(fmt::format("{}.{}", field, part.name));
    }
    if (!part.value.is_string()) {
      return wrong_type(fmt::format("{}.{}", field, part.name), part.value, "string");
    }
  }
  for (const char* required : {"user", "db"}) {
    if (!parts[required].missing()) continue;
    return Status(
        ErrorCode::kIDLFailedToParse,
        fmt::format("BSON field '{}.{}' is missing but a required field", field, required));
  }
  return Activity::User{.name = std::string(parts["user"].as_string()),
                        .database = std::string(parts["db"].as_string())};
}

Status read_option(std::string_view stage, const Element& option, Activity::Sessions& wanted) {
  const std::string field = fmt::format("{}.{}", stage, option.name);
  if (option.name == "allUsers") {
    if (option.value.type() != BsonType::kBool) return wrong_type(field, option.value, "bool");
    wanted.of_all_users = option.value.truthy();
    return Status();
  }
  if (option.name != "users") return unknown(field);
  if (!option.value.is_array()) return wrong_type(field, option.value, "array");
  for (const Element& user : option.value.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(Activity::User parsed, parse_user(field, user));
    wanted.of_users.push_back(std::move(parsed));
  }
  return Status();
}

class ListedSessions final : public Stage {
 public:
  ListedSessions(Activity::Sessions wanted, const Environment& environment)
      : wanted_(std::move(wanted)), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    if (environment_.activity == nullptr) return listed({});
    return listed(environment_.activity->sessions(wanted_));
  }

 private:
  Activity::Sessions wanted_;
  const Environment& environment_;
};

}  // namespace

Result<Activity::Sessions> parse_session_options(std::string_view stage, ValueView specification) {
  if (!specification.is_document()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("{} options must be specified in an object, but found: {}", stage,
                              type_name(specification.type())));
  }
  Activity::Sessions wanted;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(read_option(stage, option, wanted));
  }
  if (wanted.of_all_users && !wanted.of_users.empty()) {
    return Status(location(12),
                  fmt::format("{} may not specify {{allUsers:true}} and {{users:[...]}} at the "
                              "same time",
                              stage));
  }
  return wanted;
}

StagePtr sessions_stage(Activity::Sessions wanted, const Environment& environment) {
  return std::make_unique<ListedSessions>(std::move(wanted), environment);
}

}  // namespace cairn::aggregate
