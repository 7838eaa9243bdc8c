// What `$setWindowFields` does, and `$fill` with it: documents in partitions and in order, with
// fields computed from the documents around each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/aggregate/stage.h"
#include "engine/aggregate/window_function.h"
#include "engine/project/transformation.h"

namespace cairn::aggregate {

// Stays where it is: functions borrow its order.
struct WindowSpecification {
  expr::ExpressionPtr partition_by;  // null: all documents are one partition
  std::optional<SortPattern> order;
  std::vector<std::string> paths;  // of the fields that are set, one for each function
  std::vector<WindowFunctionPtr> functions;
};

// `environment` outlives the stage. Error: of paths that are in each other's way.
Result<StagePtr> make_window_stage(std::unique_ptr<WindowSpecification> specification,
                                   const Environment& environment);

}  // namespace cairn::aggregate
