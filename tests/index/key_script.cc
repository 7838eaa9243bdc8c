// The little language of golden_keys.txt; its head describes it.
#include "tests/index/key_model.h"

#include <gtest/gtest.h>

#include <bit>
#include <cctype>
#include <cstdlib>
#include <span>

namespace cairn::key {
namespace {

using Kind = Token::Kind;

class Script {
 public:
  explicit Script(std::string_view text) : rest_(text) {}

  Key key() {
    Key components;
    for (spaces(); !rest_.empty(); spaces()) {
      const Direction direction = take("- ") ? Direction::kDescending : Direction::kAscending;
      components.emplace_back(direction, value());
    }
    return components;
  }

 private:
  void spaces() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  bool take(std::string_view word) {
    spaces();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  // Up to a space, colon or closing bracket.
  std::string word() {
    const std::size_t end = std::min(rest_.find_first_of(" :}]"), rest_.size());
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return text;
  }

  // 'text', in which \xHH is a byte.
  std::string quoted() {
    std::string text;
    EXPECT_TRUE(take("'")) << rest_;
    while (!rest_.empty() && !rest_.starts_with('\'')) {
      if (rest_.starts_with("\\x")) {
        text += from_hex(rest_.substr(2, 2));
        rest_.remove_prefix(4);
      } else {
        text += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    EXPECT_TRUE(take("'"));
    return text;
  }

  std::vector<ModelField> fields(bool names, std::string_view close) {
    std::vector<ModelField> fields;
    while (!take(close)) {
      if (rest_.empty()) {
        ADD_FAILURE() << "a script ends inside an object or array";
        break;
      }
      std::string name = names ? quoted() : "";
      fields.push_back({std::move(name), value()});
    }
    return fields;
  }

  Model nested(Kind kind, std::string text, bool names, std::string_view close) {
    Model model = Model::with_text(kind, std::move(text));
    model.fields = fields(names, close);
    return model;
  }

  Model value() {
    if (take("{")) return nested(Kind::kObject, "", true, "}");
    if (take("[")) return nested(Kind::kArray, "", false, "]");
    const std::string type = word();
    if (!take(":")) return plain(type);
    if (type == "scope") {
      std::string code = quoted();
      EXPECT_TRUE(take("{"));
      return nested(Kind::kCodeWithScope, std::move(code), true, "}");
    }
    return rest_.starts_with('\'') ? text_value(type) : number_value(type, word());
  }

  static Model plain(const std::string& type) {
    if (type == "true" || type == "false")
      return {.kind = Kind::kBoolean, .integer = type == "true"};
    if (type == "min") return {.kind = Kind::kMinKey};
    if (type == "max") return {.kind = Kind::kMaxKey};
    if (type == "undefined") return {.kind = Kind::kUndefined};
    EXPECT_EQ(type, "null");
    return {.kind = Kind::kNull};
  }

  Model text_value(const std::string& type) {
    std::string text = quoted();
    if (type == "str") return Model::with_text(Kind::kString, text);
    if (type == "sym") return Model::with_text(Kind::kSymbol, text);
    if (type == "code") return Model::with_text(Kind::kCode, text);
    EXPECT_TRUE(take(":"));
    if (type == "regex") return Model::with_text(Kind::kRegex, text, quoted());
    EXPECT_EQ(type, "ptr");
    return Model::with_text(Kind::kDbPointer, text, from_hex(word()));
  }

  Model number_value(const std::string& type, const std::string& text) {
    if (type == "i32") return Model::int32(std::atoi(text.c_str()));
    if (type == "i64") return Model::int64(std::atoll(text.c_str()));
    if (type == "f64") return Model::real_number(std::strtod(text.c_str(), nullptr));
    if (type == "f64bits") {
      return Model::real_number(std::bit_cast<double>(std::strtoull(text.c_str(), nullptr, 16)));
    }
    if (type == "dec") return Model::decimal_text(text);
    if (type == "decbits") {
      return Model::decimal_bits({.low = std::strtoull(text.substr(16).c_str(), nullptr, 16),
                                  .high = std::strtoull(text.substr(0, 16).c_str(), nullptr, 16)});
    }
    if (type == "date") return {.kind = Kind::kDate, .integer = std::atoll(text.c_str())};
    if (type == "ts") {
      return {.kind = Kind::kTimestamp,
              .integer = static_cast<std::int64_t>(std::strtoull(text.c_str(), nullptr, 10))};
    }
    if (type == "oid") return Model::with_text(Kind::kObjectId, from_hex(text));
    EXPECT_EQ(type, "bin");
    EXPECT_TRUE(take(":"));
    Model binary = Model::with_text(Kind::kBinary, from_hex(word()));
    binary.subtype = static_cast<std::uint8_t>(std::atoi(text.c_str()));
    return binary;
  }

  std::string_view rest_;
};

}  // namespace

Key parse_script(std::string_view script) { return Script(script).key(); }

}  // namespace cairn::key
