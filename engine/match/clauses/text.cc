// $text: words in a text index. The filter itself cannot answer it: whoever asks tells whether the
// index has found the document.
#include "engine/match/operator.h"

#include <fmt/format.h>

namespace cairn::match {
namespace {

Status wrong_type(std::string_view name, std::string_view expected, ValueView value) {
  return {ErrorCode::kTypeMismatch, fmt::format("\"{}\" had the wrong type. Expected {}, found {}",
                                                name, expected, type_name(value.type()))};
}

Status check_argument(DocumentView argument) {
  const ValueView search = argument["$search"];
  if (search.missing()) {
    return {ErrorCode::kNoSuchKey, "Missing expected field \"$search\""};
  }
  if (!search.is_string()) return wrong_type("$search", "string", search);
  for (const Element& field : argument) {
    if (field.name == "$search") continue;
    if (field.name == "$language") {
      if (!field.value.is_string()) return wrong_type(field.name, "string", field.value);
    } else if (field.name == "$caseSensitive" || field.name == "$diacriticSensitive") {
      if (field.value.type() != BsonType::kBool) return wrong_type(field.name, "bool", field.value);
    } else {
      return {ErrorCode::kBadValue, "extra fields in $text"};
    }
  }
  return Status();
}

class FoundNode final : public Node {
 public:
  bool matches(DocumentView, Trace& trace) const override { return trace.text; }
};

TextArgument read_argument(DocumentView argument) {
  TextArgument text{.search = argument["$search"].as_string()};
  if (const ValueView language = argument["$language"]; language.is_string()) {
    text.language = language.as_string();
  }
  text.case_sensitive = argument["$caseSensitive"].truthy();
  text.diacritic_sensitive = argument["$diacriticSensitive"].truthy();
  return text;
}

Status parse_text(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes) {
  if (!context.whole_document) {
    return {ErrorCode::kBadValue, "$text can only be applied to the top-level document"};
  }
  if (!context.allowed.text) {
    return {ErrorCode::kBadValue, "$text is not allowed in this context"};
  }
  if (!argument.is_document()) return {ErrorCode::kBadValue, "$text expects an object"};
  CAIRN_RETURN_IF_ERROR(check_argument(argument.as_document()));
  if (context.inside_nor) return {ErrorCode::kBadValue, "text expression not allowed in nor"};
  if (context.facts != nullptr) {
    if (context.facts->text) return {ErrorCode::kBadValue, "Too many text expressions"};
    if (context.facts->near) {
      return {ErrorCode::kBadValue, "text and geoNear not allowed in same query"};
    }
    context.facts->text = read_argument(argument.as_document());
  }
  nodes.push_back(std::make_unique<FoundNode>());
  return Status();
}

}  // namespace

extern const Clause clause_text{"$text", parse_text};

}  // namespace cairn::match
