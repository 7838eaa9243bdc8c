#include "index/key/decoder.h"

#include <algorithm>
#include <cstring>

namespace cairn::key {
namespace {

using Kind = Token::Kind;

std::uint8_t rank_byte(std::uint8_t type) {
  if (type >= layout::kNan && type <= layout::kPositiveHuge) return layout::kNan;
  return type == layout::kTrue ? layout::kFalse : type;
}

}  // namespace

std::optional<Token> Decoder::next() {
  Token token{.kind = Kind::kClose};
  std::optional<Rank> rank;
  bool closed = false;
  if (!read_prefix(token, rank, closed)) return std::nullopt;
  if (closed) return token;
  if (!has(1)) {
    fail("The key ends before a value");
    return std::nullopt;
  }
  const std::uint8_t type = take();
  if (rank && rank_byte(type) != static_cast<std::uint8_t>(*rank)) {
    fail("The type before a field's name is not the type of its value");
    return std::nullopt;
  }
  if (!read_value(type, token)) return std::nullopt;
  return token;
}

// Inside an object or array: its end, or a field's rank and name.
bool Decoder::read_prefix(Token& token, std::optional<Rank>& rank, bool& closed) {
  if (depth_ == 0) return true;
  if (!has(1)) return fail("The key ends inside an object or array");
  if ((*at_ ^ mask_) == layout::kClose) {
    ++at_;
    --depth_;
    closed = true;
    return true;
  }
  if (!has_fields_[depth_ - 1]) return true;
  rank = static_cast<Rank>(take());
  return read_c_string(token.name, name_);
}

bool Decoder::read_value(std::uint8_t type, Token& token) {
  if (rank_byte(type) == layout::kNan) return read_number(type, token);
  if (rank_byte(type) == layout::kFalse) {
    token.kind = Kind::kBoolean;
    token.integer = type == layout::kTrue ? 1 : 0;
    return true;
  }
  switch (static_cast<Rank>(type)) {
    case Rank::kMinKey:
      token.kind = Kind::kMinKey;
      return true;
    case Rank::kUndefined:
      token.kind = Kind::kUndefined;
      return true;
    case Rank::kNull:
      token.kind = Kind::kNull;
      return true;
    case Rank::kString:
      return read_text(token, Kind::kString);
    case Rank::kObject:
      token.kind = Kind::kObject;
      return open(true);
    case Rank::kArray:
      token.kind = Kind::kArray;
      return open(false);
    case Rank::kBinary:
      return read_binary(token);
    case Rank::kObjectId:
      token.kind = Kind::kObjectId;
      return read_raw(12, token.text, text_);
    case Rank::kDate:
      return read_fixed(token, Kind::kDate);
    case Rank::kTimestamp:
      return read_fixed(token, Kind::kTimestamp);
    case Rank::kRegex:
      return read_regex(token);
    case Rank::kDbPointer:
      return read_db_pointer(token);
    case Rank::kCode:
      return read_text(token, Kind::kCode);
    case Rank::kCodeWithScope:
      return read_text(token, Kind::kCodeWithScope) && open(true);
    case Rank::kMaxKey:
      token.kind = Kind::kMaxKey;
      return true;
    default:
      return fail("Unknown type byte");
  }
}

bool Decoder::open(bool fields) {
  if (depth_ == kMaxKeyNesting) return fail("The key is nested too deeply");
  has_fields_[depth_++] = fields;
  return true;
}

bool Decoder::read_number(std::uint8_t type, Token& token) {
  const std::uint8_t* const start = at_;
  const auto real = read_real(type, at_, end_, mask_);
  if (!real) return fail("Not the bytes of a number");
  const auto tag = types_.next();
  if (!tag) return fail("The type bits are corrupt");
  const auto number = with_type(*real, *tag);
  if (!number) return fail("The type bits name a type that cannot hold the number");
  token.integer = number->integer;
  token.real = number->real;
  token.decimal = number->decimal;
  constexpr Kind kKinds[] = {Kind::kInt32, Kind::kInt64, Kind::kDouble, Kind::kDecimal};
  token.kind = kKinds[static_cast<int>(number->type)];
  // An integer of its assumed type, or an integral double, has been checked in full on the way.
  const bool checked =
      real->shape == RealValue::Shape::kInteger &&
      (tag->empty() || tag->front() == static_cast<std::uint8_t>(layout::Tag::kDouble));
  return checked || is_canonical(*number, type, {start, at_}, *tag);
}

bool Decoder::is_canonical(const Number& number, std::uint8_t type,
                           std::span<const std::uint8_t> payload,
                           std::span<const std::uint8_t> tag) {
  // Whatever the encoder would have written otherwise is not a key: equal values have equal bytes.
  const NumberKey again = encode(number);
  const auto bytes = again.key_bytes();
  const auto same = [mask = mask_](std::uint8_t a, std::uint8_t b) { return a == (b ^ mask); };
  if (bytes[0] != type || !std::ranges::equal(bytes.subspan(1), payload, same)) {
    return fail("Not the canonical bytes of a number");
  }
  return std::ranges::equal(again.tag_bytes(), tag) ||
         fail("Not the canonical type bits of a number");
}

bool Decoder::read_text(Token& token, Kind kind) {
  token.kind = kind;
  if (!read_escaped(token.text, text_)) return false;
  if (kind != Kind::kString) return true;
  const auto tag = types_.next();
  if (!tag) return fail("The type bits are corrupt");
  if (tag->empty()) return true;
  token.kind = Kind::kSymbol;
  return tag->front() == static_cast<std::uint8_t>(layout::Tag::kSymbol) ||
         fail("The type bits call a string a number");
}

bool Decoder::read_binary(Token& token) {
  token.kind = Kind::kBinary;
  if (!has(1)) return fail("The key ends inside binary data");
  std::uint32_t size = take();
  if (size == layout::kLongBinary) {
    if (!read_size(size)) return false;
    if (size < layout::kLongBinary) return fail("A short length of binary data is written long");
  }
  if (!has(1)) return fail("The key ends inside binary data");
  token.subtype = take();
  return read_raw(size, token.text, text_);
}

bool Decoder::read_regex(Token& token) {
  token.kind = Kind::kRegex;
  return read_c_string(token.text, text_) && read_c_string(token.more, more_);
}

bool Decoder::read_db_pointer(Token& token) {
  token.kind = Kind::kDbPointer;
  std::uint32_t size = 0;
  return read_size(size) && read_raw(size, token.text, text_) && read_raw(12, token.more, more_);
}

bool Decoder::read_fixed(Token& token, Kind kind) {
  token.kind = kind;
  if (!has(8)) return fail("The key ends inside a date or timestamp");
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = (value << 8) | take();
  if (kind == Kind::kDate) value ^= std::uint64_t{1} << 63;
  token.integer = static_cast<std::int64_t>(value);
  return true;
}

bool Decoder::read_size(std::uint32_t& size) {
  if (!has(4)) return fail("The key ends inside a length");
  size = 0;
  for (int i = 0; i < 4; ++i) size = (size << 8) | take();
  return true;
}

bool Decoder::read_raw(std::size_t count, std::string_view& text, std::string& scratch) {
  if (!has(count)) return fail("The key ends inside a value");
  text = {reinterpret_cast<const char*>(at_), count};
  at_ += count;
  if (mask_ == 0) return true;
  scratch.assign(text);
  for (char& c : scratch) c = static_cast<char>(~c);
  text = scratch;
  return true;
}

bool Decoder::read_c_string(std::string_view& text, std::string& scratch) {
  const void* const close =
      std::memchr(at_, layout::kClose ^ mask_, static_cast<std::size_t>(end_ - at_));
  if (close == nullptr) return fail("The key ends inside a string");
  const bool read = read_raw(
      static_cast<std::size_t>(static_cast<const std::uint8_t*>(close) - at_), text, scratch);
  ++at_;
  return read;
}

// A string in which 0x00 0xFF stands for NUL, up to its 0x00.
bool Decoder::read_escaped(std::string_view& text, std::string& scratch) {
  const std::uint8_t escaped = layout::kEscapedNul ^ mask_;
  if (!read_c_string(text, scratch)) return false;
  if (!has(1) || *at_ != escaped) return true;
  std::string whole(text);
  while (has(1) && *at_ == escaped) {
    ++at_;
    std::string_view part;
    if (!read_c_string(part, scratch)) return false;
    whole.push_back('\0');
    whole.append(part);
  }
  scratch = std::move(whole);
  text = scratch;
  return true;
}

bool Decoder::skip() {
  do {
    if (!next()) return false;
  } while (nested());
  return true;
}

bool Decoder::finish() {
  if (nested()) return fail("The key ends inside an object or array");
  if (at_ == end_ || *at_ != static_cast<std::uint8_t>(Terminator::kEnd)) {
    return fail("The key does not end with its terminator");
  }
  ++at_;
  return types_.done() || fail("Type bits are left over");
}

}  // namespace cairn::key
