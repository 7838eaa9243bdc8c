// The key tuples of a document under a compound pattern of paths: index keys and sort keys.
//
// A document has one tuple, or, where a path crosses or ends in an array, one per element of that
// array. The rules are those of MongoDB's multikey indexes:
//
//   - an array at the end of a path gives its elements, an empty one `undefined`; an array inside
//     it is a value;
//   - at an array on the way each element that is a document is walked on, all others give missing;
//   - a component that is the number of an element addresses that element instead of fanning out;
//     it is an error (16746) if a document in the array has a field of that name too. An array that
//     is addressed at the end of the path is a value, but an empty one gives `undefined`;
//   - paths that share an array are expanded together, element by element; two different arrays in
//     one tuple are an error (171).
//
// Missing is reported as a missing ValueView: an index stores null, a sparse index skips a tuple of
// nothing but missing. Tuples may repeat. Nothing is allocated.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <cairn/bson.h>

#include "engine/bson/path.h"

namespace cairn {

inline constexpr std::size_t kMaxKeyFields = 32;

using KeyTuple = std::span<const ValueView>;

// Receives each tuple; the views point into the document.
class KeyTupleSink {
 public:
  virtual void on_tuple(KeyTuple tuple) = 0;
  // Component `component` of path `field` (counted from 0) is an array that was fanned out: the
  // index is multikey there.
  virtual void on_array(std::size_t field, std::size_t component) {
    (void)field;
    (void)component;
  }

 protected:
  ~KeyTupleSink() = default;
};

// REQUIRES: 1 <= paths.size() <= kMaxKeyFields.
Status extract_key_tuples(std::span<const FieldPath> paths, DocumentView document,
                          KeyTupleSink& sink);

}  // namespace cairn
