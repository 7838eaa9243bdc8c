// KeyBatch: only collects; KeyStore carries out.
#include <cairn/key_value.h>

namespace cairn {

KeyBatch& KeyBatch::set(std::string_view space, std::string_view key, std::string_view value,
                        const SetOptions& options) {
  writes_.push_back({.kind = Write::Kind::kSet,
                     .space = std::string(space),
                     .key = std::string(key),
                     .value = std::string(value),
                     .expiry = options.expiry,
                     .condition = options.condition,
                     .expected = std::string(options.expected)});
  return *this;
}

KeyBatch& KeyBatch::remove(std::string_view space, std::string_view key,
                           const RemoveKeyOptions& options) {
  writes_.push_back({.kind = Write::Kind::kRemove,
                     .space = std::string(space),
                     .key = std::string(key),
                     .condition = options.condition,
                     .expected = std::string(options.expected)});
  return *this;
}

KeyBatch& KeyBatch::expire(std::string_view space, std::string_view key, Expiry expiry) {
  writes_.push_back({.kind = Write::Kind::kExpire,
                     .space = std::string(space),
                     .key = std::string(key),
                     .expiry = expiry});
  return *this;
}

KeyBatch& KeyBatch::increment(std::string_view space, std::string_view key, std::int64_t by,
                              const IncrementOptions& options) {
  writes_.push_back({.kind = Write::Kind::kIncrement,
                     .space = std::string(space),
                     .key = std::string(key),
                     .expiry = options.expiry,
                     .expiry_if_new = options.expiry_if_new,
                     .number = by,
                     .initial = options.initial});
  return *this;
}

KeyBatch& KeyBatch::require(std::string_view space, std::string_view key, KeyCondition condition,
                            std::string_view expected) {
  writes_.push_back({.kind = Write::Kind::kRequire,
                     .space = std::string(space),
                     .key = std::string(key),
                     .condition = condition,
                     .expected = std::string(expected)});
  return *this;
}

}  // namespace cairn
