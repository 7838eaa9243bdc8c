// IdLookup: the records of a list of `_id`s.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/record_source.h"
#include "engine/storage/reader.h"

#include <vector>

namespace cairn::exec {

// In the order of `ids`, which outlive the result; those that are not there are passed over.
RecordSourcePtr id_lookup(Reader reader, CollectionRef collection, std::vector<ValueView> ids);

}  // namespace cairn::exec
