// VectorManifest: which segment files hold the vectors of a search index, as of which commit. One
// row per index, in `aux` behind its entries (records/vector_log.h), put anew when a merge is done:
//
//   keyspace | 0xfe  ->  FlatBuffers `VectorManifest` (vector_manifest.fbs)
//
// The files DIR/vectors/KEYSPACE-SERIAL.segment that it names were on the disk before it was. It is
// true of the entries as they were after the commit `covered`; the log has every later change. A
// file that is missing or not the one that was written makes the whole manifest worth nothing: the
// entries are all that counts. Thread-safety: values.
#pragma once

#include "engine/storage/reader.h"
#include "index/vector/segment.h"

#include <cairn/status.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {
class Storage;
}  // namespace cairn

namespace cairn::exec {

struct StoredSegment {
  std::uint64_t serial = 0;
  vector::SegmentIdentity identity;
  std::vector<std::uint64_t> dead;  // words of a Bitmap; empty: every row lives
};

struct VectorManifest {
  OpNumber covered = 0;
  std::uint64_t next_serial = 0;
  std::vector<std::vector<StoredSegment>> fields;
};

std::string encode_manifest(const VectorManifest& manifest);
// Error: InternalError.
Result<VectorManifest> decode_manifest(std::string_view bytes);
// Of an index; nullopt: it has none. Errors: the storage's, InternalError.
Result<std::optional<VectorManifest>> read_manifest(const Reader& reader, Keyspace index);

// Where the segment files of a store are: in its folder, or, where it has none, in one of the
// system's temporary folder.
std::filesystem::path segments_folder(const Storage& storage);
// Whether the store has a folder, in which a later process finds them.
bool keeps_segments(const Storage& storage);
std::string segment_name(Keyspace index, std::uint64_t serial);
// What the names of all of an index's files begin with.
std::string segment_prefix(Keyspace index);

// The file, mapped and checked: it is the one that the manifest means. Error: InternalError.
Result<std::shared_ptr<const vector::Segment>> open_stored(const std::filesystem::path& folder,
                                                           Keyspace index,
                                                           const StoredSegment& stored,
                                                           vector::Residence residence);

}  // namespace cairn::exec
