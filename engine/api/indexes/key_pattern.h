// Key patterns: {a: 1, "b.c": -1, d: "hashed"}. Source: MongoDB's manual, "Indexes", and its
// answers.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// Whether fields and values may make an index. Errors: CannotCreateIndex, 13103 (too many fields),
// 31303 (more than one hashed), 7246201 … 7246208 (compound wildcard).
// `projection`: the specification's `wildcardProjection`, or missing.
Status check_key_pattern(DocumentView pattern, ValueView projection);

// {_id: 1}.
bool is_id_pattern(DocumentView pattern);
// Whether some field is a wildcard.
bool is_wildcard_pattern(DocumentView pattern);
// Same fields in the same order, numbers compared as numbers.
bool same_pattern(DocumentView a, DocumentView b);

}  // namespace cairn::api
