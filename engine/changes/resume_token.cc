#include "engine/changes/resume_token.h"

#include "engine/bson/hex.h"
#include "engine/bson/key_string.h"

#include <algorithm>
#include <cctype>

namespace cairn::changes {
namespace {

constexpr std::int32_t kTokenVersion = 2;
constexpr std::int32_t kHighWaterMark = 0;
constexpr std::int32_t kEvent = 128;

std::string key_of(const ResumeToken& token) {
  std::string key;
  std::string type_bits;  // none of these values has any
  key::Encoder encoder(key, type_bits);
  const auto next = [&encoder] { encoder.begin(key::Direction::kAscending); };
  next();
  encoder.timestamp(token.op);
  next();
  encoder.int32(kTokenVersion);
  next();
  encoder.int32(token.event ? kEvent : kHighWaterMark);
  next();
  encoder.int32(0);  // of the operation in its transaction: here each has its own timestamp
  next();
  encoder.boolean(token.from_invalidate);
  if (token.event) {
    next();
    if (token.collection == Uuid{}) {
      encoder.null();
    } else {
      encoder.binary(4, token.collection);
    }
  }
  if (token.fragment) {
    next();
    encoder.int32(*token.fragment);
  }
  encoder.finish(key::Terminator::kEnd);
  return key;
}

Status invalid() {
  return {ErrorCode::kInvalidResumeToken, "the resume token is not one of this server's"};
}

// The components that every token begins with, and as many of an event's as `more` says.
Result<Document> decode(std::string_view key, std::size_t more) {
  static constexpr KeyField kFields[] = {{"ts"},      {"version"},    {"type"},    {"index"},
                                         {"invalid"}, {"collection"}, {"fragment"}};
  return decode_key(key, {}, std::span(kFields).first(5 + more));
}

}  // namespace

std::string ResumeToken::data() const {
  const std::string key = key_of(*this);
  std::string hex = encode_hex({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()});
  std::ranges::transform(hex, hex.begin(), [](unsigned char c) { return std::toupper(c); });
  return hex;
}

Document ResumeToken::document() const { return cairn::document("_data", data()); }

Result<ResumeToken> ResumeToken::parse(DocumentView token) {
  const ValueView data = token["_data"];
  if (!data.is_string()) {
    return Status(location(40647),
                  "Bad resume token: _data of missing or of wrong type. Expected string, got " +
                      to_json(token));
  }
  const std::string_view hex = data.as_string();
  std::string key(hex.size() / 2, '\0');
  if (hex.size() % 2 != 0 || !decode_hex(hex, reinterpret_cast<std::uint8_t*>(key.data()))) {
    return Status(ErrorCode::kFailedToParse, "resume token string was not a valid hex string");
  }
  for (const std::size_t more : {0, 1, 2}) {
    const auto parts = decode(key, more);
    if (!parts.ok()) continue;
    const DocumentView part = *parts;
    if (part["ts"].type() != BsonType::kTimestamp || part["invalid"].type() != BsonType::kBool) {
      return invalid();
    }
    ResumeToken parsed{.op = part["ts"].as_timestamp().value(),
                       .event = more > 0,
                       .from_invalidate = part["invalid"].as_bool()};
    if (part["collection"].type() == BsonType::kBinary) {
      const auto bytes = part["collection"].as_binary().bytes;
      if (bytes.size() != parsed.collection.size()) return invalid();
      std::ranges::copy(bytes, parsed.collection.begin());
    }
    if (more == 2) {
      if (part["fragment"].type() != BsonType::kInt32) return invalid();
      parsed.fragment = part["fragment"].as_int32();
    }
    return key_of(parsed) == key ? Result<ResumeToken>(parsed) : invalid();
  }
  return invalid();
}

}  // namespace cairn::changes
