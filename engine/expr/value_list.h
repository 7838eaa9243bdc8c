// ValueList: values in a row, kept as the bytes of a BSON array.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include <cairn/bson.h>

#include "engine/expr/evaluation.h"

namespace cairn::expr {

class ValueList {
 public:
  // A missing value is kept as null.
  void push(ValueView value) {
    char name[16];
    const auto end = std::to_chars(name, name + sizeof name, count_++).ptr;
    *end = '\0';
    bytes_.push_back(static_cast<char>(value.missing() ? BsonType::kNull : value.type()));
    bytes_.append(name, static_cast<std::size_t>(end - name) + 1);
    bytes_.append(reinterpret_cast<const char*>(value.data()), value.size());
  }
  void push_all(DocumentView array) {
    for (const Element& element : array) push(element.value);
  }
  std::uint32_t size() const { return count_; }
  std::size_t bytes() const { return bytes_.capacity(); }
  void clear() {
    bytes_.clear();
    count_ = 0;
  }
  // Appends the whole array's bytes.
  void write(std::string& out) const {
    const auto size = static_cast<std::uint32_t>(bytes_.size() + 5);
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out.append(bytes_);
    out.push_back('\0');
  }
  ValueView array(Evaluation& evaluation) const {
    std::string& out = evaluation.buffer();
    out.reserve(bytes_.size() + 5);
    write(out);
    return Evaluation::array(out);
  }

 private:
  std::string bytes_;  // elements, without the array's length and end
  std::uint32_t count_ = 0;
};

// The elements of an array that `write` wrote.
inline DocumentView saved_list(std::string_view saved) {
  return DocumentView(reinterpret_cast<const std::uint8_t*>(saved.data()));
}

}  // namespace cairn::expr
