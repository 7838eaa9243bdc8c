// How an index is listed.
#pragma once

#include <cairn/bson.h>

namespace cairn::api {

// A specification as `listIndexes` shows it: the options in one order, whatever order they were
// given in, without those that only indexes of another kind have. Source: MongoDB's answers.
Document listed_specification(DocumentView specification);

}  // namespace cairn::api
