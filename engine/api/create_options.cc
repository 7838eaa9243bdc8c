#include "engine/api/create_options.h"

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
    return Status(ErrorCode::kTypeMismatch, "clusteredIndex must be an object");
  }
  const DocumentView index = value.as_document();
  if (!is_id_key(index["key"])) {
    return Status(location(5979701),
                  "The clusteredIndex option is only supported for key: {_id: 1}");
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

bool is_simple_collation(ValueView value) {
  return value.is_document() && value.as_document()["locale"].is_string() &&
         value.as_document()["locale"].as_string() == "simple";
}

// Options that mean nothing while they have the value that says "no".
bool is_off(const Element& option) {
  if (option.name == "capped" || option.name == "autoIndexId") return !option.value.truthy();
  if (option.name == "validator" || option.name == "storageEngine" ||
      option.name == "indexOptionDefaults") {
    return option.value.is_document() && option.value.as_document().empty();
  }
  if (option.name == "flags") return true;
  return option.name == "collation" && is_simple_collation(option.value);
}

}  // namespace

Result<CheckedCreateOptions> check_create_options(DocumentView options) {
  CheckedCreateOptions checked;
  DocumentBuilder kept;
  for (const Element& option : options) {
    if (option.name == "clusteredIndex") {
      CAIRN_ASSIGN_OR_RETURN(const Document index, check_clustered_index(option.value));
      kept.append("clusteredIndex", index);
    } else if (option.name == "idIndex") {
      CAIRN_ASSIGN_OR_RETURN(checked.id_index, check_id_index(option.value));
    } else if (!is_off(option)) {
      return Status(
          ErrorCode::kNotImplemented,
          fmt::format("collection option '{}' is not supported by Cairn yet", option.name));
    }
  }
  checked.options = kept.take();
  return checked;
}

}  // namespace cairn::api
