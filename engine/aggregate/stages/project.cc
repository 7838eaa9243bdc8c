// $project: keeps, drops and computes fields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kProject[] = "$project";

}  // namespace

extern const StageRow row_project{kProject, parse_transformation_stage<kProject>};

}  // namespace cairn::aggregate
