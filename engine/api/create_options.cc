#include "engine/api/create_options.h"

#include "engine/api/expire_after.h"
#include "engine/api/indexes/refusals.h"
#include "engine/api/primary_index.h"
#include "engine/api/validator.h"
#include "engine/bson/collation.h"
#include "engine/bson/shell_text.h"
#include "engine/catalog/time_series.h"

#include <fmt/format.h>

#include <cstdint>

namespace cairn::api {
namespace {

Status append_capped(DocumentView options, DocumentBuilder& kept) {
  const ValueView size = options["size"];
  const ValueView max = options["max"];
  if (!options["capped"].truthy()) {
    if (size.missing() && max.missing()) return Status();
    return invalid_options(
        "the 'capped' field needs to be true when either the 'size' or 'max' fields are present");
  }
  if (options["clusteredIndex"].truthy() && size.missing() &&
      !options["expireAfterSeconds"].missing()) {
    return {location(6127800),
            "Clustered capped collection only available with 'enableTestCommands' server "
            "parameter"};
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

// What only collections can have; of a view, other options of theirs are looked at and left out.
Status check_view_options(DocumentView options) {
  if (const ValueView index = options["idIndex"]; !index.missing()) {
    return invalid_options("'idIndex' is not allowed with 'viewOn': " + to_shell_text(index));
  }
  if (options["clusteredIndex"].truthy()) {
    return {location(6026500), "The 'clusteredIndex' option is not supported with views"};
  }
  const ValueView images = options["changeStreamPreAndPostImages"];
  if (images.is_document() && images.as_document()["enabled"].truthy()) {
    return invalid_options("option not supported on a view: changeStreamPreAndPostImages");
  }
  return Status();
}

Status append_view(DocumentView options, DocumentBuilder& kept) {
  CAIRN_RETURN_IF_ERROR(check_view_source(options["viewOn"]));
  CAIRN_RETURN_IF_ERROR(check_view_options(options));
  kept.append("viewOn", options["viewOn"]);
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
  const bool series = !options["timeseries"].missing();
  if (!series && !options["clusteredIndex"].truthy()) {
    return invalid_options(
        "'expireAfterSeconds' is only supported on time-series collections or when the "
        "'clusteredIndex' option is specified");
  }
  const auto seconds = expire_after_seconds(expiry, Date::now());
  if (!seconds.ok() && series) {
    return {seconds.status().code(), "Failed to create timeseries collection :: caused by :: " +
                                         std::string(seconds.status().message())};
  }
  CAIRN_RETURN_IF_ERROR(seconds.status());
  kept.append("expireAfterSeconds", *seconds);
  return Status();
}

Status append_clustered(DocumentView options, DocumentBuilder& kept) {
  const ValueView clustered = options["clusteredIndex"];
  const bool refused = clustered.type() == BsonType::kBool && !clustered.as_bool();
  if (clustered.missing() || refused) return Status();
  CAIRN_ASSIGN_OR_RETURN(const Document index, check_clustered_index(clustered));
  if (!options["idIndex"].missing()) {
    return invalid_options(
        "The 'clusteredIndex' option is not supported with the 'idIndex' option");
  }
  kept.append("clusteredIndex", index);
  return Status();
}

Status append_time_series(const Namespace& name, DocumentView options, DocumentBuilder& kept) {
  const ValueView series = options["timeseries"];
  if (series.missing()) return Status();
  for (const std::string_view other :
       {"capped", "validator", "validationLevel", "validationAction", "viewOn", "clusteredIndex",
        "idIndex", "changeStreamPreAndPostImages", "flags"}) {
    if (!options[other].truthy()) continue;
    return invalid_options(
        fmt::format("{}: 'timeseries' is not allowed with '{}'", name.to_string(), other));
  }
  CAIRN_ASSIGN_OR_RETURN(const Document checked,
                         check_time_series(name, "create.timeseries", series));
  kept.append("timeseries", checked);
  return Status();
}

// {storageEngine: {…}}, of which MongoDB's own engine is known by name. Another engine's options
// change nothing here; they are kept so that a dump is restored as it was.
Status check_engine_options(ValueView engines) {
  if (!engines.is_document()) return Status();
  for (const Element& engine : engines.as_document()) {
    if (!engine.value.is_document()) {
      return {ErrorCode::kBadValue,
              fmt::format("'storageEngine.{}' has to be an embedded document.", engine.name)};
    }
    if (engine.name != "wiredTiger") {
      return invalid_options(
          fmt::format("{} is not a registered storage engine for this server", engine.name));
    }
    for (const Element& option : engine.value.as_document()) {
      if (option.name != "configString") {
        return invalid_options(fmt::format("'{}' is not a supported option.", option.name));
      }
      if (option.value.is_string()) continue;
      return {ErrorCode::kTypeMismatch, "'configString' must be a string."};
    }
  }
  return Status();
}

Status check_index_defaults(ValueView defaults) {
  if (!defaults.is_document()) return Status();
  for (const Element& field : defaults.as_document()) {
    if (field.name != "storageEngine") {
      return {ErrorCode::kIDLUnknownField,
              fmt::format("BSON field 'create.indexOptionDefaults.{}' is an unknown field.",
                          field.name)};
    }
    if (!field.value.has_value() || field.value.is_document()) continue;
    return {ErrorCode::kTypeMismatch,
            fmt::format("BSON field 'create.indexOptionDefaults.storageEngine' is the wrong type "
                        "'{}', expected type 'object'",
                        type_name(field.value.type()))};
  }
  return Status();
}

void append_engine(DocumentView options, DocumentBuilder& kept) {
  const ValueView engine = options["storageEngine"];
  if (engine.is_document() && !engine.as_document().empty()) kept.append("storageEngine", engine);
  const ValueView defaults = options["indexOptionDefaults"];
  if (!defaults.is_document() || !defaults.as_document()["storageEngine"].is_document()) return;
  kept.append("indexOptionDefaults", defaults);
}

Status check_engine(DocumentView options) {
  CAIRN_RETURN_IF_ERROR(check_engine_options(options["storageEngine"]));
  const ValueView defaults = options["indexOptionDefaults"];
  if (!defaults.is_document()) return Status();
  return check_engine_options(defaults.as_document()["storageEngine"]);
}

// What Cairn has nothing for: see docs/DECISIONS.md.
Status check_others(DocumentView options) {
  const ValueView encrypted = options["encryptedFields"];
  if (!encrypted.is_document() || encrypted.as_document().empty()) return Status();
  return {ErrorCode::kNotImplemented,
          "collection option 'encryptedFields' is not supported by Cairn"};
}

}  // namespace

Status check_view_source(ValueView on) {
  if (!on.is_string() || on.as_string().empty()) {
    return {ErrorCode::kBadValue, "'viewOn' cannot be empty"};
  }
  const std::string_view name = on.as_string();
  const auto invalid = [&](std::string_view why) {
    return Status(ErrorCode::kInvalidNamespace, std::string(why).append(name));
  };
  if (name.find('\0') != std::string_view::npos) {
    return {ErrorCode::kInvalidNamespace, "namespaces cannot have embedded null characters"};
  }
  if (name.front() == '.') return invalid("Collection names cannot start with '.': ");
  if (name.find('$') != std::string_view::npos) return invalid("invalid name for 'viewOn': ");
  return Status();
}

Result<CheckedCreateOptions> check_create_options(const Namespace& name, DocumentView options) {
  CheckedCreateOptions checked;
  DocumentBuilder kept;
  const bool view = !options["viewOn"].missing();
  if (!view && !options["pipeline"].missing()) {
    return invalid_options("'pipeline' requires 'viewOn' to also be specified");
  }
  DocumentBuilder of_collection;  // a view has none of them, but they must be right
  DocumentBuilder& own = view ? of_collection : kept;
  CAIRN_RETURN_IF_ERROR(check_others(options));
  CAIRN_RETURN_IF_ERROR(check_index_defaults(options["indexOptionDefaults"]));
  CAIRN_RETURN_IF_ERROR(append_capped(options, own));
  append_engine(options, own);
  CAIRN_RETURN_IF_ERROR(append_images(options, own));
  CAIRN_RETURN_IF_ERROR(append_validation(options, own));
  if (view) CAIRN_RETURN_IF_ERROR(append_view(options, kept));
  CAIRN_RETURN_IF_ERROR(append_clustered(options, own));
  CAIRN_RETURN_IF_ERROR(append_expiry(options, own));
  CAIRN_RETURN_IF_ERROR(append_time_series(name, options, own));
  if (const ValueView index = options["idIndex"]; !index.missing()) {
    CAIRN_ASSIGN_OR_RETURN(checked.id_index, check_id_index(index, options["collation"]));
  }
  CAIRN_RETURN_IF_ERROR(append_collation(options, checked, kept));
  CAIRN_RETURN_IF_ERROR(check_engine(options));
  checked.options = kept.take();
  return checked;
}

}  // namespace cairn::api
