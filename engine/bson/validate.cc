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
constexpr std::size_t kUsualNesting = 16;

class Validator {
 public:
  Validator(std::span<const std::uint8_t> bytes, const ValidateOptions& options)
      : begin_(bytes.data()), at_(begin_), size_(bytes.size()), options_(options) {
    frames_.reserve(kUsualNesting);
  }

  Status run();

 private:
  struct Frame {
    const std::uint8_t* end;  // of the document's terminator
    std::string_view name;
  };

  // Each step moves `at_` past what it has checked, or gives its complaint to fail() and returns
  // false: nothing is built for a document that is in order.
  Status open_outermost();
  bool walk();
  // Opens the document whose length starts at at_ and which must end at or before `limit`.
  bool open(const std::uint8_t* limit);
  bool element();
  bool value(BsonType type);
  bool sized_value(BsonType type);
  bool text(std::size_t length);
  bool binary(std::size_t length);
  bool regex();
  bool code_with_scope(std::size_t total);
  bool skip(std::size_t bytes);
  bool c_string(std::string_view& text);
  bool check_utf8(std::string_view text, bool ascii);

  std::size_t left() const { return static_cast<std::size_t>(frames_.back().end - at_); }
  bool fail(std::string_view complaint) {
    complaint_ = complaint;
    return false;
  }
  Status error() const;

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  std::size_t size_;
  const ValidateOptions& options_;
  std::vector<Frame> frames_;
  std::string_view name_;
  std::string_view complaint_;
};

Status Validator::error() const {
  std::string message(complaint_);
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
  return open(begin_ + size_) ? Status() : error();
}

bool Validator::open(const std::uint8_t* limit) {
  if (frames_.size() > static_cast<std::size_t>(options_.max_nesting)) {
    return fail("documents nested too deeply");
  }
  const auto available = static_cast<std::size_t>(limit - at_);
  if (available < kEmptyDocumentBytes) return fail("document cut short");
  const auto length = bson_detail::load<std::uint32_t>(at_);
  if (length < kEmptyDocumentBytes || length > available) return fail("wrong document length");
  if (at_[length - 1] != 0) return fail("document without terminator");
  frames_.push_back({at_ + length - 1, name_});
  at_ += 4;
  return true;
}

Status Validator::run() {
  CAIRN_RETURN_IF_ERROR(open_outermost());
  return walk() ? Status() : error();
}

bool Validator::walk() {
  while (!frames_.empty()) {
    if (*at_ != 0) {
      if (!element()) return false;
      continue;
    }
    if (at_ != frames_.back().end) return fail("terminator before the document's end");
    ++at_;
    name_ = frames_.back().name;
    frames_.pop_back();
  }
  return true;
}

bool Validator::element() {
  if (left() == 0) return fail("document without terminator");
  const auto type = static_cast<BsonType>(*at_++);
  return c_string(name_) && value(type);
}

bool Validator::check_utf8(std::string_view text, bool ascii) {
  if (ascii || !options_.check_utf8 || is_valid_utf8_slow(text)) return true;
  return fail("text that is not UTF-8");
}

// Looks for the NUL and for bytes that are not ASCII in one go, a word at a time.
bool Validator::c_string(std::string_view& text) {
  const std::uint8_t* at = at_;
  const std::uint8_t* end = frames_.back().end;
  std::uint64_t seen = 0;
  std::uint64_t zeros = 0;
  for (; end - at >= 8; at += 8) {
    const auto word = bson_detail::load<std::uint64_t>(at);
    zeros = bson_detail::zero_bytes(word);
    if (zeros != 0) {
      seen |= word & ((zeros & -zeros) - 1);  // the bytes below the NUL
      at += std::countr_zero(zeros) / 8;
      break;
    }
    seen |= word;
  }
  if (zeros == 0) {
    for (; at < end && *at != 0; ++at) seen |= *at;
    if (at == end) return fail("text without its closing NUL");
  }
  text = {reinterpret_cast<const char*>(at_), static_cast<std::size_t>(at - at_)};
  if (!check_utf8(text, (seen & 0x8080808080808080ULL) == 0)) return false;
  at_ = at + 1;
  return true;
}

bool Validator::skip(std::size_t bytes) {
  if (bytes > left()) return fail("value cut short");
  at_ += bytes;
  return true;
}

bool Validator::value(BsonType type) {
  switch (type) {
    case BsonType::kNull:
    case BsonType::kUndefined:
    case BsonType::kMinKey:
    case BsonType::kMaxKey:
      return true;
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
      if (left() > 0 && *at_ > 1) return fail("a boolean that is neither 0 nor 1");
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
bool Validator::sized_value(BsonType type) {
  if (left() < 4) return fail("value cut short");
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
      return text(length) && skip(12);
    case BsonType::kCodeWithScope:
      return code_with_scope(length);
    default:
      return fail("unknown type");
  }
}

// `length` counts the closing NUL, which text in the middle may hold too.
bool Validator::text(std::size_t length) {
  if (length == 0 || length > left()) return fail("wrong string length");
  if (at_[length - 1] != 0) return fail("text without its closing NUL");
  const std::string_view text(reinterpret_cast<const char*>(at_), length - 1);
  if (!check_utf8(text, is_ascii(text))) return false;
  at_ += length;
  return true;
}

bool Validator::binary(std::size_t length) {
  if (left() < 5 || length > left() - 5) return fail("wrong binary length");
  constexpr std::uint8_t kOldBinary = 2;  // repeats the length inside
  if (at_[4] == kOldBinary &&
      (length < 4 || bson_detail::load<std::uint32_t>(at_ + 5) != length - 4)) {
    return fail("wrong inner length of old binary");
  }
  at_ += 5 + length;
  return true;
}

bool Validator::regex() {
  std::string_view part;
  return c_string(part) && c_string(part);
}

// int32 total, string code, document scope: the three must add up.
bool Validator::code_with_scope(std::size_t total) {
  constexpr std::size_t kSmallest = 4 + 4 + 1 + kEmptyDocumentBytes;
  if (total > left() || total < kSmallest) return fail("wrong length of code with scope");
  const std::uint8_t* end = at_ + total;
  const auto code_length = bson_detail::load<std::uint32_t>(at_ + 4);
  if (code_length > total - (kSmallest - 1)) return fail("wrong string length");
  at_ += 8;
  if (!text(code_length) || !open(end)) return false;
  return frames_.back().end + 1 == end || fail("wrong length of code with scope");
}

}  // namespace

Result<DocumentView> validate_document(std::span<const std::uint8_t> bytes,
                                       const ValidateOptions& options) {
  Validator validator(bytes, options);
  if (Status status = validator.run(); !status.ok()) return status;
  return DocumentView(bytes.data());
}

}  // namespace cairn
