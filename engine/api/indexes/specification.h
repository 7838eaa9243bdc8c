// Index specifications: what a client writes, checked and completed into what the catalog keeps.
// Source: MongoDB's manual, "createIndexes", and its answers.
#pragma once

#include "engine/bson/collation.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

struct SpecificationContext {
  CollationPtr collation;  // the collection's own; null: simple
  bool clustered = false;
  bool by_id = true;            // whether the collection finds by `_id` of itself
  bool ignore_unknown = false;  // options that MongoDB does not know are left out
};

// {v, key, name, …the options in the order given}. Errors: CannotCreateIndex,
// InvalidIndexSpecificationOption, TypeMismatch, FailedToParse, BadValue, ….
Result<Document> check_specification(DocumentView given, const SpecificationContext& context);

// "a_1_b.c_-1": the name that drivers give a key pattern.
std::string default_name(DocumentView pattern);

}  // namespace cairn::api
