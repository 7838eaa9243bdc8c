// $replaceWith: the shorter form of $replaceRoot.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kName[] = "$replaceWith";

}  // namespace

extern const StageRow row_replace_with{kName, parse_transformation_stage<kName>};

}  // namespace cairn::aggregate
