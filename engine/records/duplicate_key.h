// DuplicateKey: the error 11000 as clients parse it.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/records/keys/key_set.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::records {

// "E11000 duplicate key error collection: db.coll index: a_1 dup key: { a: 1 }", with keyPattern
// and keyValue. Of strings under a collation the key has only sort keys: they are told as
// "CollationKey(0x…)" in the message and in hexadecimal in keyValue, with `hexEncoded` and the
// collation beside.
Status duplicate_key(const CollectionEntry& collection, const IndexEntry& index, IndexKey key);
// The same of the key `_id`.
Status duplicate_id(const CollectionEntry& collection, ValueView id);

}  // namespace cairn::records
