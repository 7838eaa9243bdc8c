// Operators with named arguments: {$filter: {input: …, cond: …}}.
//
//   constexpr NamedShape kShape{
//       .not_object = {18629, "$dateToString only supports an object as its argument"},
//       .unknown = {18534, "Unrecognized argument to $dateToString: {}"},
//       .arguments = kArguments};
//   constexpr NamedArgument kArguments[] = {{"date", {18628, "Missing 'date' parameter …"}},
//                                           {"format"}};
#pragma once

#include "engine/expr/expression.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace cairn::expr {

// An error with its number; "{}" in the text stands for what is wrong.
struct Complaint {
  std::int32_t code = 0;
  std::string_view text;
  Status about(std::string_view what = {}) const;
};

struct NamedArgument {
  std::string_view name;
  Complaint missing{};  // code 0: may be left out
};

struct NamedShape {
  Complaint not_object;  // "{}": the type
  Complaint unknown;     // "{}": the argument's name
  std::span<const NamedArgument> arguments;
};

inline constexpr std::size_t kMostNamedArguments = 12;
// As written, by their places in the shape; missing where left out.
using NamedFields = std::array<ValueView, kMostNamedArguments>;
Result<NamedFields> named_fields(const NamedShape& shape, ValueView argument);

// What a function of named arguments reads: each is evaluated when it is asked for.
class Arguments {
 public:
  static constexpr std::uint8_t kAbsent = 0xFF;
  using Places = std::array<std::uint8_t, kMostNamedArguments>;

  Arguments(std::span<const ExpressionPtr> operands, const Places& places, Evaluation& evaluation)
      : operands_(operands), places_(places), evaluation_(evaluation) {}

  bool given(std::size_t i) const { return places_[i] != kAbsent; }
  // Missing where it is not given.
  Result<ValueView> operator[](std::size_t i) const {
    if (!given(i)) return ValueView();
    return operands_[places_[i]]->evaluate(evaluation_);
  }
  Evaluation& evaluation() const { return evaluation_; }

 private:
  std::span<const ExpressionPtr> operands_;
  const Places& places_;
  Evaluation& evaluation_;
};
using NamedFunction = Result<ValueView> (*)(const Arguments& arguments);

// An argument that is wrong before there is a document if it is constant, and not null.
struct ConstantCheck {
  std::size_t argument = 0;
  Status (*check)(ValueView value) = nullptr;
};
using ConstantChecks = std::span<const ConstantCheck>;

// An operator that is a function of its named arguments. `checks` in their order.
Result<ExpressionPtr> named_function(const NamedShape& shape, ValueView argument,
                                     const Scope& scope, NamedFunction function,
                                     ConstantChecks checks = {});
// The same with what was written, as named_fields gives it.
Result<ExpressionPtr> named_function(const NamedFields& fields, const Scope& scope,
                                     NamedFunction function, ConstantChecks checks = {});

}  // namespace cairn::expr
