// Expressions: what computes a value from a document ("$path", {$literal: …}, documents and arrays
// of expressions). Source: MongoDB's manual, "Aggregation Operators".
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace cairn::expr {

// Where values live that an evaluation makes. Views into it stay valid until `reset`. Reuse one for
// many documents.
class Scratch {
 public:
  // An empty string at a stable address.
  std::string& next();
  void reset() { used_ = 0; }

 private:
  std::deque<std::string> strings_;
  std::size_t used_ = 0;
};

// Immutable after parsing; thread-safe.
class Expression {
 public:
  virtual ~Expression() = default;
  // The value, or missing. The view is into the document, the expression or `scratch`.
  virtual Result<ValueView> evaluate(DocumentView root, Scratch& scratch) const = 0;
  // The value, if it is the same for every document.
  virtual const Value* constant() const { return nullptr; }
};
using ExpressionPtr = std::unique_ptr<const Expression>;

// Parses an operand: strings that begin with '$' are paths or variables, documents are operators or
// documents of expressions. Errors: InvalidPipelineOperator (168) "Unrecognized expression '$x'",
// Location15983, Location17276, …
Result<ExpressionPtr> parse_expression(ValueView value);

// An operator's row, by its name with the '$'.
struct Operator {
  std::string_view name;
  Result<ExpressionPtr> (*parse)(ValueView argument);
};

}  // namespace cairn::expr
