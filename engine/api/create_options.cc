#include "engine/api/create_options.h"

#include "engine/api/expire_after.h"
#include "engine/api/indexes/refusals.h"
#include "engine/bson/collation.h"
#include "engine/catalog/time_series.h"
#include "engine/match/matcher.h"

#include <fmt/format.h>

namespace cairn::api {
namespace {

bool is_id_key(ValueView key) {
  if (!key.is_document()) return false;
  auto field = key.as_document().begin();
  if (field == key.as_document().end() || field->name != "_id") return false;
  if (!field->value.is_number() || field->value.to_double() != 1) return false;
  return ++field == key.as_document().end();
}

// {v: 2, key: {_id: 1}, name: …, unique: true}
Result<Document> check_clustered_index(ValueView value) {
  if (!value.is_document()) {
    return Status(
        location(5979703),
        "The 'clusteredIndex' legacy format {clusteredIndex: <bool>} is only supported for "
        "specific internal collections and vice versa");
  }
  const DocumentView index = value.as_document();
  if (!is_id_key(index["key"])) {
    return Status(ErrorCode::kInvalidIndexSpecificationOption,
                  "The clusteredIndex option is only supported for key: {_id: 1}");
  }
  if (index["unique"].missing()) {
    return Status(location(40414),
                  "BSON field 'create.clusteredIndex.unique' is missing but a required field");
  }
  if (!index["unique"].truthy()) {
    return Status(location(5979700),
                  "The clusteredIndex option requires unique: true to be specified");
  }
  const ValueView name = index["name"];
  DocumentBuilder checked;
  checked.append("v", 2).append("key", document("_id", 1));
  checked.append("name", name.is_string() ? name.as_string() : std::string_view("_id_"));
  return checked.append("unique", true).take();
}

Result<Document> check_id_index(ValueView value) {
  if (!value.is_document()) return Status(ErrorCode::kTypeMismatch, "idIndex must be an object");
  const DocumentView index = value.as_document();
  if (!is_id_key(index["key"])) {
    return Status(
        ErrorCode::kBadValue,
        "The field 'key' for an _id index must be {_id: 1}, but got " + to_json(index["key"]));
  }
  return document("v", 2, "key", document("_id", 1), "name", "_id_");
}

Status check_name_of(std::string_view owner, std::string_view field, ValueView value,
                     std::initializer_list<std::string_view> known) {
  if (value.missing()) return Status();
  const std::string_view name = value.is_string() ? value.as_string() : std::string_view();
  for (const std::string_view one : known) {
    if (name == one) return Status();
  }
  return {ErrorCode::kBadValue,
          fmt::format("Enumeration value '{}' for field '{}.{}' is not a valid value.", name, owner,
                      field)};
}

Status append_capped(DocumentView options, DocumentBuilder& kept) {
  const ValueView size = options["size"];
  const ValueView max = options["max"];
  if (!options["capped"].truthy()) {
    if (size.missing() && max.missing()) return Status();
    return invalid_options(
        "the 'capped' field needs to be true when either the 'size' or 'max' fields are present");
  }
  if (!size.is_number())
    return invalid_options("the 'size' field is required when 'capped' is true");
  const std::int64_t bytes = size.to_int64_clamped();
  if (bytes < 1) {
    return {ErrorCode::kBadValue,
            fmt::format("BSON field 'size' value must be >= 1, actual value '{}'", bytes)};
  }
  if (options["clusteredIndex"].truthy()) {
    return {location(6049200),
            "'size' field for capped collections is not allowed on clustered collections. Did you "
            "mean 'capped: true' with 'expireAfterSeconds'?"};
  }
  constexpr std::int64_t kMostBytes = 1'000'000'000'000'000;  // a petabyte
  if (bytes > kMostBytes) {
    return {
        ErrorCode::kBadValue,
        fmt::format("BSON field 'size' value must be <= {}, actual value '{}'", kMostBytes, bytes)};
  }
  const bool small = bytes <= INT32_MAX;
  kept.append("capped", true);
  small ? kept.append("size", static_cast<std::int32_t>(bytes)) : kept.append("size", bytes);
  if (!max.is_number()) return Status();
  const std::int64_t documents = max.to_int64_clamped();
  if (documents >= INT32_MAX) {
    return {ErrorCode::kBadValue, "max in a capped collection has to be < 2^31 or not set"};
  }
  kept.append("max", documents < 1 ? INT32_MAX : static_cast<std::int32_t>(documents));
  return Status();
}

Status append_validation(DocumentView options, DocumentBuilder& kept) {
  const ValueView validator = options["validator"];
  if (validator.is_document() && !validator.as_document().empty()) {
    CAIRN_RETURN_IF_ERROR(check_validator(validator));
    kept.append("validator", validator);
  }
  CAIRN_RETURN_IF_ERROR(check_validation_level("create", options["validationLevel"]));
  CAIRN_RETURN_IF_ERROR(check_validation_action("create", options["validationAction"]));
  kept.append("validationLevel", options["validationLevel"]);
  kept.append("validationAction", options["validationAction"]);
  return Status();
}

Status append_view(DocumentView options, DocumentBuilder& kept) {
  const ValueView on = options["viewOn"];
  if (on.missing()) {
    if (options["pipeline"].missing()) return Status();
    return invalid_options("'pipeline' requires 'viewOn' to also be specified");
  }
  if (!on.is_string() || on.as_string().empty()) {
    return {ErrorCode::kBadValue, "'viewOn' cannot be empty"};
  }
  kept.append("viewOn", on);
  if (options["pipeline"].is_array()) {
    kept.append("pipeline", options["pipeline"]);
  } else {
    kept.begin_array("pipeline").end();
  }
  return Status();
}

// As listIndexes shows the `_id` index of a collection that has a collation.
Document with_collation(DocumentView index, const Collation& collation) {
  DocumentBuilder builder;
  builder.append_all(index);
  return builder.append("collation", collation.specification()).take();
}

Status append_collation(DocumentView options, CheckedCreateOptions& checked,
                        DocumentBuilder& kept) {
  const ValueView collation = options["collation"];
  if (!collation.is_document()) return Status();
  if (collation.as_document().empty()) {
    return {ErrorCode::kIDLFailedToParse,
            "BSON field 'create.collation.locale' is missing but a required field"};
  }
  CAIRN_ASSIGN_OR_RETURN(const CollationPtr parsed,
                         parse_collation(collation.as_document(), "create.collation"));
  if (parsed == nullptr) return Status();
  kept.append("collation", parsed->specification());
  if (options["viewOn"].missing()) {
    const Document plain = document("v", 2, "key", document("_id", 1), "name", "_id_");
    checked.id_index = with_collation(checked.id_index.empty() ? plain : checked.id_index, *parsed);
  }
  return Status();
}

Status append_images(DocumentView options, DocumentBuilder& kept) {
  const ValueView images = options["changeStreamPreAndPostImages"];
  if (!images.is_document()) return Status();
  const ValueView enabled = images.as_document()["enabled"];
  if (enabled.missing()) {
    return {location(40414),
            "BSON field 'create.changeStreamPreAndPostImages.enabled' is missing but a required "
            "field"};
  }
  if (enabled.type() != BsonType::kBool) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("BSON field 'create.changeStreamPreAndPostImages.enabled' is the wrong "
                        "type '{}', expected type 'bool'",
                        type_name(enabled.type()))};
  }
  if (enabled.as_bool()) kept.append("changeStreamPreAndPostImages", images);
  return Status();
}

