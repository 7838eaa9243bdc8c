// $regex: a string that a regular expression finds itself in; `$options` beside it gives its flags.
#include "engine/expr/regex.h"
#include "engine/match/operator.h"

#include <string>

namespace cairn::match {
namespace {

using expr::Regex;

class RegexTest final : public ValueTest {
 public:
  RegexTest(Regex regex, std::string_view pattern, std::string_view options)
      : regex_(std::move(regex)), pattern_(pattern), options_(options) {}

  // A stored regular expression matches itself.
  bool test(ValueView value, Trace& trace) const override {
    switch (value.type()) {
      case BsonType::kString:
      case BsonType::kSymbol:
        if (trace.stops(Trace::kStepsPerRegex)) return false;
        return regex_.search(value.as_string());
      case BsonType::kRegex:
        return value.as_regex().pattern == pattern_ && value.as_regex().options == options_;
      default:
        return false;
    }
  }

 private:
  Regex regex_;
  std::string pattern_;
  std::string options_;
};

Status parse_regex(ValueView argument, const ParseContext& context, Tests& tests) {
  const ValueView options = context.siblings["$options"];
  if (!options.missing() && !options.is_string()) {
    return {ErrorCode::kBadValue, "$options has to be a string"};
  }
  std::string_view flags = options.missing() ? std::string_view() : options.as_string();
  std::string_view pattern;
  if (argument.is_string()) {
    pattern = argument.as_string();
  } else if (argument.type() == BsonType::kRegex) {
    pattern = argument.as_regex().pattern;
    const std::string_view own = argument.as_regex().options;
    if (!own.empty() && !options.missing()) {
      return {location(51074), "options set in both $regex and $options"};
    }
    if (options.missing()) flags = own;
  } else {
    return {ErrorCode::kBadValue, "$regex has to be a string"};
  }
  CAIRN_ASSIGN_OR_RETURN(auto test, regex_test(pattern, flags));
  tests.push_back({std::move(test)});
  return Status();
}

}  // namespace

Result<std::unique_ptr<const ValueTest>> regex_test(std::string_view pattern,
                                                    std::string_view options) {
  CAIRN_ASSIGN_OR_RETURN(Regex regex, Regex::compile(pattern, options));
  return std::unique_ptr<const ValueTest>(
      std::make_unique<RegexTest>(std::move(regex), pattern, options));
}

extern const Operator row_regex{"$regex", parse_regex};

}  // namespace cairn::match
