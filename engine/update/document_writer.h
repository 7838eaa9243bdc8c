// DocumentWriter: documents written piece by piece into a buffer, whole runs of fields at a time.
#pragma once

#include <cairn/bson.h>

#include <cstring>
#include <string>
#include <string_view>

namespace cairn::update {

class DocumentWriter {
 public:
  // What an open document is known by: where it begins.
  using Level = std::size_t;

  explicit DocumentWriter(std::string& out) : out_(out) {}

  Level open() {
    out_.append(4, '\0');
    return out_.size() - 4;
  }
  Level open(BsonType type, std::string_view name) {
    header(type, name);
    return open();
  }
  void close(Level level) {
    out_.push_back('\0');
    const auto size = static_cast<std::uint32_t>(out_.size() - level);
    std::memcpy(out_.data() + level, &size, sizeof size);
  }

  // Bytes of whole fields.
  void copy(const std::uint8_t* begin, const std::uint8_t* end) {
    out_.append(reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin));
  }
  void append(std::string_view name, ValueView value) {
    header(value.type(), name);
    out_.append(reinterpret_cast<const char*>(value.data()), value.size());
  }
  void append_null(std::string_view name) { header(BsonType::kNull, name); }

  // Forgets what was written since `size` was asked for.
  std::size_t size() const { return out_.size(); }
  void truncate(std::size_t size) { out_.resize(size); }

 private:
  void header(BsonType type, std::string_view name) {
    out_.push_back(static_cast<char>(type));
    out_.append(name);
    out_.push_back('\0');
  }

  std::string& out_;
};

// Where the bytes of a field begin and end.
inline const std::uint8_t* field_begin(const Element& field) {
  return reinterpret_cast<const std::uint8_t*>(field.name.data()) - 1;
}
inline const std::uint8_t* field_end(const Element& field) {
  return field.value.data() + field.value.size();
}

}  // namespace cairn::update
