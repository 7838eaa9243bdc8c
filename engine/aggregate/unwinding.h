// Unwinding: what `$unwind` is asked to do.
#pragma once

#include "engine/bson/path.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <optional>

namespace cairn::aggregate {

struct Unwinding {
  FieldPath path;
  std::optional<FieldPath> index;  // where the element's position goes
  bool keep_all = false;           // also documents without elements
};

// The specification of the stage. Errors: Location28808 … 28822, 15981; of paths.
Result<Unwinding> parse_unwinding(ValueView specification);

}  // namespace cairn::aggregate
