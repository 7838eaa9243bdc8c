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

Status collated_error(const CollectionEntry& collection, const IndexEntry& index,
                      DocumentView values) {
  const DocumentView collation = index.collation()->specification();
  DocumentBuilder details;
  details.append("keyPattern", index.key_pattern());
  details.append("keyValue", with_hex_strings(values, Strings::kHex));
  details.begin_array("hexEncoded");
  for (const Element& element : values) details.push(element.value.is_string());
  details.end().append("collation", collation);
  return error(collection, index.name() + " collation: " + to_shell_text(collation),
               with_hex_strings(values, Strings::kNamedHex), details.take());
}

}  // namespace

Status duplicate_key(const CollectionEntry& collection, const IndexEntry& index, IndexKey key) {
  CAIRN_ASSIGN_OR_RETURN(const Document values,
                         decode_key(key.key, key.type_bits, index.key_fields()));
  if (index.collation() != nullptr) return collated_error(collection, index, values);
  DocumentBuilder details;
  details.append("keyPattern", index.key_pattern()).append("keyValue", values);
  return error(collection, index.name(), values, details.take());
}

Status duplicate_id(const CollectionEntry& collection, ValueView id) {
  const Document value = document("_id", id);
  DocumentBuilder details;
  details.append("keyPattern", document("_id", 1)).append("keyValue", value);
  return error(collection, "_id_", value, details.take());
}

}  // namespace cairn::records
