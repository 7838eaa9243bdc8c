// IdRange: the records of an interval of `_id`s, in their order or backward.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/record_source.h"
#include "engine/storage/reader.h"

#include <cstddef>

namespace cairn::exec {

// `range`: keys of the `_id` index, or of the documents where the collection is clustered.
// `wanted`: how many records will be asked for at least; 0: not known.
RecordSourcePtr id_range(Reader reader, CollectionRef collection, KeyRange range,
                         Direction direction, std::size_t wanted);

}  // namespace cairn::exec
