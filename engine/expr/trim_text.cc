#include "engine/expr/trim_text.h"

#include "engine/expr/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <optional>
#include <vector>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kChars };

// MongoDB's white space, NUL among it.
constexpr std::string_view kWhiteSpace(
    "\0\t\n\v\f\r \u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A",
    46);

class Characters {
 public:
  explicit Characters(std::string_view text) {
    while (!text.empty()) {
      const std::string_view first = first_character(text);
      if (first.size() == 1 && !is_continuation(first[0])) {
        ascii_.set(static_cast<unsigned char>(first[0]));
      } else {
        others_.push_back(first);
      }
      text.remove_prefix(first.size());
    }
    std::ranges::sort(others_);
  }
  bool has(std::string_view character) const {
    if (character.size() == 1 && ascii_[static_cast<unsigned char>(character[0])]) return true;
    return !others_.empty() && std::ranges::binary_search(others_, character);
  }

 private:
  std::bitset<256> ascii_;
  std::vector<std::string_view> others_;  // sorted
};

const Characters& white_space() {
  static const auto& characters = *new Characters(kWhiteSpace);
  return characters;
}

std::string_view last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && is_continuation(text[at])) --at;
  return text.substr(at);
}

// Counts characters as steps of the evaluation.
class Steps {
 public:
  explicit Steps(Evaluation& evaluation) : evaluation_(evaluation) {}
  Status one() {
    if (--left_ > 0) return Status();
    left_ = kCharactersPerStep;
    return evaluation_.step();
  }

 private:
  static constexpr std::size_t kCharactersPerStep = 64;
  Evaluation& evaluation_;
  std::size_t left_ = kCharactersPerStep;
};

Result<std::string_view> trimmed(std::string_view text, const Characters& characters,
                                 TrimmedEnds ends, Evaluation& evaluation) {
  Steps steps(evaluation);
  while (ends != TrimmedEnds::kRight && !text.empty()) {
    const std::string_view first = first_character(text);
    if (!characters.has(first)) break;
    text.remove_prefix(first.size());
    CAIRN_RETURN_IF_ERROR(steps.one());
  }
  while (ends != TrimmedEnds::kLeft && !text.empty()) {
    const std::string_view last = last_character(text);
    if (!characters.has(last)) break;
    text.remove_suffix(last.size());
    CAIRN_RETURN_IF_ERROR(steps.one());
  }
  return text;
}

}  // namespace

Result<ExpressionPtr> parse_trim(std::string_view name, ValueView argument, const Scope& scope,
                                 NamedFunction function) {
  const std::string not_object =
      fmt::format("{} only supports an object as an argument, found {{}}", name);
  const std::string unknown = fmt::format("{} found an unknown argument: {{}}", name);
  const std::string missing = fmt::format("{} requires an 'input' field", name);
  const NamedArgument named[] = {{"input", {50695, missing}}, {"chars"}};
  return named_function(
      {.not_object = {50696, not_object}, .unknown = {50694, unknown}, .arguments = named},
      argument, scope, function);
}

Result<ValueView> trim_text(std::string_view name, const Arguments& arguments, TrimmedEnds ends) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView input, arguments[kInput]);
  if (!input.has_value()) return Evaluation::null();
  if (!input.is_string()) {
    return Status(location(50699), fmt::format("{} requires its input to be a string, got {} (of "
                                               "type {}) instead.",
                                               name, to_json(input), type_of(input)));
  }
  std::optional<Characters> characters;
  if (arguments.given(kChars)) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView chars, arguments[kChars]);
    if (!chars.has_value()) return Evaluation::null();
    if (!chars.is_string()) {
      return Status(location(50700), fmt::format("{} requires 'chars' to be a string, got {} (of "
                                                 "type {}) instead.",
                                                 name, to_json(chars), type_of(chars)));
    }
    characters.emplace(chars.as_string());
  }
  CAIRN_ASSIGN_OR_RETURN(const std::string_view kept,
                         trimmed(input.as_string(), characters ? *characters : white_space(), ends,
                                 arguments.evaluation()));
  return arguments.evaluation().string(kept);
}

}  // namespace cairn::expr
