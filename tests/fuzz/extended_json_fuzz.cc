// Any text as Extended JSON: what parses is a valid document, and its canonical form reads back as
// the same bytes.
#include <cstdlib>

#include <cairn/bson.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cairn;  // NOLINT: a fuzz target is all about it
  const auto document = from_json({reinterpret_cast<const char*>(data), size});
  if (!document) {
    if (document.status().code() != ErrorCode::kFailedToParse) std::abort();
    return 0;
  }
  if (!Document::from_bytes(document->bytes()).ok()) std::abort();
  const auto again = from_json(to_json(*document, JsonMode::kCanonical));
  if (!again || *again != *document) std::abort();

  // The relaxed form forgets the widths of integers, but no more than once.
  const std::string relaxed = to_json(*document, JsonMode::kRelaxed);
  const auto reread = from_json(relaxed);
  if (!reread || to_json(*reread, JsonMode::kRelaxed) != relaxed) std::abort();
  return 0;
}