Status append_expiry(DocumentView options, DocumentBuilder& kept) {
  const ValueView expiry = options["expireAfterSeconds"];
  if (expiry.missing()) return Status();
  if (options["timeseries"].missing() && options["clusteredIndex"].missing()) {
    return invalid_options(
        "'expireAfterSeconds' is only supported on time-series collections or when the "
        "'clusteredIndex' option is specified");
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t seconds, expire_after_seconds(expiry, Date::now()));
  kept.append("expireAfterSeconds", seconds);
  return Status();
}

Status append_time_series(const Namespace& name, DocumentView options, DocumentBuilder& kept) {
  const ValueView series = options["timeseries"];
  if (series.missing()) return Status();
  for (const std::string_view other : {"capped", "validator", "viewOn", "clusteredIndex"}) {
    if (!options[other].truthy()) continue;
    return invalid_options(
        fmt::format("{}: 'timeseries' is not allowed with '{}'", name.to_string(), other));
  }
  CAIRN_ASSIGN_OR_RETURN(const Document checked,
                         check_time_series(name, "create.timeseries", series));
  kept.append("timeseries", checked);
  return Status();
}

// Options that say nothing where they are empty, and that Cairn has nothing for where they are not.
Status check_others(DocumentView options) {
  for (const std::string_view name : {"storageEngine", "encryptedFields"}) {
    const ValueView value = options[name];
    if (!value.is_document() || value.as_document().empty()) continue;
    return {ErrorCode::kNotImplemented,
            fmt::format("collection option '{}' is not supported by Cairn yet", name)};
  }
  return Status();
}

}  // namespace

Status check_validator(ValueView validator) {
  return match::Matcher::parse(validator.as_document(),
                               {.allowed = {.near = false, .text = false, .where = false}})
      .status();
}

Status check_validation_level(std::string_view owner, ValueView level) {
  return check_name_of(owner, "validationLevel", level, {"off", "strict", "moderate"});
}

Status check_validation_action(std::string_view owner, ValueView action) {
  return check_name_of(owner, "validationAction", action, {"error", "warn", "errorAndLog"});
}

Result<CheckedCreateOptions> check_create_options(const Namespace& name, DocumentView options) {
  CheckedCreateOptions checked;
  DocumentBuilder kept;
  CAIRN_RETURN_IF_ERROR(check_others(options));
  CAIRN_RETURN_IF_ERROR(append_capped(options, kept));
  CAIRN_RETURN_IF_ERROR(append_images(options, kept));
  CAIRN_RETURN_IF_ERROR(append_validation(options, kept));
  CAIRN_RETURN_IF_ERROR(append_view(options, kept));
  if (const ValueView clustered = options["clusteredIndex"]; !clustered.missing()) {
    CAIRN_ASSIGN_OR_RETURN(const Document index, check_clustered_index(clustered));
    kept.append("clusteredIndex", index);
  }
  CAIRN_RETURN_IF_ERROR(append_expiry(options, kept));
  CAIRN_RETURN_IF_ERROR(append_time_series(name, options, kept));
  if (const ValueView index = options["idIndex"]; !index.missing()) {
    CAIRN_ASSIGN_OR_RETURN(checked.id_index, check_id_index(index));
  }
  CAIRN_RETURN_IF_ERROR(append_collation(options, checked, kept));
  checked.options = kept.take();
  return checked;
}

}  // namespace cairn::api
