// Listed: documents that a stage has made beforehand.
#pragma once

#include "engine/aggregate/stream.h"

#include <cairn/bson.h>

#include <string>
#include <vector>

namespace cairn::aggregate {

StreamPtr listed(std::vector<Document> documents);

// This machine, as stages that show statistics call it.
std::string host_name();

}  // namespace cairn::aggregate
