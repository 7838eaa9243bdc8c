// HeldValue: a value that is overwritten again and again, and keeps its memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <cairn/bson.h>

namespace cairn::expr {

class HeldValue {
 public:
  void assign(ValueView value) {
    type_ = value.type();
    bytes_.assign(reinterpret_cast<const char*>(value.data()), value.size());
  }
  ValueView view() const {
    return {type_, reinterpret_cast<const std::uint8_t*>(bytes_.data()),
            static_cast<std::uint32_t>(bytes_.size())};
  }
  bool missing() const { return type_ == BsonType::kEnd; }
  // On the heap.
  std::size_t bytes() const { return bytes_.capacity() > 15 ? bytes_.capacity() : 0; }

 private:
  BsonType type_ = BsonType::kEnd;
  std::string bytes_;
};

// A value as bytes, for states that are saved.
inline void save_value(ValueView value, std::string& out) {
  out.push_back(static_cast<char>(value.type()));
  out.append(reinterpret_cast<const char*>(value.data()), value.size());
}
// REQUIRES: written by save_value.
inline ValueView saved_value(std::string_view saved) {
  return {static_cast<BsonType>(saved.front()),
          reinterpret_cast<const std::uint8_t*>(saved.data()) + 1,
          static_cast<std::uint32_t>(saved.size() - 1)};
}

}  // namespace cairn::expr
