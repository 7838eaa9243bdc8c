// Delta: how a document differs from what it was, in the form that MongoDB's oplog has it.
//
//   {$v: 2, diff: {d: {gone: false}, u: {changed: 1}, i: {fresh: 1}, sInner: {…}}}
//   of an array: {a: true, l: 3 (its length, where it became shorter), u0: 1, s1: {…}}
//
// Pure functions.
#pragma once

#include "engine/update/path_tree.h"

#include <cairn/bson.h>

#include <string>

namespace cairn::update {

// Appends the delta from `before` to `after`. `paths`: those that an update's operators wrote to;
// what stands at the end of one is told whole. Null: everything is compared, at all depths.
void write_delta(DocumentView before, DocumentView after, const PathTree::Node* paths,
                 std::string& out);

}  // namespace cairn::update
