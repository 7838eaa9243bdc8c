// validate_document: one pass over the bytes, without recursion; every length is checked before it
// is used.
//
// Invariant of the walk: `at_` never passes `frames_.back().end`, the terminator of the innermost
// open document, and each frame's end lies inside its parent's. So a frame is complete exactly when
// its terminator is met at its end.
#include <cairn/bson.h>

#include "engine/bson/utf8.h"

namespace cairn {
namespace {

constexpr std::uint32_t kEmptyDocumentBytes = 5;

class Validator {
 public:
  Validator(std::span<const std::uint8_t> bytes, const ValidateOptions& options)
      : begin_(bytes.data()), at_(begin_), size_(bytes.size()), options_(options) {}

  Status run();

 private:
  struct Frame {
    const std::uint8_t* end;  // of the document's terminator
    std::string_view name;
  };

  Status open_outermost();
  // Opens the document whose length starts at at_ and which must end at or before `limit`.
  Status open(const std::uint8_t* limit);
  Status element();
  Status value(BsonType type);
  Status sized_value(BsonType type);
  Status text(std::size_t length);
  Status binary(std::size_t length);
  Status regex();
  Status code_with_scope(std::size_t total);
  Status skip(std::size_t bytes);
  Result<std::string_view> c_string();

  std::size_t left() const { return static_cast<std::size_t>(frames_.back().end - at_); }
  Status error(std::string_view what) const;

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  std::size_t size_;
  const ValidateOptions& options_;
  std::vector<Frame> frames_;
  std::string_view name_;
};

Status Validator::error(std::string_view what) const {
  std::string message(what);
  message.append(" in field '");
  for (std::size_t i = 1; i < frames_.size(); ++i) message.append(frames_[i].name).push_back('.');
  message.append(name_).append("' at byte ").append(std::to_string(at_ - begin_));
  return {ErrorCode::kInvalidBSON, std::move(message)};
}

Status Validator::open_outermost() {
  if (size_ < kEmptyDocumentBytes) {
    return {ErrorCode::kInvalidBSON,
            "a document has at least 5 bytes, got: " + std::to_string(size_)};
  }
  const auto length = bson_detail::load<std::uint32_t>(begin_);
  if (length > options_.max_bytes) {
    return {ErrorCode::kBSONObjectTooLarge,
            "a document has at most " + std::to_string(options_.max_bytes) +
                " bytes, its length says: " + std::to_string(length)};
  }
  if (length != size_) {
    return {ErrorCode::kInvalidBSON, "the document's length is not that of its bytes (" +
                                         std::to_string(size_) +
                                         "), it says: " + std::to_string(length)};
  }
  return open(begin_ + size_);
}

Status Validator::open(const std::uint8_t* limit) {
  if (frames_.size() > static_cast<std::size_t>(options_.max_nesting)) {
    return error("documents nested deeper than " + std::to_string(options_.max_nesting));
  }
  const auto available = static_cast<std::size_t>(limit - at_);
  if (available < kEmptyDocumentBytes) return error("document cut short");
  const auto length = bson_detail::load<std::uint32_t>(at_);
  if (length < kEmptyDocumentBytes || length > available) return error("wrong document length");
  if (at_[length - 1] != 0) return error("document without terminator");
  frames_.push_back({at_ + length - 1, name_});
  at_ += 4;
  return {};
}

Status Validator::run() {
  CAIRN_RETURN_IF_ERROR(open_outermost());
  while (!frames_.empty()) {
    if (*at_ != 0) {
      CAIRN_RETURN_IF_ERROR(element());
      continue;
    }
    if (at_ != frames_.back().end) return error("terminator before the document's end");
    ++at_;
    name_ = frames_.back().name;
    frames_.pop_back();
  }
  return {};
}

Status Validator::element() {
  if (left() == 0) return error("document without terminator");
  const auto type = static_cast<BsonType>(*at_++);
  CAIRN_ASSIGN_OR_RETURN(name_, c_string());
  return value(type);
}

Result<std::string_view> Validator::c_string() {
  const void* nul = std::memchr(at_, 0, left());
  if (nul == nullptr) return error("text without its closing NUL");
  const std::string_view text(reinterpret_cast<const char*>(at_),
                              static_cast<const std::uint8_t*>(nul) - at_);
  if (options_.check_utf8 && !is_valid_utf8(text)) return error("text that is not UTF-8");
  at_ += text.size() + 1;
  return text;
}

Status Validator::skip(std::size_t bytes) {
  if (bytes > left()) return error("value cut short");
  at_ += bytes;
  return {};
}

Status Validator::value(BsonType type) {
  switch (type) {
    case BsonType::kNull:
    case BsonType::kUndefined:
    case BsonType::kMinKey:
    case BsonType::kMaxKey:
      return {};
    case BsonType::kInt32:
      return skip(4);
    case BsonType::kDouble:
    case BsonType::kDate:
    case BsonType::kTimestamp:
    case BsonType::kInt64:
      return skip(8);
    case BsonType::kObjectId:
      return skip(12);
    case BsonType::kDecimal128:
      return skip(16);
    case BsonType::kBool:
      if (left() > 0 && *at_ > 1) return error("a boolean that is neither 0 nor 1");
      return skip(1);
    case BsonType::kDocument:
    case BsonType::kArray:
      return open(frames_.back().end);
    case BsonType::kRegex:
      return regex();
    default:
      return sized_value(type);
  }
}

// The types whose payload opens with a length.
Status Validator::sized_value(BsonType type) {
  if (left() < 4) return error("value cut short");
  const auto length = bson_detail::load<std::uint32_t>(at_);
  switch (type) {
    case BsonType::kString:
    case BsonType::kSymbol:
    case BsonType::kCode:
      at_ += 4;
      return text(length);
    case BsonType::kBinary:
      return binary(length);
    case BsonType::kDbPointer:
      at_ += 4;
      CAIRN_RETURN_IF_ERROR(text(length));
      return skip(12);
    case BsonType::kCodeWithScope:
      return code_with_scope(length);
    default:
      return error("unknown type");
  }
}

// `length` counts the closing NUL, which text in the middle may hold too.
Status Validator::text(std::size_t length) {
  if (length == 0 || length > left()) return error("wrong string length");
  if (at_[length - 1] != 0) return error("text without its closing NUL");
  const std::string_view text(reinterpret_cast<const char*>(at_), length - 1);
  if (options_.check_utf8 && !is_valid_utf8(text)) return error("text that is not UTF-8");
  at_ += length;
  return {};
}

Status Validator::binary(std::size_t length) {
  if (left() < 5 || length > left() - 5) return error("wrong binary length");
  constexpr std::uint8_t kOldBinary = 2;  // repeats the length inside
  if (at_[4] == kOldBinary &&
      (length < 4 || bson_detail::load<std::uint32_t>(at_ + 5) != length - 4)) {
    return error("wrong inner length of old binary");
  }
  at_ += 5 + length;
  return {};
}

Status Validator::regex() {
  CAIRN_RETURN_IF_ERROR(c_string().status());
  return c_string().status();
}

// int32 total, string code, document scope: the three must add up.
Status Validator::code_with_scope(std::size_t total) {
  if (total > left()) return error("wrong length of code with scope");
  const std::uint8_t* end = at_ + total;
  constexpr std::size_t kSmallest = 4 + 4 + 1 + kEmptyDocumentBytes;
  if (total < kSmallest) return error("wrong length of code with scope");
  const auto code_length = bson_detail::load<std::uint32_t>(at_ + 4);
  if (code_length > total - (kSmallest - 1)) return error("wrong string length");
  at_ += 8;
  CAIRN_RETURN_IF_ERROR(text(code_length));
  CAIRN_RETURN_IF_ERROR(open(end));
  if (frames_.back().end + 1 != end) return error("wrong length of code with scope");
  return {};
}

}  // namespace

Result<DocumentView> validate_document(std::span<const std::uint8_t> bytes,
                                       const ValidateOptions& options) {
  Validator validator(bytes, options);
  if (Status status = validator.run(); !status.ok()) return status;
  return DocumentView(bytes.data());
}

}  // namespace cairn
