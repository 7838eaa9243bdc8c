// $split: the parts of a string between those that a string or regular expression finds.
#include "engine/expr/expression.h"
#include "engine/expr/text_search.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Status check(ValueView text, ValueView separator) {
  if (!text.is_string()) {
    return {location(40085), fmt::format("$split requires an expression that evaluates to a string "
                                         "as a first argument, found: {}",
                                         type_of(text))};
  }
  if (!separator.is_string() && separator.type() != BsonType::kRegex) {
    return {location(40086), fmt::format("$split requires an expression that evaluates to a string "
                                         "or regular expression as a second argument, found: {}",
                                         type_of(separator))};
  }
  if (separator.is_string() && separator.as_string().empty()) {
    return {location(40087), "$split requires a non-empty separator"};
  }
  return Status();
}

Result<ValueView> split(Values values, Evaluation& evaluation) {
  if (!values[0].has_value() || !values[1].has_value()) return Evaluation::null();
  CAIRN_RETURN_IF_ERROR(check(values[0], values[1]));
  CAIRN_ASSIGN_OR_RETURN(TextSearch search, TextSearch::of("$split", values[1]));
  const std::string_view text = values[0].as_string();
  std::string& bytes = evaluation.buffer();
  DocumentBuilder parts(bytes);
  std::size_t begin = 0;
  for (std::size_t from = 0; from <= text.size();) {
    CAIRN_ASSIGN_OR_RETURN(const auto found, search.find(text, from));
    if (!found) break;
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    if (found->begin == found->end) {  // nothing between two characters
      from = next_character(text, found->end);
      if (found->begin == begin || found->begin == text.size()) continue;
    } else {
      from = found->end;
    }
    parts.push(text.substr(begin, found->begin - begin));
    begin = found->end;
  }
  parts.push(text.substr(begin));
  parts.finish();
  return Evaluation::array(bytes);
}

}  // namespace

extern const Operator row_split{.name = "$split", .function = split, .arity = {2, 2}};

}  // namespace cairn::expr
