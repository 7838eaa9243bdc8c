// encrypt, encryptMetadata: what clients encrypt themselves. The first demands bytes of theirs, of
// the types that it names; how they are made, which the second says for all below, is the clients'
// affair: its form alone is looked at. Source: MongoDB's manual, "Encryption Schemas".
#include "engine/match/schema/rule.h"

#include <fmt/format.h>

namespace cairn::match {
namespace {

constexpr std::uint8_t kEncrypted = 6;   // the subtype
constexpr std::size_t kTypeOffset = 17;  // behind a version and a key's UUID: the value's own type

class EncryptRule final : public Rule {
 public:
  explicit EncryptRule(const TypeSet& types) : types_(types) {}
  bool holds(ValueView value) const override {
    if (value.type() != BsonType::kBinary) return false;
    const BinaryView binary = value.as_binary();
    if (binary.subtype != kEncrypted) return false;
    if (types_.empty()) return true;
    if (binary.bytes.size() <= kTypeOffset) return false;
    return types_.has(static_cast<BsonType>(binary.bytes[kTypeOffset]));
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("encrypt", out);
    const bool encrypted =
        value.type() == BsonType::kBinary && value.as_binary().subtype == kEncrypted;
    out.append("reason", encrypted ? "encrypted value has wrong type" : "value was not encrypted");
    out.end();
  }

 private:
  TypeSet types_;
};

Status check_algorithm(std::string_view keyword, ValueView algorithm) {
  if (!algorithm.is_string()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("BSON field '{}.algorithm' is the wrong type '{}', expected type 'string'",
                        keyword, type_name(algorithm.type()))};
  }
  const std::string_view name = algorithm.as_string();
  if (name == "AEAD_AES_256_CBC_HMAC_SHA_512-Random" ||
      name == "AEAD_AES_256_CBC_HMAC_SHA_512-Deterministic") {
    return Status();
  }
  return {ErrorCode::kBadValue,
          fmt::format("Enumeration value '{}' for field '{}.algorithm' is not a valid value.", name,
                      keyword)};
}

// A path to where the key's name is, or the keys' UUIDs.
Status check_key_id(ValueView key) {
  if (key.is_string()) {
    if (key.as_string().starts_with('/')) return Status();
    return {location(51065), "JSONPointer must start with a '/'"};
  }
  if (!key.is_array()) {
    return {location(51085),
            fmt::format("Expected either string or array of UUID for EncryptSchemaKeyId, found {}",
                        type_name(key.type()))};
  }
  for (const Element& element : key.as_document()) {
    if (element.value.type() == BsonType::kBinary) continue;
    return {location(51088),
            fmt::format("Encryption schema 'keyId' array elements must have type BinData, found {}",
                        type_name(element.value.type()))};
  }
  return Status();
}

Status check_fields(std::string_view keyword, ValueView argument) {
  if (!argument.is_document()) return wrong_type(keyword, "must be an object ");
  for (const Element& field : argument.as_document()) {
    if (field.name == "algorithm") {
      CAIRN_RETURN_IF_ERROR(check_algorithm(keyword, field.value));
    } else if (field.name == "keyId") {
      CAIRN_RETURN_IF_ERROR(check_key_id(field.value));
    } else if (field.name != "bsonType" || keyword != "encrypt") {
      return {ErrorCode::kIDLUnknownField,
              fmt::format("BSON field '{}.{}' is an unknown field.", keyword, field.name)};
    }
  }
  return Status();
}

Status parse_encrypt(SchemaParts& parts) {
  const ValueView argument = parts["encrypt"];
  for (const char* stated : {"type", "bsonType"}) {
    if (parts[stated].missing()) continue;
    return failed_to_parse("encrypt", fmt::format("cannot be used in conjunction with '{}', "
                                                  "'encrypt' implies type 'bsonType::BinData'",
                                                  stated));
  }
  CAIRN_RETURN_IF_ERROR(check_fields("encrypt", argument));
  TypeSet types;
  if (const ValueView stated = argument.as_document()["bsonType"]; !stated.missing()) {
    const Document alone = document("bsonType", stated);
    CAIRN_ASSIGN_OR_RETURN(types, parse_stated_types(alone));
  }
  parts.rules.push_back(std::make_unique<EncryptRule>(types));
  return Status();
}

}  // namespace

Status parse_encryption_rules(SchemaParts& parts) {
  const ValueView metadata = parts["encryptMetadata"];
  const bool encrypts = !parts["encrypt"].missing();
  if (encrypts && !metadata.missing()) {
    return {ErrorCode::kFailedToParse,
            "Cannot specify both $jsonSchema keywords 'encrypt' and 'encryptMetadata'"};
  }
  if (encrypts) return parse_encrypt(parts);
  if (metadata.missing()) return Status();
  if (metadata.is_document() && metadata.as_document().empty()) {
    return failed_to_parse("encryptMetadata", "cannot be an empty object ");
  }
  return check_fields("encryptMetadata", metadata);
}

}  // namespace cairn::match
