// VectorIndex on the disk: segment files and the manifest that names them.
#include "engine/exec/vector_index.h"

#include "engine/records/vector_log.h"
#include "index/vector/segment_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace cairn::exec {
namespace {

// When the log has so many rows that no manifest covers, everything is put into segments: a start
// takes in no more than these and a delta.
constexpr std::size_t kMostLogged = 16384;

template <typename Visit>
void for_each_file(const std::filesystem::path& folder, Visit&& visit) {
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(folder, none)) visit(file.path());
}

}  // namespace

void VectorIndex::clean(const Storage& storage,
                        std::span<const std::shared_ptr<VectorIndex>> indexes) {
  std::set<std::string> named;
  for (const auto& index : indexes) {
    if (index == nullptr) continue;
    const auto manifest = read_manifest(storage.latest(), index->keyspace_);
    // Of one that cannot be read nothing is used.
    if (!manifest.ok() || !manifest->has_value()) continue;
    for (const auto& field : (*manifest)->fields) {
      for (const StoredSegment& segment : field) {
        named.insert(segment_name(index->keyspace_, segment.serial));
      }
    }
  }
  for_each_file(segments_folder(storage), [&](const std::filesystem::path& path) {
    std::error_code ignored;
    if (!named.contains(path.filename().string())) std::filesystem::remove_all(path, ignored);
  });
}

void VectorIndex::load() {
  if (loaded_) return;
  const std::lock_guard loading(load_mutex_);
  if (loaded_) return;
  const auto found = load_segments();
  if (!found.ok()) {
    storage_.tell("a vector search index is built anew: its segments cannot be used",
                  document("keyspace", static_cast<std::int64_t>(keyspace_), "error",
                           found.status().message()));
  }
  const std::lock_guard lock(mutex_);
  state_ = found.ok() && *found ? State::kFilled : State::kEmpty;
  loaded_ = true;
}

// False: there are none.
Result<bool> VectorIndex::load_segments() {
  if (!kept_) return false;
  ReadView view(storage_);
  const Reader reader = view.frozen();
  CAIRN_ASSIGN_OR_RETURN(const auto manifest, read_manifest(reader, keyspace_));
  if (!manifest) return false;
  if (manifest->fields.size() != options_.size()) {
    return Status(ErrorCode::kInternalError, "its manifest is of another definition");
  }
  const std::lock_guard lock(mutex_);
  start_anew(manifest->covered);
  covered_ = manifest->covered;
  serial_ = manifest->next_serial;
  for (std::size_t i = 0; i < options_.size(); ++i) {
    for (const StoredSegment& stored : manifest->fields[i]) {
      if (!has(i)) return Status(ErrorCode::kInternalError, "a segment is of another field");
      const vector::Space& space = options_[i]->segment.space;
      // More than there are, for a row has codes and links too.
      const std::size_t rows = stored.identity.file_bytes / space.row_bytes();
      CAIRN_ASSIGN_OR_RETURN(auto segment,
                             open_stored(folder_, keyspace_, stored, residence(i, rows)));
      if (segment->space() != space) {
        return Status(ErrorCode::kInternalError, "a segment is of another field");
      }
      files_.emplace_back(segment.get(), stored.serial);
      const auto gone = vector::Bitmap::of(stored.dead);
      fields_[i]->add(std::move(segment), stored.dead.empty() ? nullptr : &gone);
    }
  }
  CAIRN_RETURN_IF_ERROR(fill_columns(reader));
  CAIRN_RETURN_IF_ERROR(take_in(reader, 0).status());
  return true;
}

Status VectorIndex::keep() {
  if (!kept_) {
    remove_replaced();
    return Status();
  }
  bool behind = false;
  {
    const std::lock_guard lock(mutex_);
    behind = logged_ > kMostLogged;
  }
  if (!behind && !unsaved_) return Status();
  if (behind || !covers_fill()) CAIRN_RETURN_IF_ERROR(seal());
  return save();
}

// Whether all rows that came with the last fill are in segments: the log does not have them.
bool VectorIndex::covers_fill() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(fields_, [this](const auto& field) {
    if (field == nullptr) return true;
    const auto first = vector::first_unsealed(*field->view());
    return !first || *first > covered_;
  });
}

// Puts everything there is into segments.
Status VectorIndex::seal() {
  for (std::size_t i = 0; i < options_.size(); ++i) {
    if (!has(i)) continue;
    fields_[i]->freeze();
    CAIRN_RETURN_IF_ERROR(merge_field(i, vector::Pace::kBusy));
  }
  return Status();
}

