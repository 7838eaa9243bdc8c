#include "engine/api/check_vectors.h"

#include "engine/exec/vector_index.h"
#include "engine/records/vector_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace cairn::api {
namespace {

class VectorCheck {
 public:
  using Problem = std::function<void(std::string_view)>;

  VectorCheck(Storage& storage, const Reader& reader, const IndexEntry& index,
              const Problem& problem)
      : storage_(storage), reader_(reader), index_(index), problem_(problem) {}

  Status run() {
    CAIRN_ASSIGN_OR_RETURN(const auto manifest, exec::read_manifest(reader_, index_.keyspace()));
    if (!manifest) return Status();
    const std::vector<VectorField>& fields = index_.vectors()->fields();
    if (manifest->fields.size() != fields.size()) {
      problem_("its manifest is of another definition");
      return Status();
    }
    if (manifest->covered > storage_.commits().last_op()) {
      problem_("its manifest covers commits that are not there");
    }
    CAIRN_RETURN_IF_ERROR(read_log(manifest->covered));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].indexing == VectorIndexing::kFlat) continue;
      CAIRN_RETURN_IF_ERROR(check_field(i, manifest->fields[i]));
    }
    return Status();
  }

 private:
  // Which records changed after the manifest.
  Status read_log(OpNumber covered) {
    const records::VectorLogRange later(index_.keyspace(), covered + 1);
    KeyCursor log = reader_.scan(Family::kAux, later.range(), {.fill_cache = false});
    for (log.seek_first(); log.valid(); log.next()) {
      changed_.insert(read_u64(records::vector_log_record(log.key())));
    }
    return log.status();
  }

  Status check_field(std::size_t field, const std::vector<exec::StoredSegment>& segments) {
    const vector::Space space = exec::vector_space(index_.vectors()->fields()[field]);
    std::int64_t rows = 0;
    for (const exec::StoredSegment& stored : segments) {
      const auto segment = exec::open_stored(exec::segments_folder(storage_), index_.keyspace(),
                                             stored, vector::Residence::kMapped);
      Status sound = segment.ok() ? (*segment)->check_rows() : segment.status();
      if (sound.ok() && (*segment)->space() != space) {
        sound = {ErrorCode::kInternalError, "it is of another field"};
      }
      if (!sound.ok()) {
        CAIRN_ASSIGN_OR_RETURN(const bool replaced, is_replaced(stored));
        if (replaced) return Status();
        problem_(fmt::format("segment {}: {}", exec::segment_name(index_.keyspace(), stored.serial),
                             sound.message()));
        return Status();
      }
      CAIRN_ASSIGN_OR_RETURN(const std::int64_t living,
                             compare(field, **segment, vector::Bitmap::of(stored.dead)));
      rows += living;
    }
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t entries, count_entries(field, space));
    if (rows != entries) {
      problem_(fmt::format("its segments have {} vectors of field {}, its entries {}", rows, field,
                           entries));
    }
    return Status();
  }

  bool is_nested(std::size_t field) const { return index_.vectors()->fields()[field].nested; }
  RecordId record_of(std::size_t field, std::uint64_t id) const {
    return is_nested(field) ? records::record_of_element(id) : id;
  }

  // Whether a merge went on meanwhile.
  Result<bool> is_replaced(const exec::StoredSegment& stored) const {
    CAIRN_ASSIGN_OR_RETURN(const auto now,
                           exec::read_manifest(storage_.latest(), index_.keyspace()));
    if (!now) return true;
    return std::ranges::none_of(now->fields, [&](const auto& field) {
      return std::ranges::find(field, stored.serial, &exec::StoredSegment::serial) != field.end();
    });
  }

  // How many of the segment's rows live and did not change since; each must be its entry's.
  Result<std::int64_t> compare(std::size_t field, const vector::Segment& segment,
                               vector::Bitmap dead) {
    if (dead.words().empty()) dead = vector::Bitmap(segment.size());
    segment.for_each_death([&](std::uint32_t at, std::uint64_t) { dead.set(at); });
    std::int64_t living = 0;
    PinnedValue entry;
    for (std::uint32_t at = 0; at < segment.size(); ++at) {
      const std::uint64_t id = segment.ids()[at];
      if (dead.test(at) || changed_.contains(record_of(field, id))) continue;
      ++living;
      const std::string key = records::entry_of_id(index_.keyspace(), field, id, is_nested(field));
      CAIRN_ASSIGN_OR_RETURN(const bool found, reader_.get(Family::kAux, key, entry));
      const auto wanted = found ? exec::row_of_entry(segment.space(), entry.view()) : std::nullopt;
      CAIRN_ASSIGN_OR_RETURN(const vector::RowView row, segment.row(at));
      if (!wanted || !std::ranges::equal(*wanted, row)) {
        problem_(fmt::format("a segment has another vector of record {} than its entry",
                             record_of(field, id)));
      }
    }
    return living;
  }

  // Those that a segment would have, and that did not change since.
  Result<std::int64_t> count_entries(std::size_t field, const vector::Space& space) {
    std::string lower;
    records::append_vector_entry(lower, index_.keyspace(), field, {});
    std::string upper;
    records::append_vector_entry(upper, index_.keyspace(), field + 1, {});
    KeyCursor entries = reader_.scan(Family::kAux, {lower, upper}, {.fill_cache = false});
    std::int64_t count = 0;
    for (entries.seek_first(); entries.valid(); entries.next()) {
      const std::uint64_t id = records::id_of_entry(entries.key(), is_nested(field));
      if (changed_.contains(record_of(field, id))) continue;
      if (exec::row_of_entry(space, entries.value())) ++count;
    }
    CAIRN_RETURN_IF_ERROR(entries.status());
    return count;
  }

  Storage& storage_;
  const Reader& reader_;
  const IndexEntry& index_;
  const Problem& problem_;
  std::unordered_set<std::uint64_t> changed_;
};

}  // namespace

void check_vectors(Storage& storage, const Reader& reader, const IndexEntry& index,
                   const std::function<void(std::string_view)>& problem) {
  const Status done = VectorCheck(storage, reader, index, problem).run();
  if (!done.ok()) problem(done.message());
}

}  // namespace cairn::api
