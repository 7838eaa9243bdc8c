// Expressions: what computes a value from a document ("$path", "$$variable", operators, documents
// and arrays of expressions). Source: MongoDB's manual, "Aggregation Operators".
#pragma once

#include "engine/bson/path.h"
#include "engine/expr/evaluation.h"
#include "engine/expr/scope.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace cairn::expr {

class Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;
using Operands = std::vector<ExpressionPtr>;

// Immutable after parsing; thread-safe (each thread with its own Evaluation).
class Expression {
 public:
  Expression() = default;
  explicit Expression(Operands operands) : operands_(std::move(operands)) {}
  virtual ~Expression() = default;
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  // The value, or missing. The view is into the document, the expression or the evaluation's arena;
  // it lives until the next `begin` (or until a `release` to a mark set before).
  virtual Result<ValueView> evaluate(Evaluation& evaluation) const = 0;
  // The value, if it is the same for every document.
  virtual const Value* constant() const { return nullptr; }
  // The field that is read, if that is all the expression does ("$a.b", "$$ROOT.a.b").
  virtual const FieldPath* path() const { return nullptr; }
  // Whether the value depends on the operands' alone. If so, and the operands are constant, it is
  // computed at parse time.
  virtual bool pure() const { return true; }

  std::span<const ExpressionPtr> operands() const { return operands_; }

 protected:
  // Everything that is evaluated inside, in the order written; an operator that has optional ones
  // puts nothing for those.
  Operands operands_;
};

// Parses an operand: strings that begin with '$' are paths or variables, documents are operators or
// documents of expressions. The result borrows nothing from `value`. Errors:
// InvalidPipelineOperator (168) "Unrecognized expression '$x'", Location15983, Location17276, …;
// and what evaluating a constant part gives.
Result<ExpressionPtr> parse_expression(ValueView value, const Scope& scope);
// An expression that always gives `value`.
ExpressionPtr constant_expression(Value value);

// How many operands an operator takes.
struct Arity {
  std::uint32_t least = 0;
  std::uint32_t most = 0;
  static constexpr std::uint32_t kAny = UINT32_MAX;
};
// The operands of `{$name: [a, b]}` or `{$name: a}`. Errors: Location16020 (a fixed number),
// Location28667 (a range).
Result<Operands> parse_operands(std::string_view name, ValueView argument, const Scope& scope,
                                Arity arity);

// The values of an operator's operands, evaluated in order.
using Values = std::span<const ValueView>;

// Which constant operands MongoDB makes one before there is a document.
enum class Gathering : std::uint8_t {
  kNone,
  kNeighbours,  // those that stand side by side
  kAll,         // all of them, behind those that vary
};

// An operator's row, by its name with the '$'. Most operators are a function of their operands'
// values:
//
//   extern const Operator row_strLenCP{.name = "$strLenCP", .function = str_len_cp, .arity = {1,
//   1}};
//
// Those that evaluate only some operands, take named arguments or define variables have `parse`
// instead.
struct Operator {
  std::string_view name;
  Result<ExpressionPtr> (*parse)(ValueView argument, const Scope& scope) = nullptr;
  Result<ValueView> (*function)(Values values, Evaluation& evaluation) = nullptr;
  Arity arity{};
  // As `function`, for operators that compare strings; `collation` is null for simple.
  Result<ValueView> (*collated)(Values values, const Collation* collation,
                                Evaluation& evaluation) = nullptr;
  // False for $rand and the like: never computed at parse time.
  bool pure = true;
  // Above 0: after so many operands, one that fails is an error only where those before it leave
  // the value open, as where MongoDB looks at each operand before it evaluates the next.
  std::uint32_t settles_after = 0;
  // False: MongoDB computes it for documents only, of constants too; where it fails, that is no
  // error while there is no document.
  bool folded = true;
  Gathering gathering = Gathering::kNone;
};

// MongoDB's name of a value's type as error messages have it: "missing", "int", "string", …
std::string_view type_of(ValueView value);

}  // namespace cairn::expr
