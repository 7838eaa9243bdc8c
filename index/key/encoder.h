// Writes keys: bytes that compare with memcmp as MongoDB compares the values. FORMAT.md has every
// byte.
//
//   std::string key = keyspace_prefix, type_bits;
//   Encoder encoder(key, type_bits);
//   encoder.begin(Direction::kAscending);
//   encoder.string("Ada");
//   encoder.begin(Direction::kDescending);
//   encoder.int32(36);
//   encoder.finish(Terminator::kEnd);
//
// One component is one value; objects, arrays and scopes are opened, filled and closed. Nothing can
// fail: what is written is as valid as the calls are. Allocates only what the two strings need to
// grow. Thread-safety: none; an encoder belongs to one caller.
#pragma once

#include "index/key/layout.h"
#include "index/key/number.h"
#include "index/key/type_bits.h"

#include <cassert>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cairn::key {

class Encoder {
 public:
  // Appends to `key` and `type_bits`, which outlive the encoder.
  Encoder(std::string& key, std::string& type_bits) : key_(key), types_(&type_bits) {}
  // For bounds, which nobody decodes: no type bits.
  explicit Encoder(std::string& key) : key_(key), types_(nullptr) {}
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  // Starts a component, which ends the one before.
  void begin(Direction direction) {
    close_component();
    direction_ = direction;
    component_ = key_.size();
  }
  // Ends the last component and the key.
  void finish(Terminator terminator) {
    close_component();
    put(static_cast<std::uint8_t>(terminator));
  }

  void min_key() { type(Rank::kMinKey); }
  void undefined() { type(Rank::kUndefined); }
  void null() { type(Rank::kNull); }
  void int32(std::int32_t value) { append(short_int32(value)); }
  void int64(std::int64_t value) { append(short_int64(value)); }
  void number(double value);
  void decimal128(DecimalBits value) { append(encode_decimal(value)); }
  void string(std::string_view value);
  void symbol(std::string_view value);
  // `bytes` as BSON stores them: of subtype 2 with its inner length, which MongoDB counts.
  void binary(std::uint8_t subtype, std::span<const std::uint8_t> bytes);
  void object_id(std::span<const std::uint8_t, 12> id);
  void boolean(bool value) { put(value ? layout::kTrue : layout::kFalse); }
  // Milliseconds since 1970.
  void date(std::int64_t value);
  // Seconds << 32 | increment.
  void timestamp(std::uint64_t value);
  // REQUIRES: no NUL in either.
  void regex(std::string_view pattern, std::string_view options);
  void db_pointer(std::string_view name_space, std::span<const std::uint8_t, 12> id);
  void code(std::string_view value);
  void max_key() { type(Rank::kMaxKey); }

  // For each field of an object: `field`, then its value. REQUIRES: `rank` is the value's, no NUL
  // in `name`.
  void begin_object() { type(Rank::kObject); }
  void field(Rank rank, std::string_view name);
  void end_object() { put(layout::kClose); }

  void begin_array() { type(Rank::kArray); }
  void end_array() { put(layout::kClose); }

  // The scope's fields follow, as those of an object.
  void begin_code_with_scope(std::string_view code_text);
  void end_code_with_scope() { put(layout::kClose); }

  // For bounds: a component that sorts below, or above, every value of that rank, and on the other
  // side of nothing else.
  void below(Rank rank) { put(static_cast<std::uint8_t>(static_cast<int>(rank) - 1)); }
  void above(Rank rank);

 private:
  void put(std::uint8_t byte) { key_.push_back(static_cast<char>(byte)); }
  void type(Rank rank) { put(static_cast<std::uint8_t>(rank)); }
  void put_fixed(Rank rank, std::uint64_t value);
  void put_terminated(Rank rank, std::string_view text);
  void append(std::span<const std::uint8_t> bytes) {
    key_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void append(const ShortNumber& number) {
    const std::size_t start = key_.size();
    // Eight bytes are written whatever the size; what is too much is cut off.
    key_.resize_and_overwrite(start + 9, [&](char* data, std::size_t) {
      auto* const to = reinterpret_cast<std::uint8_t*>(data) + start;
      *to = number.type;
      number_detail::store_big_endian(to + 1, number.payload);
      return start + 1 + number.size;
    });
    if (number.tag == layout::Tag::kSkip) {
      types_.assumed();
    } else {
      types_.exception(number.tag);
    }
  }
  void append(const NumberKey& number);
  void close_component() {
    if (direction_ == Direction::kDescending) complement_component();
  }
  void complement_component();

  std::string& key_;
  TypeBitsWriter types_;
  std::size_t component_ = 0;  // where the descending component being written starts
  Direction direction_ = Direction::kAscending;
};

}  // namespace cairn::key
