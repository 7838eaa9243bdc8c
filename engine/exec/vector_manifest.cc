#include "engine/exec/vector_manifest.h"

#include "engine/exec/vector_manifest_generated.h"
#include "engine/records/vector_log.h"
#include "engine/storage/storage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace cairn::exec {
namespace {

Status unreadable() {
  return {ErrorCode::kInternalError, "the manifest of a vector search index cannot be read"};
}

StoredSegment read_segment(const flat::VectorSegment& row) {
  StoredSegment segment{
      .serial = row.serial(),
      .identity = {.file_bytes = row.file_bytes(), .header_hash = row.header_hash()},
      .dead = {}};
  if (row.dead() != nullptr) segment.dead.assign(row.dead()->begin(), row.dead()->end());
  return segment;
}

}  // namespace

std::string encode_manifest(const VectorManifest& manifest) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<flat::VectorFieldSegments>> fields;
  for (const std::vector<StoredSegment>& field : manifest.fields) {
    std::vector<flatbuffers::Offset<flat::VectorSegment>> segments;
    for (const StoredSegment& segment : field) {
      const auto dead = segment.dead.empty() ? 0 : builder.CreateVector(segment.dead);
      segments.push_back(flat::CreateVectorSegment(builder, segment.serial,
                                                   segment.identity.file_bytes,
                                                   segment.identity.header_hash, dead));
    }
    fields.push_back(flat::CreateVectorFieldSegments(builder, builder.CreateVector(segments)));
  }
  builder.Finish(flat::CreateVectorManifest(builder, manifest.covered, manifest.next_serial,
                                            builder.CreateVector(fields)));
  const auto bytes = builder.GetBufferSpan();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<VectorManifest> decode_manifest(std::string_view bytes) {
  // In memory of its own: aligned.
  const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
  flatbuffers::Verifier verifier(copy.data(), copy.size());
  if (!flat::VerifyVectorManifestBuffer(verifier)) return unreadable();
  const flat::VectorManifest& row = *flat::GetVectorManifest(copy.data());
  if (row.fields() == nullptr) return unreadable();
  VectorManifest manifest{.covered = row.covered(), .next_serial = row.next_serial(), .fields = {}};
  for (const flat::VectorFieldSegments* field : *row.fields()) {
    std::vector<StoredSegment>& segments = manifest.fields.emplace_back();
    if (field->segments() == nullptr) continue;
    for (const flat::VectorSegment* segment : *field->segments()) {
      segments.push_back(read_segment(*segment));
    }
  }
  return manifest;
}

Result<std::optional<VectorManifest>> read_manifest(const Reader& reader, Keyspace index) {
  PinnedValue row;
  CAIRN_ASSIGN_OR_RETURN(const bool found,
                         reader.get(Family::kAux, records::vector_manifest_key(index), row));
  if (!found) return std::optional<VectorManifest>();
  CAIRN_ASSIGN_OR_RETURN(VectorManifest manifest, decode_manifest(row.view()));
  return std::optional(std::move(manifest));
}

bool keeps_segments(const Storage& storage) {
  std::error_code ignored;
  return std::filesystem::is_directory(storage.path(), ignored);
}

std::filesystem::path segments_folder(const Storage& storage) {
  if (keeps_segments(storage)) return std::filesystem::path(storage.path()) / "vectors";
  return std::filesystem::temp_directory_path() /
         fmt::format("cairn-vectors-{:02x}", fmt::join(storage.uuid(), ""));
}

std::string segment_prefix(Keyspace index) { return fmt::format("{}-", index); }

std::string segment_name(Keyspace index, std::uint64_t serial) {
  return fmt::format("{}{}.segment", segment_prefix(index), serial);
}

Result<std::shared_ptr<const vector::Segment>> open_stored(const std::filesystem::path& folder,
                                                           Keyspace index,
                                                           const StoredSegment& stored,
                                                           vector::Residence residence) {
  const std::filesystem::path path = folder / segment_name(index, stored.serial);
  CAIRN_ASSIGN_OR_RETURN(auto segment, vector::Segment::open(path, residence));
  const std::size_t words = (std::size_t{segment->size()} + 63) / 64;
  if (segment->identity() != stored.identity ||
      (!stored.dead.empty() && stored.dead.size() != words)) {
    return Status(ErrorCode::kInternalError, "another file is in the place of " + path.string());
  }
  return segment;
}

}  // namespace cairn::exec
