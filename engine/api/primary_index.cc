#include "engine/api/primary_index.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace cairn::api {
namespace {

bool is_id_key(ValueView key) {
  if (!key.is_document()) return false;
  auto field = key.as_document().begin();
  if (field == key.as_document().end() || field->name != "_id") return false;
  if (!field->value.is_number() || field->value.to_double() != 1) return false;
  return ++field == key.as_document().end();
}

Status wrong_clustered_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field 'create.clusteredIndex.{}' is the wrong type '{}', expected {}",
                      field, type_name(value.type()), expected)};
}

Status check_clustered_field(const Element& field) {
  const ValueView value = field.value;
  const bool absent = !value.has_value();  // null is, to MongoDB's parsers
  if (field.name == "key") {
    if (value.is_document() || absent) return Status();
    return wrong_clustered_type("key", value, "type 'object'");
  }
  if (field.name == "name") {
    if (value.is_string() || absent) return Status();
    return wrong_clustered_type("name", value, "type 'string'");
  }
  if (field.name == "unique") {
    if (value.is_number() || value.type() == BsonType::kBool || absent) return Status();
    return wrong_clustered_type("unique", value, "types '[bool, long, int, decimal, double]'");
  }
  if (field.name == "v") {
    if (value.is_number() || absent) return Status();
    return wrong_clustered_type("v", value, "types '[long, int, decimal, double]'");
  }
  return {ErrorCode::kIDLUnknownField,
          fmt::format("BSON field 'create.clusteredIndex.{}' is an unknown field.", field.name)};
}

Status check_clustered_fields(DocumentView index) {
  for (const Element& field : index) CAIRN_RETURN_IF_ERROR(check_clustered_field(field));
  for (const char* required : {"key", "unique"}) {
    if (index[required].has_value()) continue;
    return {ErrorCode::kIDLFailedToParse,
            fmt::format("BSON field 'create.clusteredIndex.{}' is missing but a required field",
                        required)};
  }
  return Status();
}

Status check_id_field(const Element& field, DocumentView index) {
  constexpr std::string_view kAllowed[] = {"key", "name", "ns", "v", "collation"};
  if (std::find(std::begin(kAllowed), std::end(kAllowed), field.name) == std::end(kAllowed)) {
    return {ErrorCode::kInvalidIndexSpecificationOption,
            fmt::format("The field '{}' is not valid for an _id index specification. "
                        "Specification: {}",
                        field.name, to_shell_text(index))};
  }
  if (field.name == "name" && !field.value.is_string()) {
    return {ErrorCode::kTypeMismatch, fmt::format("The field 'name' must be a string, but got {}",
                                                  type_name(field.value.type()))};
  }
  return Status();
}

Result<Document> specification_of(ValueView collation) {
  if (!collation.is_document() || collation.as_document().empty()) return Document();
  CAIRN_ASSIGN_OR_RETURN(const CollationPtr parsed,
                         parse_collation(collation.as_document(), "create.idIndex.collation"));
  return parsed == nullptr ? Document() : Document(parsed->specification());
}

Status check_id_collation(ValueView own, ValueView collection) {
  if (own.missing()) return Status();
  CAIRN_ASSIGN_OR_RETURN(const Document mine, specification_of(own));
  CAIRN_ASSIGN_OR_RETURN(const Document its, specification_of(collection));
  if (mine == its) return Status();
  return {ErrorCode::kBadValue, "'idIndex' must have the same collation as the collection."};
}

}  // namespace

Result<Document> check_clustered_index(ValueView option) {
  if (!option.is_document()) {
    return Status(
        location(5979703),
        "The 'clusteredIndex' legacy format {clusteredIndex: <bool>} is only supported for "
        "specific internal collections and vice versa");
  }
  const DocumentView index = option.as_document();
  CAIRN_RETURN_IF_ERROR(check_clustered_fields(index));
  if (!is_id_key(index["key"])) {
    return Status(ErrorCode::kInvalidIndexSpecificationOption,
                  "The clusteredIndex option is only supported for key: {_id: 1}");
  }
  if (!index["unique"].truthy()) {
    return Status(location(5979700),
                  "The clusteredIndex option requires unique: true to be specified");
  }
  const ValueView name = index["name"];
  const std::int64_t version = index["v"].is_number() ? index["v"].to_int64_clamped() : 2;
  DocumentBuilder checked;
  checked.append("v", static_cast<std::int32_t>(version)).append("key", document("_id", 1));
  checked.append("name", name.is_string() ? name.as_string() : std::string_view("_id_"));
  Document complete = checked.append("unique", true).take();
  if (version == 2) return complete;
  return Status(location(5979704),
                fmt::format("Invalid clusteredIndex specification {}; cannot create a "
                            "clusteredIndex with v={}",
                            to_shell_text(complete.view()), version));
}

Result<Document> check_id_index(ValueView option, ValueView collection_collation) {
  if (!option.is_document()) return Status(ErrorCode::kTypeMismatch, "idIndex must be an object");
  const DocumentView index = option.as_document();
  for (const Element& field : index) CAIRN_RETURN_IF_ERROR(check_id_field(field, index));
  for (const char* required : {"key", "name"}) {
    if (!index[required].missing()) continue;
    return Status(
        ErrorCode::kFailedToParse,
        fmt::format("The '{}' field is a required property of an index specification", required));
  }
  if (!is_id_key(index["key"])) {
    return Status(ErrorCode::kBadValue,
                  "The field 'key' for an _id index must be {_id: 1}, but got " +
                      to_shell_text(index["key"]));
  }
  CAIRN_RETURN_IF_ERROR(check_id_collation(index["collation"], collection_collation));
  return document("v", 2, "key", document("_id", 1), "name", "_id_");
}

}  // namespace cairn::api
