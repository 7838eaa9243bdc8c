// The table of query operators that stand in `{path: {$operator: argument}}`.
//
// To add one: a file in ops/ named as the operator is written, with its row, and its name in
// CMakeLists.txt.
#pragma once

#include "engine/bson/collation.h"
#include "engine/match/node.h"

#include <cairn/status.h>

#include <string_view>

namespace cairn::expr {
class Bindings;
}

namespace cairn::match {

struct ParseContext {
  int depth = 0;          // of nested filters, limited by kMaxFilterDepth
  DocumentView siblings;  // the document that the operator stands in ($regex looks for $options)
  const expr::Bindings* bindings = nullptr;
  const Collation* collation = nullptr;  // outlives what is parsed

  // One level deeper, in no operator.
  ParseContext inside() const {
    return {.depth = depth + 1, .siblings = {}, .bindings = bindings, .collation = collation};
  }
};

struct Operator {
  std::string_view name;  // "$eq"
  // Adds to `tests` what the operator asks; all of them must hold. `argument` outlives the tests.
  Status (*parse)(ValueView argument, const ParseContext& context, Tests& tests);
};

// nullptr: no such operator, or not supported. `unknown_operator` then gives the error.
const Operator* find_operator(std::string_view name);
Status unknown_operator(std::string_view name);

// Parses `{$gt: 1, $lt: 5}`. REQUIRES: the first field's name begins with '$'.
Status parse_operators(DocumentView operators, const ParseContext& context, Tests& tests);
// Parses what stands behind a path: operators, a regular expression, or a value to equal.
Status parse_condition(ValueView condition, const ParseContext& context, Tests& tests);
// Whether a value is a document of operators rather than one to compare with ({$ref: …} is the
// latter).
bool is_operators(ValueView value);

// Parses a whole filter. Its parts borrow from `filter`.
Result<NodePtr> parse_filter(DocumentView filter, const ParseContext& context);

// The tests that more than one operator is made of.
enum class Comparison : std::uint8_t { kEq, kLt, kLte, kGt, kGte };
std::unique_ptr<const ValueTest> comparison_test(Comparison comparison, ValueView operand);
Result<std::unique_ptr<const ValueTest>> regex_test(std::string_view pattern,
                                                    std::string_view options);

}  // namespace cairn::match
