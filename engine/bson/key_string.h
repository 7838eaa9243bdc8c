// BSON values to order-preserving keys and back: the bridge to index/key.
//
// For any two values, keys compare as `compare` does; only missing, which an index stores as null,
// sorts with null. Decoding gives back the exact types and bytes, but for the names of array
// elements, which become "0", "1", ….
#pragma once

#include "index/key/decoder.h"
#include "index/key/encoder.h"

#include <cairn/bson.h>

#include "engine/bson/collation.h"

#include <span>
#include <string_view>

namespace cairn {

// What a key sorts values of this type by first; missing: null.
key::Rank key_rank(BsonType type);

// Writes `value` into the component that `encoder` has begun; missing as null.
// REQUIRES: validated bytes, nested no deeper than key::kMaxKeyNesting.
// `collation`: strings are written as its sort keys, and can then not be decoded; null for simple.
void append_key(ValueView value, key::Encoder& encoder, const Collation* collation = nullptr);

// One field of an index: the path under which decoding reports it, and its direction.
struct KeyField {
  std::string_view name;
  key::Direction direction = key::Direction::kAscending;
};

// Reads the next component of a key and appends it to `out` under the field's name.
// Error: InternalError, with what is wrong with the key.
Status decode_component(key::Decoder& decoder, const KeyField& field, DocumentBuilder& out);

// Reads a whole key, without keyspace or record id and with its terminator: one field per
// component.
Result<Document> decode_key(std::string_view key, std::string_view type_bits,
                            std::span<const KeyField> fields);

}  // namespace cairn
