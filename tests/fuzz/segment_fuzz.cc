// Any bytes as a segment file: what is accepted can be searched and read whole without harm.
//
// Hashes keep nearly all changed bytes out. So the input is also tried with its hashes made right:
// what lies behind them must be checked too.
#include "index/vector/segment.h"
#include "index/vector/segment_file.h"
#include "index/vector/segment_generated.h"

#include <xxhash.h>

#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

using namespace cairn::vector;  // NOLINT: a fuzz target is all about it

void read_all(std::span<const std::byte> bytes) {
  const auto segment = Segment::parse(bytes);
  if (!segment.ok()) {
    if (segment.status().message().empty()) std::abort();
    return;
  }
  const Segment& all = **segment;
  const Row query(all.space().row_bytes());
  for (const Exactness exactness : {Exactness::kApproximate, Exactness::kExact}) {
    SearchStats stats;
    const auto found = all.search({.row = query}, {.limit = 5, .exactness = exactness}, stats);
    if (!found.ok()) continue;
    for (const Candidate& one : *found) {
      if (one.id >= all.size()) std::abort();
    }
  }
  for (std::uint32_t at = 0; at < all.size(); ++at) {
    if (all.row(at).ok() && all.row(at)->size() != all.space().row_bytes()) std::abort();
  }
}

// Makes the hashes of header and sections those of what is there, where it can be read at all.
void make_right(std::vector<std::byte>& bytes) {
  Prologue prologue;
  if (bytes.size() < sizeof prologue) return;
  std::memcpy(&prologue, bytes.data(), sizeof prologue);
  std::memcpy(prologue.magic, kSegmentMagic, sizeof kSegmentMagic);
  prologue.format = kSegmentFormat;
  prologue.file_bytes = bytes.size();
  prologue.header_bytes = static_cast<std::uint32_t>(
      std::min<std::size_t>(prologue.header_bytes, bytes.size() - sizeof prologue));
  std::byte* const header = bytes.data() + sizeof prologue;
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(header),
                                 prologue.header_bytes);
  if (file::VerifyHeaderBuffer(verifier)) {
    const auto* sections = file::GetHeader(header)->sections();
    for (flatbuffers::uoffset_t i = 0; sections != nullptr && i < sections->size(); ++i) {
      const file::Section* section = sections->Get(i);
      if (section->offset() > bytes.size() || section->bytes() > bytes.size() - section->offset()) {
        continue;
      }
      const std::uint64_t hash = XXH3_64bits(bytes.data() + section->offset(), section->bytes());
      const file::Section right(section->kind(), 0, section->offset(), section->bytes(), hash);
      std::memcpy(const_cast<file::Section*>(section), &right, sizeof right);
    }
  }
  prologue.header_hash = XXH3_64bits(header, prologue.header_bytes);
  std::memcpy(bytes.data(), &prologue, sizeof prologue);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  std::vector<std::byte> bytes(begin, begin + size);
  read_all(bytes);
  make_right(bytes);
  read_all(bytes);
  return 0;
}
