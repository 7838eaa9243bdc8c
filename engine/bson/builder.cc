// DocumentBuilder: each document's length is left open and written when it closes.
#include <cairn/bson.h>

#include <algorithm>
#include <cassert>
#include <charconv>

#include "engine/bson/size_limit.h"
#include "engine/bson/utf8.h"

namespace cairn {

DocumentBuilder::DocumentBuilder() : buffer_(&own_), start_(0), innermost_{0, 0} { raw(0); }

DocumentBuilder::DocumentBuilder(std::string& buffer)
    : buffer_(&buffer), start_(buffer.size()), innermost_{start_, 0} {
  raw(0);
}

void DocumentBuilder::header(BsonType type, std::string_view name) {
  const std::size_t at = buffer_->size();
  check_built_size(at);
  buffer_->resize(at + name.size() + 2);  // the NUL that closes the name comes with it
  char* out = buffer_->data() + at;
  *out = static_cast<char>(type);
  if (!name.empty()) std::memcpy(out + 1, name.data(), name.size());
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, ValueView value) {
  if (value.missing()) return *this;
  header(value.type(), name);
  buffer_->append(reinterpret_cast<const char*>(value.data()), value.size());
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, double value) {
  header(BsonType::kDouble, name);
  raw(value);
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, std::int32_t value) {
  header(BsonType::kInt32, name);
  raw(value);
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, std::int64_t value) {
  header(BsonType::kInt64, name);
  raw(value);
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, bool value) {
  header(BsonType::kBool, name);
  buffer_->push_back(value ? '\1' : '\0');
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, std::string_view value) {
  return append_text(name, BsonType::kString, value);
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, DocumentView value) {
  header(BsonType::kDocument, name);
  buffer_->append(value.bytes());
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, ObjectId value) {
  header(BsonType::kObjectId, name);
  raw(value.bytes);
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, Date value) {
  header(BsonType::kDate, name);
  raw(value.milliseconds);
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, Timestamp value) {
  header(BsonType::kTimestamp, name);
  raw(value.value());
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, Decimal128 value) {
  header(BsonType::kDecimal128, name);
  raw(value.low);
  raw(value.high);
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, BinaryView value) {
  header(BsonType::kBinary, name);
  raw(static_cast<std::uint32_t>(value.bytes.size()));
  raw(value.subtype);
  buffer_->append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
  return *this;
}

DocumentBuilder& DocumentBuilder::append(std::string_view name, RegexView value) {
  header(BsonType::kRegex, name);
  buffer_->append(value.pattern).push_back('\0');
  const std::size_t options = buffer_->size();
  buffer_->append(value.options);
  if (is_ascii(value.options)) {  // sorting bytes would tear other characters apart
    std::sort(buffer_->begin() + static_cast<std::ptrdiff_t>(options), buffer_->end());
  }
  buffer_->push_back('\0');
  return *this;
}

DocumentBuilder& DocumentBuilder::append_null(std::string_view name) {
  return append_empty(name, BsonType::kNull);
}

DocumentBuilder& DocumentBuilder::append_empty(std::string_view name, BsonType type) {
  header(type, name);
  return *this;
}

DocumentBuilder& DocumentBuilder::append_text(std::string_view name, BsonType type,
                                              std::string_view text) {
  header(type, name);
  raw(static_cast<std::uint32_t>(text.size() + 1));
  buffer_->append(text).push_back('\0');
  return *this;
}

DocumentBuilder& DocumentBuilder::append_code_with_scope(std::string_view name,
                                                         std::string_view code,
                                                         DocumentView scope) {
  header(BsonType::kCodeWithScope, name);
  raw(static_cast<std::uint32_t>(4 + 4 + code.size() + 1 + scope.size()));
  raw(static_cast<std::uint32_t>(code.size() + 1));
  buffer_->append(code).push_back('\0');
  buffer_->append(scope.bytes());
  return *this;
}

DocumentBuilder& DocumentBuilder::append_array(std::string_view name, DocumentView array) {
  header(BsonType::kArray, name);
  buffer_->append(array.bytes());
  return *this;
}

DocumentBuilder& DocumentBuilder::append_all(DocumentView document) {
  buffer_->append(document.bytes().substr(4, document.size() - 5));
  return *this;
}

void DocumentBuilder::begin(BsonType type, std::string_view name) {
  header(type, name);
  enclosing_.push_back(innermost_);
  innermost_ = {buffer_->size(), 0};
  raw(0);
}

DocumentBuilder& DocumentBuilder::begin_document(std::string_view name) {
  begin(BsonType::kDocument, name);
  return *this;
}

DocumentBuilder& DocumentBuilder::begin_array(std::string_view name) {
  begin(BsonType::kArray, name);
  return *this;
}

DocumentBuilder& DocumentBuilder::end() {
  assert(!enclosing_.empty() && "end() without a begin; finish() closes the outermost");
  finish();
  innermost_ = enclosing_.back();
  enclosing_.pop_back();
  return *this;
}

void DocumentBuilder::finish() {
  buffer_->push_back('\0');
  const auto length = static_cast<std::uint32_t>(buffer_->size() - innermost_.start);
  std::memcpy(buffer_->data() + innermost_.start, &length, sizeof length);
}

Document DocumentBuilder::take() {
  assert(buffer_ == &own_ && enclosing_.empty());
  finish();
  return Document::from_validated_bytes(std::move(own_));
}

Value DocumentBuilder::take_array() {
  assert(enclosing_.empty());
  finish();
  return Value::array(
      DocumentView(reinterpret_cast<const std::uint8_t*>(buffer_->data()) + start_));
}

std::string_view DocumentBuilder::next_index() {
  const auto end =
      std::to_chars(index_text_, index_text_ + sizeof index_text_, innermost_.next_index++);
  return {index_text_, static_cast<std::size_t>(end.ptr - index_text_)};
}

}  // namespace cairn
