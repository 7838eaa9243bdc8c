// $set: the newer name of $addFields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kName[] = "$set";

}  // namespace

extern const StageRow row_set{kName, parse_transformation_stage<kName>};

}  // namespace cairn::aggregate
