// Keys back to BSON: tokens of the decoder, appended to a document.
#include <charconv>
#include <string>

#include "engine/bson/key_string.h"

namespace cairn {
namespace {

using key::Token;

Status corrupt(std::string_view what) {
  return {ErrorCode::kInternalError, "Corrupt index key, run `cairn check`: " + std::string(what)};
}

ObjectId object_id_of(std::string_view bytes) {
  ObjectId id;
  bytes.copy(reinterpret_cast<char*>(id.bytes.data()), id.bytes.size());
  return id;
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void append_payload(std::string_view name, BsonType type, const std::string& payload,
                    DocumentBuilder& out) {
  out.append(name,
             ValueView(type, bytes_of(payload).data(), static_cast<std::uint32_t>(payload.size())));
}

// BSON's DBPointer: a string, an ObjectId.
void append_db_pointer(const Token& token, std::string_view name, DocumentBuilder& out) {
  const auto size = static_cast<std::uint32_t>(token.text.size() + 1);
  std::string payload(reinterpret_cast<const char*>(&size), sizeof size);
  payload.append(token.text).push_back('\0');
  append_payload(name, BsonType::kDbPointer, payload.append(token.more), out);
}

// The options in the order in which they were stored, which the builder's own call would change.
void append_regex(const Token& token, std::string_view name, DocumentBuilder& out) {
  std::string payload(token.text);
  payload.push_back('\0');
  payload.append(token.more).push_back('\0');
  append_payload(name, BsonType::kRegex, payload, out);
}

class KeyReader {
 public:
  explicit KeyReader(key::Decoder& decoder) : decoder_(decoder) {}

  Status read(std::string_view name, DocumentBuilder& out) {
    const auto token = decoder_.next();
    if (!token) return corrupt(decoder_.error());
    return append(*token, name, out);
  }

 private:
  Status append(const Token& token, std::string_view name, DocumentBuilder& out) {
    switch (token.kind) {
      case Token::Kind::kObject:
        out.begin_document(name);
        CAIRN_RETURN_IF_ERROR(read_fields(out));
        out.end();
        return {};
      case Token::Kind::kArray:
        out.begin_array(name);
        CAIRN_RETURN_IF_ERROR(read_elements(out));
        out.end();
        return {};
      case Token::Kind::kCodeWithScope:
        return append_code_with_scope(token, name, out);
      case Token::Kind::kClose:
        return corrupt("a value is missing");
      default:
        append_scalar(token, name, out);
        return {};
    }
  }

  Status read_fields(DocumentBuilder& out) {
    while (true) {
      const auto token = decoder_.next();
      if (!token) return corrupt(decoder_.error());
      if (token->kind == Token::Kind::kClose) return {};
      const std::string name(token->name);  // the view ends with the next token, of a nested value
      CAIRN_RETURN_IF_ERROR(append(*token, name, out));
    }
  }

  Status read_elements(DocumentBuilder& out) {
    for (std::uint32_t index = 0;; ++index) {
      const auto token = decoder_.next();
      if (!token) return corrupt(decoder_.error());
      if (token->kind == Token::Kind::kClose) return {};
      char name[12];
      const char* const end = std::to_chars(name, name + sizeof name, index).ptr;
      CAIRN_RETURN_IF_ERROR(append(*token, {name, static_cast<std::size_t>(end - name)}, out));
    }
  }

  Status append_code_with_scope(const Token& token, std::string_view name, DocumentBuilder& out) {
    const std::string code(token.text);
    DocumentBuilder scope;
    CAIRN_RETURN_IF_ERROR(read_fields(scope));
    out.append_code_with_scope(name, code, scope.take());
    return {};
  }

  static void append_scalar(const Token& token, std::string_view name, DocumentBuilder& out) {
    switch (token.kind) {
      case Token::Kind::kMinKey:
        return void(out.append_empty(name, BsonType::kMinKey));
      case Token::Kind::kMaxKey:
        return void(out.append_empty(name, BsonType::kMaxKey));
      case Token::Kind::kUndefined:
        return void(out.append_empty(name, BsonType::kUndefined));
      case Token::Kind::kNull:
        return void(out.append_null(name));
      case Token::Kind::kBoolean:
        return void(out.append(name, token.integer != 0));
      case Token::Kind::kDate:
        return void(out.append(name, Date{token.integer}));
      case Token::Kind::kTimestamp:
        return void(
            out.append(name, Timestamp::from_value(static_cast<std::uint64_t>(token.integer))));
      case Token::Kind::kObjectId:
        return void(out.append(name, object_id_of(token.text)));
      case Token::Kind::kBinary:
        return void(out.append(name, BinaryView{token.subtype, bytes_of(token.text)}));
      case Token::Kind::kRegex:
        return append_regex(token, name, out);
      case Token::Kind::kDbPointer:
        return append_db_pointer(token, name, out);
      default:
        return append_number_or_text(token, name, out);
    }
  }

  static void append_number_or_text(const Token& token, std::string_view name,
                                    DocumentBuilder& out) {
    switch (token.kind) {
      case Token::Kind::kInt32:
        return void(out.append(name, static_cast<std::int32_t>(token.integer)));
      case Token::Kind::kInt64:
        return void(out.append(name, token.integer));
      case Token::Kind::kDouble:
        return void(out.append(name, token.real));
      case Token::Kind::kDecimal:
        return void(
            out.append(name, Decimal128{.low = token.decimal.low, .high = token.decimal.high}));
      case Token::Kind::kSymbol:
        return void(out.append_text(name, BsonType::kSymbol, token.text));
      case Token::Kind::kCode:
        return void(out.append_text(name, BsonType::kCode, token.text));
      default:
        return void(out.append(name, token.text));
    }
  }

  key::Decoder& decoder_;
};

}  // namespace

Status decode_component(key::Decoder& decoder, const KeyField& field, DocumentBuilder& out) {
  decoder.begin(field.direction);
  return KeyReader(decoder).read(field.name, out);
}

Result<Document> decode_key(std::string_view key, std::string_view type_bits,
                            std::span<const KeyField> fields) {
  key::Decoder decoder(key, type_bits);
  DocumentBuilder out;
  for (const KeyField& field : fields) {
    CAIRN_RETURN_IF_ERROR(decode_component(decoder, field, out));
  }
  if (!decoder.finish()) return corrupt(decoder.error());
  if (!decoder.rest().empty()) return corrupt("bytes follow its terminator");
  return out.take();
}

}  // namespace cairn
