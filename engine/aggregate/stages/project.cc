// $project: keeps, drops and computes fields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kName[] = "$project";

}  // namespace

extern const StageRow row_project{kName, parse_transformation_stage<kName>};

}  // namespace cairn::aggregate
