// Listed: documents that a stage has made beforehand.
#pragma once

#include "engine/aggregate/stream.h"

#include <cairn/bson.h>

#include <vector>

namespace cairn::aggregate {

StreamPtr listed(std::vector<Document> documents);

}  // namespace cairn::aggregate
