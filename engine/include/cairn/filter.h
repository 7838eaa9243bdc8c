// Filter: MongoDB's filter language for documents that are in no collection (`listCollections`'
// entries, an application's own). Collections filter by themselves: `Collection::find`.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>

namespace cairn {

// Parsed once, immutable; `matches` is thread-safe. Move-only.
class Filter {
 public:
  // Keeps its own copy of `filter`. Errors: as `Collection::find`.
  static Result<Filter> parse(DocumentView filter);
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  // Error: what evaluating an `$expr` gives.
  Result<bool> matches(DocumentView document) const;

 private:
  struct State;
  explicit Filter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn
