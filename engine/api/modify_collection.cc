#include "engine/api/modify_collection.h"

#include "engine/api/create_collection.h"
#include "engine/api/create_options.h"
#include "engine/api/expire_after.h"
#include "engine/api/indexes/modify.h"
#include "engine/api/indexes/refusals.h"
#include "engine/api/validator.h"
#include "engine/catalog/time_series.h"
#include "engine/catalog/view.h"

#include <fmt/format.h>

#include <optional>

namespace cairn::api {
namespace {

bool is_view_option(std::string_view name) { return name == "viewOn" || name == "pipeline"; }

Status check_capped(const CollectionRules& rules, const Element& change) {
  if (!rules.capped) {
    return invalid_options(
        fmt::format("{} option is only supported for capped collections", change.name));
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

// A whole collection's, after which it does not expire any longer if it is "off".
Status check_expiry_change(const CollectionEntry& collection, ValueView expiry) {
  if (!collection.rules().time_series() && !collection.definition().clustered) {
    return invalid_options(
        "'expireAfterSeconds' is only supported on time-series collections or when the "
        "'clusteredIndex' option is specified");
  }
  // A number is looked at when it is kept.
  if (!expiry.is_string() || expiry.as_string() == "off") return Status();
  return invalid_options(fmt::format(
      "Invalid string value for the 'clusteredIndex::expireAfterSeconds' option. Got: '{}'. "
      "Accepted value is 'off'",
      expiry.as_string()));
}

Status check_series_change(const CollectionEntry& collection, const Element& change) {
  if (change.name == "timeseries" || change.name == "expireAfterSeconds" ||
      change.name == "index" || change.name == "dryRun") {
    return Status();
  }
  if (!collection.rules().time_series()) return Status();
  return invalid_options(
      fmt::format("option not supported on a time-series collection: {}", change.name));
}

Status check_change(const CollectionEntry& collection, const Element& change) {
  const CollectionRules& rules = collection.rules();
  const std::string_view name = change.name;
  CAIRN_RETURN_IF_ERROR(check_series_change(collection, change));
  if (name == "validator") return check_validator(change.value);
  if (name == "validationLevel") return check_validation_level("collMod", change.value);
  if (name == "validationAction") return check_validation_action("collMod", change.value);
  if (name == "cappedSize" || name == "cappedMax") return check_capped(rules, change);
  if (name == "changeStreamPreAndPostImages") return check_images(change.value);
  if (name == "index") return Status();  // modify_index does
  if (name == "expireAfterSeconds") return check_expiry_change(collection, change.value);
  if (name == "timeseries" && !rules.time_series()) {
    return invalid_options("option only supported on a time-series collection: timeseries");
  }
  if (name == "prepareUnique") {
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
    if (change.name != "index" && change.name != "dryRun" && !removes(change) &&
        options[name].missing()) {
      merged.append(name, change.value);
    }
  }
  return merged.take();
}

Status modify_view(Engine& engine, const CollectionEntry& view, DocumentView changes) {
  for (const Element& change : changes) {
    if (is_view_option(change.name)) continue;
    return invalid_options(fmt::format("option not supported on a view: {}", change.name));
  }
  if (changes["viewOn"].missing() || changes["pipeline"].missing()) {
    return invalid_options("Must specify both 'viewOn' and 'pipeline' when modifying a view");
  }
  CAIRN_RETURN_IF_ERROR(check_view_source(changes["viewOn"]));
  const Document options = changed_options(view.definition().options, changes);
  CAIRN_RETURN_IF_ERROR(check_view_pipeline(engine, view.name(), options));
  return check_view(engine.catalog(), view.name(), options);
}

Status check_changes(const CollectionEntry& collection, DocumentView changes) {
  for (const Element& change : changes) {
    if (is_view_option(change.name)) {
      return invalid_options(fmt::format("option only supported on a view: {}", change.name));
    }
    CAIRN_RETURN_IF_ERROR(check_change(collection, change));
  }
  return Status();
}

// The changes with the time-series options whole, and an expiry as the seconds it stands for.
Result<Document> kept_changes(const CollectionEntry& collection, DocumentView changes) {
  DocumentBuilder kept;
  for (const Element& change : changes) {
    if (change.name == "timeseries") {
      const ValueView now = collection.definition().options["timeseries"];
      CAIRN_ASSIGN_OR_RETURN(
          const Document changed,
          change_time_series(collection.name(), now.as_document(), change.value));
      kept.append("timeseries", changed);
    } else if (change.name == "expireAfterSeconds" && !removes(change)) {
      CAIRN_ASSIGN_OR_RETURN(const std::int64_t seconds,
                             expire_after_seconds(change.value, Date::now()));
      kept.append(change.name, seconds);
    } else {
      kept.append(change.name, change.value);
    }
  }
  return kept.take();
}

Result<std::optional<Catalog::Alteration>> alteration(const CollectionEntry& collection,
                                                      DocumentView changes,
                                                      DocumentBuilder& changed) {
  CAIRN_RETURN_IF_ERROR(check_changes(collection, changes));
  Catalog::Alteration altered{.definition = collection.definition(), .command = {}};
  CAIRN_ASSIGN_OR_RETURN(const Document kept, kept_changes(collection, changes));
  altered.definition.options = changed_options(altered.definition.options, kept);
  if (const ValueView index = changes["index"]; !index.missing()) {
    CAIRN_RETURN_IF_ERROR(modify_index(collection, index, altered.definition, changed));
  }
  if (changes["dryRun"].truthy()) return std::optional<Catalog::Alteration>();
  DocumentBuilder command;
  command.append("collMod", collection.name().collection).append_all(changes);
  altered.command = command.take();
  return std::optional(std::move(altered));
}

Status try_to_modify(Engine& engine, const CollectionRef& collection, DocumentView changes,
                     DocumentBuilder& changed) {
  if (const ValueView index = changes["index"]; !index.missing()) {
    write::Context context = engine.context();
    CAIRN_RETURN_IF_ERROR(check_convertible(context, *collection, index));
  }
  const Catalog::Change change =
      [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
    if (now != collection) {
      return Status(ErrorCode::kWriteConflict, "the collection changed meanwhile");
    }
    return alteration(*now, changes, changed);
  };
  return engine.catalog().alter(collection->name(), change).status();
}

// A view has no writers: it is checked and then changed, if it is still the same.
Status try_to_modify_view(Engine& engine, const CollectionRef& view, DocumentView changes) {
  CAIRN_RETURN_IF_ERROR(modify_view(engine, *view, changes));
  CollectionDefinition definition = view->definition();
  definition.options = changed_options(definition.options, changes);
  DocumentBuilder command;
  command.append("collMod", view->name().collection).append_all(changes);
  return engine.catalog().redefine(view, std::move(definition), command.take()).status();
}

}  // namespace

Result<Document> modify_collection(Engine& engine, const Namespace& name, DocumentView changes) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  while (true) {
    const CollectionRef collection = engine.catalog().find(name);
    if (collection == nullptr) {
      return Status(ErrorCode::kNamespaceNotFound, "ns does not exist: " + name.to_string());
    }
    DocumentBuilder changed;
    Status modified = collection->definition().view
                          ? try_to_modify_view(engine, collection, changes)
                          : try_to_modify(engine, collection, changes, changed);
    if (modified.ok()) return changed.take();
    // Another changed it since it was looked at: look again.
    if (modified.code() != ErrorCode::kWriteConflict) return modified;
  }
}

}  // namespace cairn::api
