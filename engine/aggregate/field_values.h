// FieldValues: the values of several expressions over one document. Those that are just top-level
// fields, as most are, are found in one pass over the document.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/expr/expression.h"

namespace cairn::aggregate {

class FieldValues {
 public:
  // Adds an expression, which outlives this; gives the place of its value.
  std::size_t add(const expr::Expression& expression);
  // The value at `i` lives as long as what `evaluation` has begun.
  Status read(expr::Evaluation& evaluation);
  ValueView operator[](std::size_t i) const { return values_[i]; }

 private:
  struct Field {
    std::string name;
    std::size_t at;
    bool found = false;
  };
  void read_fields(DocumentView document);

  std::vector<ValueView> values_;
  std::vector<Field> fields_;
  std::vector<std::pair<const expr::Expression*, std::size_t>> others_;
  std::vector<std::pair<std::size_t, std::size_t>>
      same_;  // (place, the place that has the same field)
};

}  // namespace cairn::aggregate
