// DistinctValues: collects the different values at a path, in MongoDB's order of values.
#pragma once

#include "engine/bson/collation.h"
#include "engine/bson/path.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <map>
#include <string>

namespace cairn::api {

class DistinctValues {
 public:
  DistinctValues(FieldPath path, CollationPtr collation)
      : path_(std::move(path)), collation_(std::move(collation)) {}

  // Error: Location17217 when the values outgrow a document.
  Status add(DocumentView document);
  // An array of the values; the object is done.
  Value take() &&;

 private:
  FieldPath path_;
  CollationPtr collation_;
  std::map<std::string, Value>
      values_;  // by key encoding: 1 and 1.0 are one value, and bytes order
  std::string key_;
  std::size_t bytes_ = 0;  // of the array to be
};

}  // namespace cairn::api
