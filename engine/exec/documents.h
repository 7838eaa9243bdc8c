// Documents: a stream of documents from a stream of records, projected on the way.
#pragma once

#include "engine/exec/record_source.h"
#include "engine/project/projection.h"

#include <cairn/cursor.h>

namespace cairn::exec {

std::unique_ptr<CursorSource> documents(RecordSourcePtr input);
std::unique_ptr<CursorSource> documents(RecordSourcePtr input, project::Projection projection);

}  // namespace cairn::exec
