#include "engine/expr/replace_text.h"

#include "engine/bson/size_limit.h"
#include "engine/expr/text_search.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kFind, kReplacement };

Status wrong_type(std::int32_t code, std::string_view name, std::string_view argument,
                  std::string_view wanted, ValueView value) {
  return {location(code), fmt::format("{} requires that '{}' be a {}, found: {}", name, argument,
                                      wanted, to_json(value))};
}

Status check(std::string_view name, ValueView input, ValueView find, ValueView replacement) {
  if (input.has_value() && !input.is_string()) {
    return wrong_type(10503904, name, "input", "string", input);
  }
  if (find.has_value() && !find.is_string() && find.type() != BsonType::kRegex) {
    return wrong_type(10503903, name, "find", "string or regular expression", find);
  }
  if (replacement.has_value() && !replacement.is_string()) {
    return wrong_type(10503902, name, "replacement", "string", replacement);
  }
  return Status();
}

Status replace(std::string_view text, TextSearch& search, std::string_view replacement,
               Replaced replaced, Evaluation& evaluation, std::string& out) {
  std::size_t copied = 0;
  for (std::size_t from = 0; from <= text.size();) {
    CAIRN_ASSIGN_OR_RETURN(const auto found, search.find(text, from));
    if (!found) break;
    CAIRN_RETURN_IF_ERROR(evaluation.step(1 + replacement.size() / Evaluation::kBytesPerStep));
    out += text.substr(copied, found->begin - copied);
    out += replacement;
    check_built_size(out.size());
    copied = found->end;
    if (replaced == Replaced::kFirst) break;
    from = found->begin == found->end ? next_character(text, found->end) : found->end;
  }
  out += text.substr(std::min(copied, text.size()));
  return Status();
}

}  // namespace

Result<ExpressionPtr> parse_replace(std::string_view name, ValueView argument, const Scope& scope,
                                    NamedFunction function) {
  const std::string not_object =
      fmt::format("{} requires an object as an argument, found: {{}}", name);
  const std::string unknown = fmt::format("{} found an unknown argument: {{}}", name);
  const std::string input = fmt::format("{} requires 'input' to be specified", name);
  const std::string find = fmt::format("{} requires 'find' to be specified", name);
  const std::string replacement = fmt::format("{} requires 'replacement' to be specified", name);
  const NamedArgument named[] = {
      {"input", {51749, input}}, {"find", {51748, find}}, {"replacement", {51747, replacement}}};
  return named_function(
      {.not_object = {51751, not_object}, .unknown = {51750, unknown}, .arguments = named},
      argument, scope, function);
}

Result<ValueView> replace_text(std::string_view name, const Arguments& arguments,
                               Replaced replaced) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView input, arguments[kInput]);
  CAIRN_ASSIGN_OR_RETURN(const ValueView find, arguments[kFind]);
  CAIRN_ASSIGN_OR_RETURN(const ValueView replacement, arguments[kReplacement]);
  CAIRN_RETURN_IF_ERROR(check(name, input, find, replacement));
  if (!input.has_value() || !find.has_value() || !replacement.has_value()) {
    return Evaluation::null();
  }
  CAIRN_ASSIGN_OR_RETURN(TextSearch search, TextSearch::of(name, find));
  std::string& out = arguments.evaluation().buffer();
  CAIRN_RETURN_IF_ERROR(replace(input.as_string(), search, replacement.as_string(), replaced,
                                arguments.evaluation(), out));
  return arguments.evaluation().string(out);
}

}  // namespace cairn::expr
