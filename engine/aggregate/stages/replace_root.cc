// $replaceRoot: an expression's document in the place of the whole.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kReplaceRoot[] = "$replaceRoot";

}  // namespace

extern const StageRow row_replace_root{kReplaceRoot, parse_transformation_stage<kReplaceRoot>};

}  // namespace cairn::aggregate
