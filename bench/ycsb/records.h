// YCSB's records: documents {_id: "user…", field0 … field9}, each field 100 bytes of text that does
// not compress.
#pragma once

#include "bench/ycsb/distributions.h"

#include <cairn/bson.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::ycsb {

inline constexpr std::size_t kFields = 10;
inline constexpr std::size_t kFieldBytes = 100;

// The key of the record that was inserted as the `number`-th: numbers are hashed, so that the order
// of keys is not that of insertion.
std::string record_key(std::uint64_t number);
std::string_view field_name(std::size_t field);

// Gives texts of kFieldBytes, cut out of a pool at random. Not thread-safe.
class FieldTexts {
 public:
  explicit FieldTexts(std::uint64_t seed);
  std::string_view next();
  Random& random() { return random_; }

 private:
  Random random_;
  std::string pool_;
};

Document make_record(std::uint64_t number, FieldTexts& texts);

}  // namespace cairn::ycsb
