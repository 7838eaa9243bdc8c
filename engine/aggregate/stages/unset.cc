// $unset: drops fields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kName[] = "$unset";

}  // namespace

extern const StageRow row_unset{kName, parse_transformation_stage<kName>};

}  // namespace cairn::aggregate
