// A set of BSON types, as `$type` and `$jsonSchema` name them.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <bitset>
#include <optional>

namespace cairn::match {

class TypeSet {
 public:
  void add(BsonType type) { types_.set(static_cast<std::uint8_t>(type)); }
  void add_numbers();
  // By `$type`'s names; "number" is all four. Error: BadValue "Unknown type name alias".
  Status add_named(std::string_view name);

  bool has(BsonType type) const { return types_.test(static_cast<std::uint8_t>(type)); }
  bool meets(const TypeSet& other) const { return (types_ & other.types_).any(); }
  bool empty() const { return types_.none(); }

 private:
  std::bitset<256> types_;
};

// The one type that `$type` means by a code or a name; nullopt: several ("number"), or none.
std::optional<BsonType> type_named(ValueView name);

}  // namespace cairn::match
