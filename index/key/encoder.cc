#include "index/key/encoder.h"

#include <algorithm>
#include <cstring>

namespace cairn::key {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

void Encoder::complement_component() {
  for (std::size_t i = component_; i < key_.size(); ++i) key_[i] = static_cast<char>(~key_[i]);
  direction_ = Direction::kAscending;
}

void Encoder::append(const NumberKey& number) {
  const std::size_t start = key_.size();
  // A copy of fixed size is much the faster; what is too much is cut off.
  key_.resize_and_overwrite(start + number.bytes.size(), [&](char* data, std::size_t) {
    std::memcpy(data + start, number.bytes.data(), number.bytes.size());
    return start + number.size;
  });
  if (number.tag_size == 0) {
    types_.assumed();
  } else {
    types_.exception(number.tag_bytes());
  }
}

void Encoder::number(double value) {
  const ShortNumber number = short_double(value);
  if (number.tag != layout::Tag::kDoubleRaw) return append(number);
  put(number.type);  // a NaN with its own bits
  std::uint8_t tag[9] = {static_cast<std::uint8_t>(number.tag)};
  std::memcpy(tag + 1, &value, sizeof value);
  types_.exception(tag);
}

void Encoder::put_terminated(Rank rank, std::string_view text) {
  const std::size_t start = key_.size();
  const std::size_t size = start + text.size() + 2;
  // The size that the callback is given is not used: GCC 12 gives the capacity.
  key_.resize_and_overwrite(size, [&](char* data, std::size_t) {
    data[start] = static_cast<char>(rank);
    std::copy_n(text.data(), text.size(), data + start + 1);
    data[size - 1] = static_cast<char>(layout::kClose);
    return size;
  });
  if (text.find('\0') == text.npos) return;
  key_.resize(start + 1);  // rare: again, with each NUL marked as the string's own
  for (const char c : text) {
    key_.push_back(c);
    if (c == 0) put(layout::kEscapedNul);
  }
  put(layout::kClose);
}

void Encoder::string(std::string_view value) {
  put_terminated(Rank::kString, value);
  types_.assumed();
}

void Encoder::symbol(std::string_view value) {
  put_terminated(Rank::kString, value);
  types_.exception(layout::Tag::kSymbol);
}

void Encoder::code(std::string_view value) { put_terminated(Rank::kCode, value); }

void Encoder::begin_code_with_scope(std::string_view code_text) {
  put_terminated(Rank::kCodeWithScope, code_text);
}

void Encoder::put_fixed(Rank rank, std::uint64_t value) {
  std::uint8_t bytes[9] = {static_cast<std::uint8_t>(rank)};
  number_detail::store_big_endian(bytes + 1, value);
  append(bytes);
}

void Encoder::date(std::int64_t value) {
  put_fixed(Rank::kDate, static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63));
}

void Encoder::timestamp(std::uint64_t value) { put_fixed(Rank::kTimestamp, value); }

void Encoder::object_id(std::span<const std::uint8_t, 12> id) {
  std::uint8_t bytes[13] = {static_cast<std::uint8_t>(Rank::kObjectId)};
  std::memcpy(bytes + 1, id.data(), id.size());
  append(bytes);
}

void Encoder::binary(std::uint8_t subtype, std::span<const std::uint8_t> bytes) {
  type(Rank::kBinary);
  if (bytes.size() < layout::kLongBinary) {
    put(static_cast<std::uint8_t>(bytes.size()));
  } else {
    put(layout::kLongBinary);
    const std::uint32_t size = __builtin_bswap32(static_cast<std::uint32_t>(bytes.size()));
    key_.append(reinterpret_cast<const char*>(&size), sizeof size);
  }
  put(subtype);
  append(bytes);
}

void Encoder::regex(std::string_view pattern, std::string_view options) {
  assert(pattern.find('\0') == pattern.npos && options.find('\0') == options.npos);
  type(Rank::kRegex);
  append(bytes_of(pattern));
  put(layout::kClose);
  append(bytes_of(options));
  put(layout::kClose);
}

void Encoder::db_pointer(std::string_view name_space, std::span<const std::uint8_t, 12> id) {
  type(Rank::kDbPointer);
  const std::uint32_t size = __builtin_bswap32(static_cast<std::uint32_t>(name_space.size()));
  key_.append(reinterpret_cast<const char*>(&size), sizeof size);
  append(bytes_of(name_space));
  append(id);
}

void Encoder::field(Rank rank, std::string_view name) {
  assert(name.find('\0') == name.npos);
  type(rank);
  append(bytes_of(name));
  put(layout::kClose);
}

void Encoder::above(Rank rank) {
  int highest = static_cast<int>(rank);
  if (rank == Rank::kNumber) highest = layout::kPositiveHuge;
  if (rank == Rank::kBoolean) highest = layout::kTrue;
  put(static_cast<std::uint8_t>(highest + 1));
}

}  // namespace cairn::key
