// $addFields: new fields, and new values of fields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kName[] = "$addFields";

}  // namespace

extern const StageRow row_add_fields{kName, parse_transformation_stage<kName>};

}  // namespace cairn::aggregate
