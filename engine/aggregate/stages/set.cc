// $set: the newer name of $addFields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kSet[] = "$set";

}  // namespace

extern const StageRow row_set{kSet, parse_transformation_stage<kSet>};

}  // namespace cairn::aggregate
