// DuplicateKey: the error 11000 as clients parse it.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string_view>

namespace cairn::write {

// "E11000 duplicate key error collection: db.coll index: _id_ dup key: { _id: 1 }", with keyPattern
// and keyValue. `key_pattern` and `key_value` name the same fields.
Status duplicate_key(std::string_view full_name, std::string_view index, DocumentView key_pattern,
                     DocumentView key_value);

}  // namespace cairn::write
