// $addFields: new fields, and new values of fields.
#include "engine/aggregate/transformation_stage.h"

namespace cairn::aggregate {
namespace {

constexpr char kAddFields[] = "$addFields";

}  // namespace

extern const StageRow row_add_fields{kAddFields, parse_transformation_stage<kAddFields>};

}  // namespace cairn::aggregate
