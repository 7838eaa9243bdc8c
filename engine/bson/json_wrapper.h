// The type wrappers of Extended JSON: objects such as {"$oid": "…"} that stand for one value.
#pragma once

#include <optional>
#include <string_view>

#include <cairn/bson.h>

namespace cairn {

// Whether an object whose first key this is may be a wrapper.
bool may_start_wrapper(std::string_view key);

// The value that `object` stands for, given as the document it would be if it were none, inner
// wrappers already replaced; missing where it is a plain document after all ({"$type": "string"},
// {"$regex": /a/}). Error: FailedToParse, for an object with a wrapper's key that is not exactly
// that wrapper.
Result<Value> unwrap(DocumentView object);

}  // namespace cairn
