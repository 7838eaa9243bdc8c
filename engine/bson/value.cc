// Owned values and documents.
#include <cairn/bson.h>

namespace cairn {
namespace {

template <typename T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

}  // namespace

Value Value::null() { return {BsonType::kNull, {}}; }
Value Value::boolean(bool v) { return {BsonType::kBool, std::string(1, v ? '\1' : '\0')}; }
Value Value::int32(std::int32_t v) { return {BsonType::kInt32, bytes_of(v)}; }
Value Value::int64(std::int64_t v) { return {BsonType::kInt64, bytes_of(v)}; }
Value Value::number(double v) { return {BsonType::kDouble, bytes_of(v)}; }
Value Value::decimal128(Decimal128 v) { return {BsonType::kDecimal128, bytes_of(v)}; }
Value Value::date(Date v) { return {BsonType::kDate, bytes_of(v.milliseconds)}; }
Value Value::timestamp(Timestamp v) { return {BsonType::kTimestamp, bytes_of(v.value())}; }
Value Value::object_id(ObjectId v) { return {BsonType::kObjectId, bytes_of(v.bytes)}; }
Value Value::document(DocumentView v) { return {BsonType::kDocument, std::string(v.bytes())}; }
Value Value::array(DocumentView v) { return {BsonType::kArray, std::string(v.bytes())}; }

Value Value::string(std::string_view v) {
  std::string bytes;
  bytes.reserve(v.size() + 5);
  bytes.append(bytes_of(static_cast<std::uint32_t>(v.size() + 1))).append(v).push_back('\0');
  return {BsonType::kString, std::move(bytes)};
}

Result<Document> Document::from_bytes(std::string_view bytes) {
  const std::span<const std::uint8_t> span(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                           bytes.size());
  CAIRN_ASSIGN_OR_RETURN(const DocumentView view, validate_document(span));
  return Document(view);
}

}  // namespace cairn
