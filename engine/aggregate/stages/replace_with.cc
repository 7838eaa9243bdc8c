// $replaceWith: the shorter form of $replaceRoot.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kReplaceWith[] = "$replaceWith";

}  // namespace

extern const StageRow row_replace_with{kReplaceWith, parse_transformation_stage<kReplaceWith>};

}  // namespace cairn::aggregate