Status VectorIndex::save() {
  VectorManifest manifest;
  std::size_t logged = 0;
  {
    std::vector<std::shared_ptr<const vector::View>> views;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& field : fields_) {
        views.push_back(field == nullptr ? nullptr : field->view());
      }
      manifest.covered = applied_;
      for (const auto& view : views) {
        const auto first = view == nullptr ? std::nullopt : vector::first_unsealed(*view);
        if (first) manifest.covered = std::min<OpNumber>(manifest.covered, *first - 1);
      }
      logged = logged_;
    }
    // Rows that die from here on may be among the dead or not: the log tells of them again.
    for (const auto& view : views) {
      auto& segments = manifest.fields.emplace_back();
      if (view == nullptr) continue;
      for (const vector::LiveSegment& live : view->segments) segments.push_back(stored(live));
    }
    manifest.next_serial = serial_;
  }
  if (dropped()) return Status();
  WriteUnit unit;
  const std::string key = records::vector_manifest_key(keyspace_);
  unit.put(Family::kAux, key, encode_manifest(manifest));
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, storage_.commits().commit(unit));
  if (dropped()) {  // its rows may have been removed before this one came
    unit.clear();
    unit.remove(Family::kAux, key);
    return storage_.commits().commit(unit).status();
  }
  CAIRN_RETURN_IF_ERROR(storage_.syncer().wait_durable(receipt.last_op));
  unsaved_ = false;
  {
    const std::lock_guard lock(mutex_);
    covered_ = manifest.covered;
    logged_ -= logged;
  }
  remove_replaced();
  return Status();
}

StoredSegment VectorIndex::stored(const vector::LiveSegment& live) const {
  const vector::Segment& segment = *live.segment;
  const auto file = std::ranges::find(files_, &segment, &SegmentFile::first);
  StoredSegment stored{.serial = file->second, .identity = segment.identity(), .dead = {}};
  if (live.deaths->count() == 0) return stored;
  vector::Bitmap dead(segment.size());
  for (std::uint32_t at = 0; at < segment.size(); ++at) {
    if (live.deaths->of(at) != 0) dead.set(at);
  }
  stored.dead.assign(dead.words().begin(), dead.words().end());
  return stored;
}

// Before a fill: from here on the manifest would no longer be true.
Status VectorIndex::forget() {
  files_.clear();
  replaced_.clear();
  unsaved_ = false;
  if (kept_) {
    const std::string key = records::vector_manifest_key(keyspace_);
    CAIRN_ASSIGN_OR_RETURN(const bool there, storage_.latest().contains(Family::kAux, key));
    if (there) {
      WriteUnit unit;
      unit.remove(Family::kAux, key);
      CAIRN_RETURN_IF_ERROR(storage_.commits().commit(unit).status());
    }
  }
  remove_all_files();
  return Status();
}

void VectorIndex::remove_all_files() const {
  const std::string prefix = segment_prefix(keyspace_);
  for_each_file(folder_, [&](const std::filesystem::path& path) {
    std::error_code ignored;
    if (path.filename().string().starts_with(prefix)) std::filesystem::remove(path, ignored);
  });
  std::error_code others_are_there;
  if (!kept_) std::filesystem::remove(folder_, others_are_there);
}

// Who still reads the old ones has them mapped.
void VectorIndex::replace_files(const vector::Merge& merge, std::uint64_t serial) {
  if (merge.result != nullptr) files_.emplace_back(merge.result.get(), serial);
  for (const auto& segment : merge.segments) {
    const auto file = std::ranges::find(files_, segment.get(), &SegmentFile::first);
    if (file == files_.end()) continue;
    replaced_.push_back(file->second);
    files_.erase(file);
  }
  unsaved_ = true;
}

void VectorIndex::remove_replaced() {
  std::error_code ignored;
  for (const std::uint64_t serial : replaced_) {
    std::filesystem::remove(folder_ / segment_name(keyspace_, serial), ignored);
  }
  replaced_.clear();
}

Result<std::filesystem::path> VectorIndex::next_segment() {
  std::error_code failed;
  if (std::filesystem::create_directories(folder_, failed)) {
    CAIRN_RETURN_IF_ERROR(vector::sync_folder(folder_.parent_path()));
  }
  return folder_ / segment_name(keyspace_, serial_++);
}

}  // namespace cairn::exec
