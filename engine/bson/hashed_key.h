// The key of a value in MongoDB's hashed indexes. Source: MongoDB's manual, "Hashed Indexes" and
// "$toHashedIndexKey"; the layout was found by comparing keys.
//
// The first 8 bytes of an MD5 over a seed (int32 0) and the element: its type class as int32; for
// numbers the int64 nearest to zero (decimals: the nearest), so that 1, 1.5 and NumberLong(1) share
// a key; for documents and arrays each element the same way after its name (with the NUL), and an
// int32 0 at the end; for everything else the payload as BSON stores it.
#pragma once

#include <cairn/bson.h>

#include <cstdint>

namespace cairn {

// A missing value has the key of null.
std::int64_t hashed_key(ValueView value);

}  // namespace cairn
