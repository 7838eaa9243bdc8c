// ArrayFilters: which elements the `$[identifier]`s of an update stand for.
// Source: MongoDB's manual, "$[<identifier>]".
#pragma once

#include "engine/match/matcher.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::update {

// Immutable after parsing but for the marks of use, which only parsing sets; then thread-safe.
class ArrayFilters {
 public:
  struct Filter {
    std::string name;  // the identifier
    match::Matcher matcher;
    bool used = false;

    // Whether the element is one that the identifier stands for. `buffer` is overwritten.
    Result<bool> selects(ValueView element, std::string& buffer) const;
  };

  // `array` holds documents of conditions, each on one identifier. Errors: FailedToParse, BadValue
  // and the matcher's own, with "Error parsing array filter" in front.
  static Result<ArrayFilters> parse(DocumentView array, const match::MatchOptions& options);

  // The filter of that name, which then counts as used; nullptr: there is none.
  const Filter* use(std::string_view name);
  const Filter* find(std::string_view name) const;
  // Error: FailedToParse where a filter was not used in `update`.
  Status check_all_used(DocumentView update) const;

 private:
  std::vector<Filter> filters_;
};

}  // namespace cairn::update
