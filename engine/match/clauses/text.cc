// $text: words in a text index. The filter itself cannot answer it, it only says that the index is
// needed.
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

class NothingNode final : public Node {
 public:
  bool matches(DocumentView, Trace&) const override { return false; }
};

Status parse_text(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes) {
  if (!context.whole_document) {
    return {ErrorCode::kBadValue, "$text can only be applied to the top-level document"};
  }
  if (!context.allowed.text) {
    return {ErrorCode::kBadValue, "$text is not allowed in this context"};
  }
  if (!argument.is_document()) return {ErrorCode::kBadValue, "$text expects an object"};
  CAIRN_RETURN_IF_ERROR(check_argument(argument.as_document()));
  if (context.facts != nullptr) context.facts->needs_text_index = true;
  nodes.push_back(std::make_unique<NothingNode>());
  return Status();
}

}  // namespace

extern const Clause clause_text{"$text", parse_text};

}  // namespace cairn::match
