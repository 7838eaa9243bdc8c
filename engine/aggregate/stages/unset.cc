// $unset: drops fields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kUnset[] = "$unset";

}  // namespace

extern const StageRow row_unset{kUnset, parse_transformation_stage<kUnset>};

}  // namespace cairn::aggregate
