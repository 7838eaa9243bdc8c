// Views: collections that are a pipeline over another one. Source: MongoDB's manual, "Views".
#pragma once

#include "engine/catalog/catalog.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn {

// How deep views may stand on views.
inline constexpr int kMaxViewDepth = 20;

// Whether a view of that name may be defined by `options` ({viewOn, pipeline, collation}), which
// name neither it nor, by way of other views, itself. Errors: GraphContainsCycle (5),
// ViewDepthLimitExceeded (165), OptionNotSupportedOnView (167) where its collation is another than
// that of a view below.
Status check_view(const Catalog& catalog, const Namespace& name, DocumentView options);

// What a read of `name` reads: the catalog's entry, or, where the name is `system.views`, a view
// that lists the database's views as MongoDB stores them ({_id: "db.v", viewOn, pipeline,
// collation}); nullptr: there is none.
CollectionRef find_readable(const Catalog& catalog, const Namespace& name);
// The same where `found` is what is there by that name.
CollectionRef find_readable(const Catalog& catalog, const Namespace& name, CollectionRef found);

// "Namespace db.v is a view, not a collection" (166).
Status is_a_view(const CollectionEntry& view);

}  // namespace cairn
