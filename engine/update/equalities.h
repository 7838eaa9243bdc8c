// Equalities: the fields that a filter pins to one value, which an upsert puts into the document
// that it makes.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::update {

// The document of `filter`'s equalities (`{a: 1}`, `{a: {$eq: 1}}`, also inside `$and`, a
// one-element `$or` or
// `$in`, `$all`), dotted paths as nested documents, `_id` first. With `id_only` no field but `_id`.
// Error: NotSingleValueField (54) where a path is pinned twice.
Result<Document> equalities(DocumentView filter, bool id_only);

// Whether a filter may be an upsert's. Error: QueryFeatureNotAllowed where it asks by `$expr`.
Status check_upsert_filter(DocumentView filter);

}  // namespace cairn::update
