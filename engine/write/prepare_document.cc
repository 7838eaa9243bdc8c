#include "engine/write/prepare_document.h"

#include "engine/bson/nesting.h"

#include <fmt/format.h>

namespace cairn::write {
namespace {

bool is_empty_timestamp(ValueView value) {
  return value.type() == BsonType::kTimestamp && value.as_timestamp().value() == 0;
}

struct Shape {
  ValueView id;
  bool id_first = false;
  bool has_empty_timestamp = false;
};

// The first name with a `$` in front, at any depth, or empty. A document may begin with a
// reference: {$ref: "…", $id: …, $db: "…"}, the last of which may be missing.
std::string_view dollar_name(DocumentView document) {
  auto field = document.begin();
  if (!field.at_end() && field->name == "$ref" && field->value.is_string()) {
    const auto reference = field;
    ++field;
    if (field.at_end() || field->name != "$id") return reference->name;
    ++field;
    if (!field.at_end() && field->name == "$db" && field->value.is_string()) ++field;
  }
  for (; !field.at_end(); ++field) {
    if (field->name.starts_with('$')) return field->name;
    if (!field->value.is_document() && !field->value.is_array()) continue;
    const std::string_view inside = dollar_name(field->value.as_document());
    if (!inside.empty()) return inside;
  }
  return {};
}

Result<Shape> examine(DocumentView document) {
  Shape shape;
  bool first = true;
  for (const Element& field : document) {
    if (field.name == "_id") {
      if (!shape.id.missing()) {
        return Status(ErrorCode::kBadValue, "can't have multiple _id fields in one document");
      }
      shape.id = field.value;
      shape.id_first = first;
    } else if (is_empty_timestamp(field.value)) {
      shape.has_empty_timestamp = true;
    }
    first = false;
  }
  return shape;
}

}  // namespace

Status check_nesting(DocumentView document) {
  if (nesting_up_to(document, kMaxNestingStored + 1) <= kMaxNestingStored) return Status();
  return {ErrorCode::kOverflow,
          fmt::format("Document exceeds maximum nesting depth of {}", kMaxNestingStored)};
}

Status check_id(ValueView id) {
  switch (id.type()) {
    case BsonType::kArray:
    case BsonType::kRegex:
    case BsonType::kUndefined:
      return {ErrorCode::kInvalidIdField,
              fmt::format("The '_id' value cannot be of type {}", type_name(id.type()))};
    case BsonType::kDocument:
      break;
    default:
      return Status();
  }
  const std::string_view name = dollar_name(id.as_document());
  if (name.empty()) return Status();
  return {
      ErrorCode::kDollarPrefixedFieldName,
      fmt::format("_id fields may not contain '$'-prefixed fields: {} is not valid for storage.",
                  name)};
}

Result<DocumentView> prepare_document(DocumentView document, Timestamp cluster_time,
                                      std::string& buffer, EmptyTimestamps timestamps) {
  if (document.size() > kMaxDocumentBytes) {
    return Status(ErrorCode::kBadValue,
                  fmt::format("object to insert too large. size in bytes: {}, max size: {}",
                              document.size(), kMaxDocumentBytes));
  }
  if (nesting_up_to(document, kMaxNestingStored + 1) > kMaxNestingStored) {
    return Status(ErrorCode::kOverflow,
                  fmt::format("cannot insert document because it exceeds {} levels of nesting",
                              kMaxNestingStored));
  }
  CAIRN_ASSIGN_OR_RETURN(const Shape shape, examine(document));
  CAIRN_RETURN_IF_ERROR(check_id(shape.id));
  const bool fill = timestamps == EmptyTimestamps::kFill;
  if (shape.id_first && !(fill && shape.has_empty_timestamp)) return document;

  buffer.clear();
  buffer.reserve(document.size() + 32);
  DocumentBuilder builder(buffer);
  if (shape.id.missing()) {
    builder.append("_id", ObjectId::generate());
  } else {
    builder.append("_id", shape.id);
  }
  for (const Element& field : document) {
    if (field.name == "_id") continue;
    if (fill && is_empty_timestamp(field.value)) {
      builder.append(field.name, cluster_time);
    } else {
      builder.append(field.name, field.value);
    }
  }
  builder.finish();
  return DocumentView(reinterpret_cast<const std::uint8_t*>(buffer.data()));
}

}  // namespace cairn::write
