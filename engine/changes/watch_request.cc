#include "engine/changes/watch_request.h"

#include <fmt/format.h>

namespace cairn::changes {
namespace {

Status wrong_type(const Element& option, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$changeStream.{}' is the wrong type '{}', expected type '{}'",
                      option.name, type_name(option.value.type()), expected)};
}

template <typename Mode>
struct Named {
  std::string_view name;
  Mode mode;
};
constexpr Named<FullDocument> kFullDocuments[] = {{"default", FullDocument::kDefault},
                                                  {"updateLookup", FullDocument::kUpdateLookup},
                                                  {"whenAvailable", FullDocument::kWhenAvailable},
                                                  {"required", FullDocument::kRequired}};
constexpr Named<BeforeChange> kBeforeChanges[] = {{"off", BeforeChange::kOff},
                                                  {"whenAvailable", BeforeChange::kWhenAvailable},
                                                  {"required", BeforeChange::kRequired}};

template <typename Mode, std::size_t kModes>
Status read_mode(const Element& option, const Named<Mode> (&modes)[kModes], Mode& mode) {
  if (!option.value.is_string()) return wrong_type(option, "string");
  for (const Named<Mode>& one : modes) {
    if (one.name != option.value.as_string()) continue;
    mode = one.mode;
    return Status();
  }
  return {ErrorCode::kBadValue,
          fmt::format("Enumeration value '{}' for field '$changeStream.{}' is not a valid value.",
                      option.value.as_string(), option.name)};
}

class Request {
 public:
  Status read(const Element& option) {
    const std::string_view name = option.name;
    if (name == "fullDocument") return read_mode(option, kFullDocuments, options_.full_document);
    if (name == "fullDocumentBeforeChange") {
      return read_mode(option, kBeforeChanges, options_.before_change);
    }
    if (name == "resumeAfter") return read_token(option, resume_after_);
    if (name == "startAfter") return read_token(option, start_after_);
    if (name == "startAtOperationTime") return read_start(option);
    if (name == "allChangesForCluster") return read_flag(option, all_);
    if (name == "showExpandedEvents") return read_flag(option, options_.expanded);
    if (name == "showRawUpdateDescription") return read_flag(option, options_.raw_updates);
    if (name == "showSystemEvents") return read_flag(option, options_.system_events);
    if (name == "allowToRunOnConfigDB") return read_refused(option);
    if (name == "allowToRunOnSystemNS") return read_refused(option);
    // Nothing migrates here, and a lookup goes by the collection's uuid in any case.
    if (name == "showMigrationEvents" || name == "matchCollectionUUIDForUpdateLookup") {
      bool ignored = false;
      return read_flag(option, ignored);
    }
    return {ErrorCode::kIDLUnknownField,
            fmt::format("BSON field '$changeStream.{}' is an unknown field.", name)};
  }

  Result<WatchOptions> finish(std::string_view database, std::string_view collection) {
    CAIRN_RETURN_IF_ERROR(set_scope(database, collection));
    if (resume_after_ && start_after_) {
      return Status(location(50865),
                    "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage");
    }
    options_.resume = resume_after_ ? resume_after_ : start_after_;
    if (options_.resume && options_.start_at) {
      return Status(location(40674),
                    "Only one type of resume option is allowed, but multiple were found");
    }
    if (resume_after_ && resume_after_->from_invalidate) {
      return Status(ErrorCode::kInvalidResumeToken,
                    "Attempting to resume a change stream using 'resumeAfter' is not allowed from "
                    "an invalidate notification");
    }
    return std::move(options_);
  }

 private:
  static Status read_flag(const Element& option, bool& flag) {
    if (option.value.type() != BsonType::kBool) return wrong_type(option, "bool");
    flag = option.value.as_bool();
    return Status();
  }

  static Status read_refused(const Element& option) {
    bool wanted = false;
    CAIRN_RETURN_IF_ERROR(read_flag(option, wanted));
    if (!wanted) return Status();
    return {ErrorCode::kNotImplemented,
            fmt::format("$changeStream.{} is not supported by Cairn", option.name)};
  }

  static Status read_token(const Element& option, std::optional<ResumeToken>& token) {
    if (!option.value.is_document()) return wrong_type(option, "object");
    CAIRN_ASSIGN_OR_RETURN(token, ResumeToken::parse(option.value.as_document()));
    return Status();
  }

  Status read_start(const Element& option) {
    if (option.value.type() != BsonType::kTimestamp) return wrong_type(option, "timestamp");
    options_.start_at = option.value.as_timestamp().value();
    return Status();
  }

  Status set_scope(std::string_view database, std::string_view collection) {
    if (all_ && (database != "admin" || !collection.empty())) {
      return {ErrorCode::kInvalidOptions,
              fmt::format("A $changeStream with 'allChangesForCluster:true' may only be opened on "
                          "the 'admin' database, and with no collection name; found {}.{}",
                          database,
                          collection.empty() ? std::string_view("$cmd.aggregate") : collection)};
    }
    const bool internal =
        database == "local" || database == "config" || (database == "admin" && !all_);
    if (internal) {
      return {ErrorCode::kInvalidNamespace,
              fmt::format("$changeStream may not be opened on the internal {} database", database)};
    }
    if (collection.starts_with("system.")) {
      return {ErrorCode::kInvalidNamespace,
              fmt::format("$changeStream may not be opened on the internal {}.{} collection",
                          database, collection)};
    }
    options_.scope = all_                 ? WatchScope::kDeployment
                     : collection.empty() ? WatchScope::kDatabase
                                          : WatchScope::kCollection;
    options_.database = database;
    options_.collection = collection;
    return Status();
  }

  WatchOptions options_;
  bool all_ = false;
  std::optional<ResumeToken> resume_after_;
  std::optional<ResumeToken> start_after_;
};

}  // namespace

Result<WatchOptions> parse_watch_request(ValueView specification, std::string_view database,
                                         std::string_view collection) {
  if (!specification.is_document()) {
    return Status(
        location(6188500),
        fmt::format("$changeStream must take a nested object but found: $changeStream: {}",
                    to_json(specification)));
  }
  Request request;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(request.read(option));
  }
  return request.finish(database, collection);
}

}  // namespace cairn::changes
