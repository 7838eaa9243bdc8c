// HoldingStage: a stage that holds documents until it has read all of them ($sort,
// $setWindowFields), and need hold no more of each than it and those behind it look at.
#pragma once

#include "engine/aggregate/field_selection.h"
#include "engine/aggregate/stage.h"

#include <optional>

namespace cairn::aggregate {

class HoldingStage : public Stage {
 public:
  // Neither this stage nor those behind it look at other fields. Before it is opened.
  void keep_only(const FieldSelection& fields) { kept_ = fields; }

 protected:
  // Null: all fields.
  const FieldSelection* kept() const { return kept_ ? &*kept_ : nullptr; }

 private:
  std::optional<FieldSelection> kept_;
};

}  // namespace cairn::aggregate
