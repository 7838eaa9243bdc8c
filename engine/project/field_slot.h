// FieldSlot: one field of a document, by its path, to be given value after value.
//
// The path leads through documents only: what is not a document on the way (a scalar, an array)
// gives way to one. The bytes around the field are copied as they lie. Thread-safety: none.
#pragma once

#include "engine/bson/path.h"

#include <cairn/bson.h>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::project {

class FieldSlot {
 public:
  explicit FieldSlot(FieldPath path) : path_(std::move(path)) {}

  const FieldPath& path() const { return path_; }
  // Finds the field's place in `document`, which lives as long as values are put. Gives the value
  // that is there, or missing.
  ValueView locate(DocumentView document);

  // The located document with `value` in the field: in its old place, or behind all others. A
  // missing value leaves the field out. Overwrites `out`.
  void put(ValueView value, std::string& out) const;
  // The same in pieces, for a value that is made in place: whatever is appended to `out` between
  // the two calls is the value's payload.
  void begin(BsonType type, std::string& out) const;
  void end(std::string& out) const;

 private:
  // A document on the way: its fields before and after the one that the path goes through.
  struct Level {
    DocumentView document;
    const std::uint8_t* before_end = nullptr;
    const std::uint8_t* after = nullptr;
  };
  void open(std::string& out) const;
  void append_name(BsonType type, std::size_t component, std::string& out) const;

  FieldPath path_;
  std::vector<Level> levels_;                // those that exist; the rest of the path is made
  mutable std::vector<std::size_t> starts_;  // in `out`, of the open documents
};

}  // namespace cairn::project
