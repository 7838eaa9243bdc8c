// DistinctValues: collects the different values at a path, in the order in which they are first seen.
#pragma once

#include "engine/bson/path.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>
#include <unordered_set>

namespace cairn::api {

class DistinctValues {
 public:
  explicit DistinctValues(FieldPath path) : path_(std::move(path)) {}

  // Error: Location17217 when the values outgrow a document.
  Status add(DocumentView document);
  // An array of the values; the object is done.
  Value take() && { return values_.take_array(); }

 private:
  FieldPath path_;
  std::unordered_set<std::string> seen_;  // by key encoding: 1 and 1.0 are one value
  std::string key_;
  DocumentBuilder values_;
};

}  // namespace cairn::api
