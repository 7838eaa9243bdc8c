// Any document as an update: what parses changes every document into a valid one with an equal
// `_id`.
#include "engine/update/update.h"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cairn;  // NOLINT: a fuzz target is all about it
  const auto source = validate_document({data, size}, {.max_nesting = 90});
  if (!source.ok()) return 0;
  const ValueView specification(BsonType::kDocument, source->data(), source->size());
  const auto update = update::Update::parse(specification, {.upsert = true});
  if (!update.ok()) return 0;
  const Document before = document("_id", 1, "a", array(1, 2.5, "x", document("b", array(1, 2))),
                                   "b", document("a", 1));
  const update::ApplyContext context;
  std::string after;
  const auto modified = update->apply(before, context, after);
  if (modified.ok() && *modified) {
    const auto changed = Document::from_bytes(after);
    if (!changed.ok()) std::abort();
    if (compare((*changed)["_id"], before["_id"]) != 0) std::abort();
  }
  const auto made = update->upsert(document("_id", 1, "c", 5), context);
  if (made.ok() && !Document::from_bytes(made->bytes()).ok()) std::abort();
  return 0;
}
