#include "engine/records/duplicate_key.h"

#include "engine/bson/hex.h"
#include "engine/bson/key_string.h"
#include "engine/bson/shell_text.h"

#include <fmt/format.h>

namespace cairn::records {
namespace {

Status error(const CollectionEntry& collection, std::string_view index, DocumentView shown,
             DocumentView details) {
  return {ErrorCode::kDuplicateKey,
          fmt::format("E11000 duplicate key error collection: {} index: {} dup key: {{ {} }}",
                      collection.full_name(), index, to_shell_fields(shown)),
          std::string(details.bytes())};
}

enum class Strings : std::uint8_t { kHex, kNamedHex };

std::string sort_key_text(std::string_view sort_key, Strings how) {
  const std::string hex =
      encode_hex({reinterpret_cast<const std::uint8_t*>(sort_key.data()), sort_key.size()});
  return how == Strings::kHex ? hex : "CollationKey(0x" + hex + ")";
}

// The values with every string, at any depth, in hexadecimal.
Document with_hex_strings(DocumentView values, Strings how) {
  DocumentBuilder out;
  for (const Element& element : values) {
    const ValueView value = element.value;
    if (value.is_string()) {
      out.append(element.name, sort_key_text(value.as_string(), how));
    } else if (value.is_document()) {
      out.append(element.name, with_hex_strings(value.as_document(), how));
    } else if (value.is_array()) {
      const Document elements = with_hex_strings(value.as_document(), how);
      out.append(element.name,
                 ValueView(BsonType::kArray, elements.view().data(), elements.size()));
    } else {
      out.append(element.name, value);
    }
  }
  return out.take();
}

Status collated_error(const CollectionEntry& collection, std::string_view index,
                      DocumentView pattern, DocumentView collation, DocumentView values) {
  DocumentBuilder details;
  details.append("keyPattern", pattern);
  details.append("keyValue", with_hex_strings(values, Strings::kHex));
  bool any_hex = false;
  for (const Element& element : values) any_hex |= element.value.is_string();
  if (any_hex) {
    details.begin_array("hexEncoded");
    for (const Element& element : values) details.push(element.value.is_string());
    details.end();
  }
  details.append("collation", collation);
  return error(collection, fmt::format("{} collation: {}", index, to_shell_text(collation)),
               with_hex_strings(values, Strings::kNamedHex), details.take());
}

// What the `_id` index of a collection with a collation holds.
Result<Document> values_of_key(ValueView id, const Collation& collation) {
  std::string key;
  std::string type_bits;
  key::Encoder encoder(key, type_bits);
  encoder.begin(key::Direction::kAscending);
  append_key(id, encoder, &collation);
  encoder.finish(key::Terminator::kEnd);
  static constexpr KeyField kId{.name = "_id"};
  return decode_key(key, type_bits, {&kId, 1});
}

}  // namespace

Status duplicate_key(const CollectionEntry& collection, const IndexEntry& index, IndexKey key) {
  CAIRN_ASSIGN_OR_RETURN(const Document values,
                         decode_key(key.key, key.type_bits, index.key_fields()));
  if (const Collation* const collation = index.collation().get()) {
    return collated_error(collection, index.name(), index.key_pattern(), collation->specification(),
                          values);
  }
  DocumentBuilder details;
  details.append("keyPattern", index.key_pattern()).append("keyValue", values);
  return error(collection, index.name(), values, details.take());
}

Status duplicate_id(const CollectionEntry& collection, ValueView id) {
  const Document pattern = document("_id", 1);
  if (const Collation* const collation = collection.collation().get()) {
    CAIRN_ASSIGN_OR_RETURN(const Document values, values_of_key(id, *collation));
    return collated_error(collection, "_id_", pattern, collation->specification(), values);
  }
  const Document value = document("_id", id);
  DocumentBuilder details;
  details.append("keyPattern", pattern).append("keyValue", value);
  return error(collection, "_id_", value, details.take());
}

}  // namespace cairn::records
