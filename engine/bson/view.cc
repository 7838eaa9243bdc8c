// Views of the composite payloads, and the conversions between numbers.
#include <cairn/bson.h>

#include "engine/bson/decimal128.h"
#include "engine/bson/number.h"

namespace cairn {
namespace {

const char* text_at(const std::uint8_t* at) { return reinterpret_cast<const char*>(at); }

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
  if (!(value >= -kInt64End && value < kInt64End)) return std::nullopt;
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
  if (value >= kInt64End) return INT64_MAX;
  if (value < -kInt64End) return INT64_MIN;
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

namespace {

ValueView find_any(const std::uint8_t* at, const std::uint8_t* end, std::string_view name) {
  while (*at != 0) {
    const auto type = static_cast<BsonType>(*at);
    const std::size_t length = bson_detail::name_length(at + 1, end);
    const std::uint8_t* data = at + length + 2;
    if (length == name.size() && std::memcmp(at + 1, name.data(), length) == 0) {
      return {type, data, value_size(type, data)};
    }
    at = data + value_size(type, data);
  }
  return {};
}

// A name of up to 7 bytes is, with its NUL, one word: one comparison decides.
ValueView find_short(const std::uint8_t* at, const std::uint8_t* end, std::string_view name) {
  std::uint64_t wanted = 0;
  if (!name.empty()) std::memcpy(&wanted, name.data(), name.size());
  // A name that is looked for may be any text; one with a NUL inside is no field's.
  const auto first_nul =
      static_cast<std::size_t>(std::countr_zero(bson_detail::zero_bytes(wanted)));
  if (first_nul / 8 != name.size()) return {};
  const std::uint64_t mask = ~std::uint64_t{0} >> (56 - 8 * name.size());
  while (*at != 0) {
    if (end - at < 9) return find_any(at, end, name);
    const auto type = static_cast<BsonType>(*at);
    const auto word = bson_detail::load<std::uint64_t>(at + 1);
    if ((word & mask) == wanted) {
      const std::uint8_t* data = at + name.size() + 2;
      return {type, data, value_size(type, data)};
    }
    const std::uint64_t zeros = bson_detail::zero_bytes(word);
    const std::size_t length = zeros != 0 ? static_cast<std::size_t>(std::countr_zero(zeros)) / 8
                                          : 8 + bson_detail::name_length(at + 9, end);
    const std::uint8_t* data = at + length + 2;
    at = data + value_size(type, data);
  }
  return {};
}

}  // namespace

ValueView DocumentView::find(std::string_view name) const {
  const std::uint8_t* end = data_ + size();
  constexpr std::size_t kLongestShort = 7;
  return name.size() <= kLongestShort ? find_short(data_ + 4, end, name)
                                      : find_any(data_ + 4, end, name);
}

}  // namespace cairn
