#include "engine/bson/key_string.h"

namespace cairn {
namespace {

void append_fields(DocumentView document, key::Encoder& encoder, const Collation* collation) {
  for (const Element& element : document) {
    encoder.field(key_rank(element.value.type()), element.name);
    append_key(element.value, encoder, collation);
  }
}

void append_nested(ValueView value, key::Encoder& encoder, const Collation* collation) {
  if (value.is_array()) {
    encoder.begin_array();
    for (const Element& element : value.as_document())
      append_key(element.value, encoder, collation);
    return encoder.end_array();
  }
  if (value.is_document()) {
    encoder.begin_object();
    append_fields(value.as_document(), encoder, collation);
    return encoder.end_object();
  }
  encoder.begin_code_with_scope(value.code_with_scope_code());
  append_fields(value.code_with_scope_scope(), encoder, collation);
  encoder.end_code_with_scope();
}

void append_text(ValueView value, key::Encoder& encoder, const Collation* collation) {
  if (collation != nullptr) {
    std::string sort_key;
    collation->append_sort_key(value.as_string(), sort_key);
    return encoder.string(sort_key);
  }
  return value.is_string() ? encoder.string(value.as_string()) : encoder.symbol(value.as_string());
}

void append_decimal(Decimal128 value, key::Encoder& encoder) {
  encoder.decimal128({.low = value.low, .high = value.high});
}

}  // namespace

key::Rank key_rank(BsonType type) {
  switch (type) {
    case BsonType::kMinKey:
      return key::Rank::kMinKey;
    case BsonType::kUndefined:
      return key::Rank::kUndefined;
    case BsonType::kEnd:
    case BsonType::kNull:
      return key::Rank::kNull;
    case BsonType::kDouble:
    case BsonType::kInt32:
    case BsonType::kInt64:
    case BsonType::kDecimal128:
      return key::Rank::kNumber;
    case BsonType::kString:
    case BsonType::kSymbol:
      return key::Rank::kString;
    case BsonType::kDocument:
      return key::Rank::kObject;
    case BsonType::kArray:
      return key::Rank::kArray;
    case BsonType::kBinary:
      return key::Rank::kBinary;
    case BsonType::kObjectId:
      return key::Rank::kObjectId;
    case BsonType::kBool:
      return key::Rank::kBoolean;
    case BsonType::kDate:
      return key::Rank::kDate;
    case BsonType::kTimestamp:
      return key::Rank::kTimestamp;
    case BsonType::kRegex:
      return key::Rank::kRegex;
    case BsonType::kDbPointer:
      return key::Rank::kDbPointer;
    case BsonType::kCode:
      return key::Rank::kCode;
    case BsonType::kCodeWithScope:
      return key::Rank::kCodeWithScope;
    case BsonType::kMaxKey:
      return key::Rank::kMaxKey;
  }
  return key::Rank::kNull;
}

void append_key(ValueView value, key::Encoder& encoder, const Collation* collation) {
  switch (value.type()) {
    case BsonType::kMinKey:
      return encoder.min_key();
    case BsonType::kUndefined:
      return encoder.undefined();
    case BsonType::kEnd:
    case BsonType::kNull:
      return encoder.null();
    case BsonType::kDouble:
      return encoder.number(value.as_double());
    case BsonType::kInt32:
      return encoder.int32(value.as_int32());
    case BsonType::kInt64:
      return encoder.int64(value.as_int64());
    case BsonType::kDecimal128:
      return append_decimal(value.as_decimal128(), encoder);
    case BsonType::kString:
    case BsonType::kSymbol:
      return append_text(value, encoder, collation);
    case BsonType::kBinary:
      return encoder.binary(value.as_binary().subtype, value.as_binary().bytes);
    case BsonType::kObjectId:
      return encoder.object_id(value.bytes().first<12>());
    case BsonType::kBool:
      return encoder.boolean(value.as_bool());
    case BsonType::kDate:
      return encoder.date(value.as_date().milliseconds);
    case BsonType::kTimestamp:
      return encoder.timestamp(value.as_timestamp().value());
    case BsonType::kRegex:
      return encoder.regex(value.as_regex().pattern, value.as_regex().options);
    case BsonType::kDbPointer:
      return encoder.db_pointer(value.db_pointer_namespace(), value.bytes().last<12>());
    case BsonType::kCode:
      return encoder.code(value.as_string());
    case BsonType::kDocument:
    case BsonType::kArray:
    case BsonType::kCodeWithScope:
      return append_nested(value, encoder, collation);
    case BsonType::kMaxKey:
      return encoder.max_key();
  }
}

}  // namespace cairn
