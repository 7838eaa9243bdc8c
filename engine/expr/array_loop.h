// ArrayLoop: what $map and $filter are: an array, a variable for its elements, and an expression of
// that variable.
#pragma once

#include "engine/expr/named_arguments.h"
#include "engine/expr/scope.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <utility>

namespace cairn::expr {

// The operands are the array and the expression; others may follow.
class ArrayLoop : public Expression {
 public:
  struct Parts {
    Operands operands;
    std::uint32_t slot = 0;
  };
  // `as` as written, "this" where it is missing. Errors: FailedToParse for no variable's name; the
  // operands'.
  static Result<Parts> parse(ValueView input, ValueView as, ValueView each, const Scope& scope);

  // `not_array`: "{}" stands for the type.
  ArrayLoop(Parts parts, const Complaint& not_array)
      : Expression(std::move(parts.operands)), slot_(parts.slot), not_array_(not_array) {}

  // Null where the array is null or missing.
  Result<ValueView> evaluate(Evaluation& evaluation) const final;

 protected:
  virtual Result<ValueView> over(DocumentView array, Evaluation& evaluation) const = 0;
  // The expression's value for one element.
  Result<ValueView> value_for(ValueView element, Evaluation& evaluation) const;

 private:
  std::uint32_t slot_;
  const Complaint& not_array_;
};

}  // namespace cairn::expr
