// What a stage that holds documents has put to disk, as `explain` tells it.
#pragma once

#include "engine/exec/held_measure.h"

#include <cairn/bson.h>

namespace cairn::aggregate {

void append_spills(const exec::HeldMeasure& held, DocumentBuilder& out);

}  // namespace cairn::aggregate
