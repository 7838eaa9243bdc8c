// The table of query operators that stand in `{path: {$operator: argument}}`.
//
// To add one: a file in ops/ named as the operator is written, with its row, and its name in
// CMakeLists.txt.
#pragma once

#include "engine/bson/collation.h"
#include "engine/match/geo/near.h"
#include "engine/match/matcher.h"
#include "engine/match/node.h"

#include <cairn/status.h>

#include <optional>
#include <string_view>
#include <vector>

namespace cairn::match {

// What is known of a filter when it is parsed.
struct Facts {
  std::optional<Near> near;
  std::optional<TextArgument> text;
  std::vector<Predicate> predicates;
  std::vector<ExpressionClaims> claims;
};

struct ParseContext {
  int depth = 0;          // of nested filters, limited by kMaxFilterDepth
  DocumentView siblings;  // the document that the operator stands in ($regex looks for $options)
  std::string_view path;  // that the operator stands behind
  const expr::Bindings* bindings = nullptr;
  const Collation* collation = nullptr;  // outlives what is parsed
  Allowed allowed = {};
  expr::MetaUse* metas = nullptr;
  expr::Folding folding = expr::Folding::kEverywhere;
  Facts* facts = nullptr;      // null: nobody asks
  bool conjunctive = false;    // every match satisfies what stands here
  bool whole_document = true;  // not inside `$elemMatch`, which asks of elements
  bool inside_nor = false;

  // One level deeper, in no operator.
  ParseContext inside() const {
    ParseContext inner = *this;
    ++inner.depth;
    inner.siblings = {};
    inner.path = {};
    inner.conjunctive = false;
    return inner;
  }
};

struct Operator {
  std::string_view name;  // "$eq"
  // Adds to `tests` what the operator asks; all of them must hold. `argument` outlives the tests.
  Status (*parse)(ValueView argument, const ParseContext& context, Tests& tests);
  // Whether it takes what stands beside it as its own: then nothing else is parsed of `siblings`.
  bool reads_siblings = false;
};

// An operator of the top level: `{$or: […]}`.
struct Clause {
  std::string_view name;  // "$or"
  // Adds to `nodes` what the clause asks; all of them must hold. `argument` outlives the nodes.
  Status (*parse)(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes);
};
const Clause* find_clause(std::string_view name);

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

// Parses the filters in the list that `$and`, `$or` and `$nor` take. Error: BadValue for another
// argument.
Status parse_list(std::string_view name, ValueView list, const ParseContext& context,
                  std::vector<NodePtr>& nodes);

// The tests that more than one operator is made of.
enum class Comparison : std::uint8_t { kEq, kLt, kLte, kGt, kGte };
std::unique_ptr<const ValueTest> comparison_test(Comparison comparison, ValueView operand,
                                                 const Collation* collation);
Result<std::unique_ptr<const ValueTest>> regex_test(std::string_view pattern,
                                                    std::string_view options);

}  // namespace cairn::match
