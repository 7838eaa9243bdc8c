// Views of the composite payloads, and the conversions between numbers.
#include <cairn/bson.h>

#include "engine/bson/decimal128.h"

namespace cairn {
namespace {

const char* text_at(const std::uint8_t* at) { return reinterpret_cast<const char*>(at); }

// 2^63, the first double past int64.
constexpr double kInt64Limit = 9223372036854775808.0;

}  // namespace

namespace bson_detail {

std::uint32_t regex_size(const std::uint8_t* data) {
  const std::size_t pattern = std::strlen(text_at(data)) + 1;
  return static_cast<std::uint32_t>(pattern + std::strlen(text_at(data + pattern)) + 1);
}

}  // namespace bson_detail

RegexView ValueView::as_regex() const {
  const std::string_view pattern(text_at(data_));
  return {pattern, std::string_view(text_at(data_) + pattern.size() + 1)};
}

// Layout: int32 total, int32 code length with its NUL, code, NUL, scope document.
std::string_view ValueView::code_with_scope_code() const {
  return {text_at(data_ + 8), bson_detail::load<std::uint32_t>(data_ + 4) - 1};
}

DocumentView ValueView::code_with_scope_scope() const {
  return DocumentView(data_ + 8 + bson_detail::load<std::uint32_t>(data_ + 4));
}

// Layout: int32 length with its NUL, namespace, NUL, 12 bytes of id.
std::string_view ValueView::db_pointer_namespace() const {
  return {text_at(data_ + 4), bson_detail::load<std::uint32_t>(data_) - 1};
}

ObjectId ValueView::db_pointer_id() const {
  ObjectId id;
  std::memcpy(id.bytes.data(), data_ + size_ - 12, 12);
  return id;
}

double ValueView::to_double() const {
  switch (type_) {
    case BsonType::kInt32:
      return as_int32();
    case BsonType::kInt64:
      return static_cast<double>(as_int64());
    case BsonType::kDecimal128:
      return decimal128_to_double(as_decimal128());
    default:
      return as_double();
  }
}

std::optional<std::int64_t> ValueView::to_int64_exact() const {
  switch (type_) {
    case BsonType::kInt32:
      return as_int32();
    case BsonType::kInt64:
      return as_int64();
    case BsonType::kDecimal128:
      return decimal128_to_int64_exact(as_decimal128());
    default:
      break;
  }
  const double value = as_double();
  if (!(value >= -kInt64Limit && value < kInt64Limit)) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(value);
  if (static_cast<double>(whole) != value) return std::nullopt;
  return whole;
}

std::int64_t ValueView::to_int64_clamped() const {
  switch (type_) {
    case BsonType::kInt32:
      return as_int32();
    case BsonType::kInt64:
      return as_int64();
    case BsonType::kDecimal128:
      return decimal128_to_int64_clamped(as_decimal128());
    default:
      break;
  }
  const double value = as_double();
  if (value != value) return 0;
  if (value >= kInt64Limit) return INT64_MAX;
  if (value < -kInt64Limit) return INT64_MIN;
  return static_cast<std::int64_t>(value);
}

bool ValueView::truthy() const {
  switch (type_) {
    case BsonType::kEnd:
    case BsonType::kNull:
    case BsonType::kUndefined:
      return false;
    case BsonType::kBool:
      return as_bool();
    case BsonType::kInt32:
      return as_int32() != 0;
    case BsonType::kInt64:
      return as_int64() != 0;
    case BsonType::kDouble:
      return as_double() != 0;
    case BsonType::kDecimal128:
      return !decimal128_is_zero(as_decimal128());
    default:
      return true;
  }
}

std::uint32_t DocumentView::count() const {
  std::uint32_t fields = 0;
  for (auto it = begin(); !it.at_end(); ++it) ++fields;
  return fields;
}

ValueView DocumentView::find(std::string_view name) const {
  for (const std::uint8_t* at = data_ + 4; *at != 0;) {
    const auto type = static_cast<BsonType>(*at);
    const char* field = text_at(at + 1);
    const std::size_t length = std::strlen(field);
    const std::uint8_t* data = at + length + 2;
    if (length == name.size() && std::memcmp(field, name.data(), length) == 0) {
      return {type, data, value_size(type, data)};
    }
    at = data + value_size(type, data);
  }
  return {};
}

}  // namespace cairn
