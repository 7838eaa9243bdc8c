#include "engine/api/modify_collection.h"

#include "engine/api/create_collection.h"
#include "engine/api/create_options.h"
#include "engine/catalog/view.h"

#include <fmt/format.h>

#include <optional>

namespace cairn::api {
namespace {

Status invalid(std::string message) { return {ErrorCode::kInvalidOptions, std::move(message)}; }

bool is_view_option(std::string_view name) { return name == "viewOn" || name == "pipeline"; }

Status check_capped(const CollectionRules& rules, const Element& change) {
  if (!rules.capped) {
    return invalid(fmt::format("{} option is only supported for capped collections", change.name));
  }
  const std::int64_t value = change.value.is_number() ? change.value.to_int64_clamped() : 0;
  if (change.name == "cappedSize" && value < 1) {
    return {ErrorCode::kBadValue,
            fmt::format("BSON field 'cappedSize' value must be >= 1, actual value '{}'", value)};
  }
  return Status();
}

Status check_images(ValueView images) {
  if (images.is_document() && images.as_document()["enabled"].type() == BsonType::kBool) {
    return Status();
  }
  return {ErrorCode::kTypeMismatch,
          "BSON field 'collMod.changeStreamPreAndPostImages.enabled' must be of type 'bool'"};
}

Status check_index(const CollectionEntry& collection, ValueView index) {
  if (!index.is_document()) return {ErrorCode::kTypeMismatch, "index must be an object"};
  const DocumentView asked = index.as_document();
  const ValueView name = asked["name"];
  const ValueView key = asked["keyPattern"];
  if (name.missing() == key.missing()) {
    return invalid("must specify either index name or key pattern");
  }
  for (const IndexDefinition& one : collection.indexes()) {
    const bool named = name.is_string() && name.as_string() == one.name;
    const bool keyed = key.is_document() && key.as_document() == one.spec["key"].as_document();
    if (!named && !keyed) continue;
    if (one.name == "_id_") {
      return {ErrorCode::kBadValue, "can't modify the _id index"};
    }
    return {ErrorCode::kNotImplemented,
            "changing indexes by collMod is not supported by Cairn yet"};
  }
  return {ErrorCode::kIndexNotFound,
          fmt::format("cannot find index {} for ns {}",
                      name.is_string() ? name.as_string() : to_json(key), collection.full_name())};
}

Status check_change(const CollectionEntry& collection, const Element& change) {
  const CollectionRules& rules = collection.rules();
  const std::string_view name = change.name;
  if (name == "validator") return check_validator(change.value);
  if (name == "validationLevel") return check_validation_level("collMod", change.value);
  if (name == "validationAction") return check_validation_action("collMod", change.value);
  if (name == "cappedSize" || name == "cappedMax") return check_capped(rules, change);
  if (name == "changeStreamPreAndPostImages") return check_images(change.value);
  if (name == "index") return check_index(collection, change.value);
  if (name == "expireAfterSeconds") {
    if (rules.time_series() || collection.definition().clustered) return Status();
    return invalid(
        "'expireAfterSeconds' is only supported on time-series collections or when the "
        "'clusteredIndex' option is specified");
  }
  if (name == "timeseries" && !rules.time_series()) {
    return invalid("option only supported on a time-series collection: timeseries");
  }
  if (name == "prepareUnique" || name == "timeseries") {
    return {ErrorCode::kNotImplemented,
            fmt::format("collMod's option '{}' is not supported by Cairn yet", name)};
  }
  return Status();
}

// The options' own names for what collMod calls otherwise.
std::string_view option_name(std::string_view change) {
  if (change == "cappedSize") return "size";
  return change == "cappedMax" ? "max" : change;
}

// What removes an option instead of setting it.
bool removes(const Element& change) {
  if (change.name == "validator") return change.value.as_document().empty();
  if (change.name == "expireAfterSeconds") return change.value.is_string();
  if (change.name == "changeStreamPreAndPostImages") {
    return !change.value.as_document()["enabled"].as_bool();
  }
  return false;
}

std::optional<Element> find_change(DocumentView changes, std::string_view option) {
  for (const Element& change : changes) {
    if (option_name(change.name) == option) return change;
  }
  return std::nullopt;
}

// Options keep their places.
Document changed_options(DocumentView options, DocumentView changes) {
  DocumentBuilder merged;
  for (const Element& option : options) {
    const auto change = find_change(changes, option.name);
    if (!change) merged.append(option.name, option.value);
    if (change && !removes(*change)) merged.append(option.name, change->value);
  }
  for (const Element& change : changes) {
    const std::string_view name = option_name(change.name);
    if (change.name != "index" && !removes(change) && options[name].missing()) {
      merged.append(name, change.value);
    }
  }
  return merged.take();
}

Status modify_view(Engine& engine, const CollectionEntry& view, DocumentView changes) {
  for (const Element& change : changes) {
    if (is_view_option(change.name)) continue;
    return invalid(fmt::format("option not supported on a view: {}", change.name));
  }
  if (changes["viewOn"].missing() || changes["pipeline"].missing()) {
    return invalid("Must specify both 'viewOn' and 'pipeline' when modifying a view");
  }
  if (!changes["viewOn"].is_string() || changes["viewOn"].as_string().empty()) {
    return {ErrorCode::kBadValue, "'viewOn' cannot be empty"};
  }
  const Document options = changed_options(view.definition().options, changes);
  CAIRN_RETURN_IF_ERROR(check_view_pipeline(engine, view.name(), options));
  return check_view(engine.catalog(), view.name(), options);
}

Status check_changes(const CollectionEntry& collection, DocumentView changes) {
  for (const Element& change : changes) {
    if (is_view_option(change.name)) {
      return invalid(fmt::format("option only supported on a view: {}", change.name));
    }
    CAIRN_RETURN_IF_ERROR(check_change(collection, change));
  }
  return Status();
}

Status try_to_modify(Engine& engine, const Namespace& name, DocumentView changes) {
  const CollectionRef collection = engine.catalog().find(name);
  if (collection == nullptr) {
    return {ErrorCode::kNamespaceNotFound, "ns does not exist: " + name.to_string()};
  }
  CAIRN_RETURN_IF_ERROR(collection->definition().view ? modify_view(engine, *collection, changes)
                                                      : check_changes(*collection, changes));
  CollectionDefinition definition = collection->definition();
  definition.options = changed_options(definition.options, changes);
  DocumentBuilder command;
  command.append("collMod", name.collection).append_all(changes);
  return engine.catalog().redefine(collection, std::move(definition), command.take()).status();
}

}  // namespace

Status modify_collection(Engine& engine, const Namespace& name, DocumentView changes) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  while (true) {
    Status modified = try_to_modify(engine, name, changes);
    // Another changed the collection since it was looked at: look again.
    if (modified.code() != ErrorCode::kWriteConflict) return modified;
  }
}

}  // namespace cairn::api
