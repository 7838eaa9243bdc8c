// KeySet: the keys that one document has in one index, ascending and distinct, and which parts of
// the index's paths were arrays in it.
//
// Keys are without keyspace and record id: KS(v1)..KS(vn), end. Reusable without allocation.
// Thread-safety: belongs to one caller.
#pragma once

#include "engine/catalog/multikey.h"
#include "index/key/encoder.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::records {

struct IndexKey {
  std::string_view key;
  std::string_view type_bits;
};

class KeySet {
 public:
  void clear();
  bool empty() const { return spans_.empty(); }
  std::size_t size() const { return spans_.size(); }
  // REQUIRES: sealed. Valid until the set changes.
  IndexKey operator[](std::size_t i) const;

  // For the generators in keys/. Writes one more key: `write(key::Encoder&)` puts its components.
  template <typename Write>
  void add(Write&& write) {
    Span span{.key = size32(keys_), .key_end = 0, .types = size32(types_), .types_end = 0};
    {
      key::Encoder encoder(keys_, types_);
      write(encoder);
      encoder.finish(key::Terminator::kEnd);
    }
    span.key_end = size32(keys_);
    span.types_end = size32(types_);
    spans_.push_back(span);
  }
  // A key that is no KS, with bytes of the generator's own in the place of type bits.
  void add_bytes(std::string_view key, std::string_view bytes) {
    spans_.push_back({.key = size32(keys_),
                      .key_end = static_cast<std::uint32_t>(keys_.size() + key.size()),
                      .types = size32(types_),
                      .types_end = static_cast<std::uint32_t>(types_.size() + bytes.size())});
    keys_.append(key);
    types_.append(bytes);
  }
  void add_array(std::size_t field, std::size_t component) {
    arrays_[field] |= Multikey::bit(component);
    has_arrays_ = true;
  }
  void add_wildcard_array(std::string_view path);
  // Sorts the keys and removes repetitions: of equal keys with different type bits the first stays.
  void seal();

  bool has_arrays() const { return has_arrays_; }
  Multikey::Components arrays(std::size_t field) const { return arrays_[field]; }
  const std::vector<std::string>& wildcard_arrays() const { return wildcard_arrays_; }

 private:
  struct Span {
    std::uint32_t key;
    std::uint32_t key_end;
    std::uint32_t types;
    std::uint32_t types_end;
  };
  static std::uint32_t size32(const std::string& bytes) {
    return static_cast<std::uint32_t>(bytes.size());
  }
  std::string_view key_of(const Span& span) const {
    return std::string_view(keys_).substr(span.key, span.key_end - span.key);
  }

  std::string keys_;
  std::string types_;
  std::vector<Span> spans_;
  std::array<Multikey::Components, kMaxKeyFields> arrays_{};
  std::vector<std::string> wildcard_arrays_;  // distinct
  bool has_arrays_ = false;
};

// Calls `remove` for each key of `before` that is not in `after`, and `put` for each of `after`
// that is not in `before`, or there with other type bits (`fresh` is false then). In key order.
template <typename Remove, typename Put>
void for_each_difference(const KeySet& before, const KeySet& after, Remove&& remove, Put&& put) {
  std::size_t b = 0;
  std::size_t a = 0;
  while (b < before.size() || a < after.size()) {
    if (a == after.size() || (b < before.size() && before[b].key < after[a].key)) {
      remove(before[b++]);
    } else if (b == before.size() || after[a].key < before[b].key) {
      put(after[a++], /*fresh=*/true);
    } else {
      if (before[b].type_bits != after[a].type_bits) put(after[a], /*fresh=*/false);
      ++a;
      ++b;
    }
  }
}

}  // namespace cairn::records
