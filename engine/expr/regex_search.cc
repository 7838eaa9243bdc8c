#include "engine/expr/regex_search.h"

#include "engine/expr/named_arguments.h"
#include "engine/expr/text.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kRegex, kOptions };

// What there is to compile; nothing where regex is null.
struct Written {
  std::string_view pattern;
  std::string_view options;
};

Status check_flags(std::string_view name, std::string_view options) {
  if (options.find('\0') != std::string_view::npos) {
    return {location(51110),
            fmt::format("{}: regular expression options cannot contain an embedded "
                        "null byte",
                        name)};
  }
  for (const char flag : options) {
    if (std::string_view("imsxu").find(flag) == std::string_view::npos) {
      return {location(51108), fmt::format("{} invalid flag in regex options: {}", name, flag)};
    }
  }
  return Status();
}

Result<std::optional<Written>> as_written(std::string_view name, ValueView regex,
                                          ValueView options) {
  if (regex.has_value() && !regex.is_string() && regex.type() != BsonType::kRegex) {
    return Status(location(51105),
                  fmt::format("{} needs 'regex' to be of type string or regex", name));
  }
  if (options.has_value() && !options.is_string()) {
    return Status(location(51106), fmt::format("{} needs 'options' to be of type string", name));
  }
  Written written;
  if (options.has_value()) written.options = options.as_string();
  if (regex.is_string()) {
    written.pattern = regex.as_string();
  } else if (regex.has_value()) {
    written.pattern = regex.as_regex().pattern;
    const std::string_view own = regex.as_regex().options;
    if (!own.empty() && options.has_value()) {
      return Status(location(51107), fmt::format("{}: found regex option(s) specified in both "
                                                 "'regex' and 'option' fields",
                                                 name));
    }
    if (!own.empty()) written.options = own;
  }
  if (!regex.has_value()) return std::optional<Written>();
  CAIRN_RETURN_IF_ERROR(check_flags(name, written.options));
  if (written.pattern.find('\0') != std::string_view::npos) {
    return Status(location(51109), fmt::format("{}: regular expression cannot contain an embedded "
                                               "null byte",
                                               name));
  }
  return std::optional<Written>(written);
}

Result<std::optional<Regex>> compile(std::string_view name, ValueView regex, ValueView options) {
  CAIRN_ASSIGN_OR_RETURN(const auto written, as_written(name, regex, options));
  if (!written) return std::optional<Regex>();
  Result<Regex> compiled = Regex::compile(written->pattern, written->options);
  if (compiled.ok()) return std::optional<Regex>(std::move(*compiled));
  constexpr std::string_view kPrefix = "Regular expression is invalid: ";
  const Status status = compiled.status();
  std::string_view why = status.message();
  if (why.starts_with(kPrefix)) why.remove_prefix(kPrefix.size());
  return Status(location(51111), fmt::format("Invalid Regex in {}: {}", name, why));
}

class RegexSearch final : public Expression {
 public:
  // `fixed` is the regex where it is constant. Operands: the input, the regex, the options.
  RegexSearch(std::string_view name, const RegexAnswers& answers, Operands operands,
              std::optional<Regex> fixed)
      : Expression(std::move(operands)), name_(name), answers_(answers), fixed_(std::move(fixed)) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[kInput]->evaluate(evaluation));
    if (fixed_) return search(&*fixed_, input, evaluation);
    CAIRN_ASSIGN_OR_RETURN(const ValueView regex, operands_[kRegex]->evaluate(evaluation));
    ValueView options;
    if (operands_.size() > kOptions) {
      CAIRN_ASSIGN_OR_RETURN(options, operands_[kOptions]->evaluate(evaluation));
    }
    CAIRN_ASSIGN_OR_RETURN(const auto compiled, compile(name_, regex, options));
    return search(compiled ? &*compiled : nullptr, input, evaluation);
  }

 private:
  Result<ValueView> search(const Regex* regex, ValueView input, Evaluation& evaluation) const {
    if (input.has_value() && !input.is_string()) {
      return Status(location(51104), fmt::format("{} needs 'input' to be of type string", name_));
    }
    if (!input.has_value() || regex == nullptr) return answers_.nothing();
    CAIRN_RETURN_IF_ERROR(
        evaluation.step(Evaluation::kStepsPerRegex + input.size() / Evaluation::kBytesPerStep));
    return answers_.search(*regex, input.as_string(), evaluation);
  }

  std::string_view name_;
  const RegexAnswers& answers_;
  std::optional<Regex> fixed_;
};

// The regex of constant operands; nothing where it is not constant, or null.
Result<std::optional<Regex>> fixed_regex(std::string_view name, std::span<const ExpressionPtr> of) {
  const Value* regex = of[kRegex]->constant();
  const Value* options = of.size() > kOptions ? of[kOptions]->constant() : nullptr;
  if (regex == nullptr || (of.size() > kOptions && options == nullptr)) {
    return std::optional<Regex>();
  }
  return compile(name, regex->view(), options == nullptr ? ValueView() : options->view());
}

}  // namespace

Result<ExpressionPtr> parse_regex_search(std::string_view name, ValueView argument,
                                         const Scope& scope, const RegexAnswers& answers) {
  const std::string not_object =
      fmt::format("{} expects an object of named arguments but found: {{}}", name);
  const std::string unknown = fmt::format("{} found an unknown argument: {{}}", name);
  const std::string input = fmt::format("{} requires 'input' parameter", name);
  const std::string regex = fmt::format("{} requires 'regex' parameter", name);
  const NamedArgument named[] = {{"input", {31022, input}}, {"regex", {31023, regex}}, {"options"}};
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields({.not_object = {51103, not_object},
                                                                 .unknown = {31024, unknown},
                                                                 .arguments = named},
                                                                argument));
  Operands operands;
  for (const std::size_t i : {kInput, kRegex, kOptions}) {
    if (fields[i].missing()) continue;
    operands.emplace_back();
    CAIRN_ASSIGN_OR_RETURN(operands.back(), parse_expression(fields[i], scope));
  }
  CAIRN_ASSIGN_OR_RETURN(std::optional<Regex> fixed, fixed_regex(name, operands));
  return ExpressionPtr(
      std::make_unique<RegexSearch>(name, answers, std::move(operands), std::move(fixed)));
}

void push_match(std::string_view input, const Regex::Groups& groups, CodePointAt& base,
                DocumentBuilder& matches) {
  const Regex::Span whole = *groups[0];
  base.code_point += static_cast<std::int32_t>(
      count_code_points(input.substr(base.byte, whole.begin - base.byte)));
  base.byte = whole.begin;
  matches.push_document();
  matches.append("match", input.substr(whole.begin, whole.end - whole.begin));
  matches.append("idx", base.code_point);
  matches.begin_array("captures");
  for (const auto& group : std::span(groups).subspan(1)) {
    if (group) {
      matches.push(input.substr(group->begin, group->end - group->begin));
    } else {
      matches.push(Evaluation::null());
    }
  }
  matches.end().end();
}

}  // namespace cairn::expr
