// $replaceRoot: an expression's document in the place of the whole.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kName[] = "$replaceRoot";

}  // namespace

extern const StageRow row_replace_root{kName, parse_transformation_stage<kName>};

}  // namespace cairn::aggregate
