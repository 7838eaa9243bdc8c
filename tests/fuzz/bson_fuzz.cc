// Any bytes as a document: what validation accepts can be read whole, compared, copied and written
// as text.
#include <cstdlib>

#include <cairn/bson.h>

#include "tests/bson/rebuild.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cairn;  // NOLINT: a fuzz target is all about it
  const auto view = validate_document({data, size});
  if (!view) {
    if (view.status().message().empty()) std::abort();
    return 0;
  }
  const Document copy = test::rebuild(*view);
  if (!Document::from_bytes(copy.bytes()).ok()) std::abort();
  if (test::rebuild(copy) != copy) std::abort();
  if (compare(*view, *view) != 0) std::abort();
  // The copy may order differently (it sorts the options of regular expressions), but consistently.
  if (compare(*view, copy) != (0 <=> compare(copy, *view))) std::abort();
  if (to_json(*view, JsonMode::kCanonical).empty() || to_json(*view).empty()) std::abort();
  return 0;
}
