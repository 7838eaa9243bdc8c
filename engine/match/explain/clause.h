// Clauses: a filter taken apart into what MongoDB explains one by one.
#pragma once

#include <cairn/bson.h>

#include <string>
#include <vector>

namespace cairn::match {

// One operator, with the filter that consists of it alone: `{a: {$gt: 5}}`, `{$or: […]}`.
struct Explained {
  Document filter;
  std::string_view operator_name;  // "$gt"; "$eq" where the filter names none
  std::string_view path;           // empty: on the top level
  ValueView argument;
  bool implicit = false;  // `{a: 5}`, `{a: /x/}`: no operator is written
};

// What a filter's fields ask, which all must hold.
std::vector<Explained> clauses_of(DocumentView filter);
// What the operators behind a path ask.
std::vector<Explained> clauses_of(std::string_view path, ValueView condition);

}  // namespace cairn::match
