// The stages that are a transformation of each document ($addFields, $project, …).
#pragma once

#include "engine/aggregate/stage.h"
#include "engine/project/transformation.h"

namespace cairn::aggregate {

StagePtr transformation_stage(project::TransformationPtr transformation);

// The `parse` of the row of the transformation called `Name`.
template <const char* Name>
Result<StagePtr> parse_transformation_stage(ValueView specification, Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(project::TransformationPtr transformation,
                         project::parse_transformation(Name, specification, environment.scope()));
  return transformation_stage(std::move(transformation));
}

}  // namespace cairn::aggregate
