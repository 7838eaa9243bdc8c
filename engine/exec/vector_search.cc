#include "engine/exec/vector_search.h"

#include "engine/catalog/vector_filters.h"
#include "engine/exec/nearest_hits.h"
#include "engine/exec/nested_search.h"
#include "engine/exec/open.h"
#include "engine/exec/select.h"
#include "engine/exec/vector_filter.h"
#include "engine/exec/vector_score.h"
#include "engine/records/index_row.h"
#include "engine/records/keys/index_keys.h"
#include "engine/records/keys/vector_entry.h"
#include "engine/records/record_key.h"
#include "engine/records/vector_log.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace cairn::exec {
namespace {

constexpr int kVectorsPerCheck = 256;
// Documents that are read at once.
constexpr std::size_t kDocumentsAtOnce = 32;

class Search {
 public:
  Search(const ReadViewPtr& view, const CollectionRef& collection, const VectorQuery& query,
         const Interrupt* interrupt)
      : view_(view),
        collection_(collection),
        query_(query),
        interrupt_(interrupt),
        score_(query.index->vectors()->fields()[query.field].similarity, query.vector),
        nearest_(query.limit, NearestHits::kMostKeptBytes) {}

  Result<VectorHits> run() {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<VectorIndex::Moment> moment, remember());
    view_->pin();
    std::unique_ptr<ColumnFilter> filter;
    if (moment && query_.filter != nullptr) {
      CAIRN_ASSIGN_OR_RETURN(filter, moment->filter(query_.filter->filter()));
    }
    bool found = false;
    const bool floats = query_.vector.element == VectorElement::kFloat32;
    if (moment && floats && query_.memory->has(query_.field)) {
      CAIRN_ASSIGN_OR_RETURN(found, ask_moment(*moment, filter.get()));
    }
    if (!found) CAIRN_RETURN_IF_ERROR(scan(filter.get()));
    if (filter != nullptr && filter->failed()) return not_filtered();
    return VectorHits{.nearest = nearest_.take(collection_->keyspace()),
                      .compared = compared_,
                      .plan = plan_,
                      .stats = stats_};
  }

 private:
  // What is in memory, as of the view. An index of an earlier version that could not be built anew,
  // for the directory is only read, knows nothing of filters.
  Result<std::optional<VectorIndex::Moment>> remember() {
    const IndexEntry& index = *query_.index;
    const bool knows = query_.filter == nullptr || !lacks_filter_rows(index.spec());
    if (query_.memory == nullptr || !knows) return std::optional<VectorIndex::Moment>();
    return query_.memory->at(*view_);
  }

  Status look() {
    if (++compared_ % kVectorsPerCheck != 0 || interrupt_ == nullptr) return Status();
    return interrupt_->check();
  }

  // False: what is in memory is damaged; nothing has been offered.
  Result<bool> ask_moment(const VectorIndex::Moment& moment, const ColumnFilter* filter) {
    const auto hits = moment.search({.field = query_.field,
                                     .vector = std::as_bytes(query_.vector.data),
                                     .limit = static_cast<std::uint32_t>(query_.limit),
                                     .candidates = static_cast<std::uint32_t>(query_.candidates),
                                     .exact = query_.exact},
                                    filter, interrupt_, stats_);
    compared_ = static_cast<std::int64_t>(stats_.distances);
    if (!hits.ok()) return given_up();
    std::vector<std::uint64_t> ids;
    ids.reserve(hits->size());
    for (const vector::Hit& hit : *hits) ids.push_back(hit.id);
    std::ranges::sort(ids);
    for (std::span<const std::uint64_t> rest(ids); !rest.empty();) {
      const std::size_t count = std::min(rest.size(), kDocumentsAtOnce);
      CAIRN_RETURN_IF_ERROR(offer_records(rest.first(count)));
      rest = rest.subspan(count);
    }
    return true;
  }

  Status not_filtered() const {
    if (interrupt_ != nullptr) CAIRN_RETURN_IF_ERROR(interrupt_->check());
    return ColumnFilter::failure();
  }

  Result<bool> given_up() const {
    if (interrupt_ != nullptr) CAIRN_RETURN_IF_ERROR(interrupt_->check());
    return false;
  }

  // Scores are those of the entry, by the same sums as in a scan; what it has is made of the
  // document, which somebody will ask for anyway. REQUIRES: ids rise; at most kDocumentsAtOnce.
  Status offer_records(std::span<const std::uint64_t> ids) {
    std::array<std::string, kDocumentsAtOnce> keys;
    std::array<std::string_view, kDocumentsAtOnce> asked;
    std::array<PinnedValue, kDocumentsAtOnce> found;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      append_u32(keys[i], collection_->keyspace());
      append_u64(keys[i], ids[i]);
      asked[i] = keys[i];
    }
    CAIRN_RETURN_IF_ERROR(view_->frozen().multi_get(
        Family::kDoc, std::span(asked).first(ids.size()), std::span(found).first(ids.size())));
    const VectorField& field = query_.index->vectors()->fields()[query_.field];
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!found[i].found()) continue;
      const DocumentView document = records::stored_document(found[i].view());
      if (!records::read_vector_entry(field, document, entry_)) continue;
      const auto score = score_(entry_);
      if (!score) continue;
      nearest_.offer(after_keyspace(keys[i]), *score, document);
    }
    return Status();
  }

  // Entries, if the filter is one of what is in memory or there is none; else documents.
  Status scan(const ColumnFilter* filter) {
    const bool entries = query_.index->ready() && (query_.filter == nullptr || filter != nullptr);
    plan_ = entries ? VectorPlan::kEntries : VectorPlan::kDocuments;
    compared_ = 0;
    return entries ? scan_entries(filter) : scan_documents();
  }

  // The entries of one field lie together: its number is the first byte of their keys.
  Status scan_entries(const ColumnFilter* filter) {
    std::string lower;
    records::append_vector_entry(lower, query_.index->keyspace(), query_.field, {});
    std::string upper;
    records::append_vector_entry(upper, query_.index->keyspace(), query_.field + 1, {});
    KeyCursor cursor =
        view_->frozen().scan(query_.index->family(), {lower, upper}, {.fill_cache = false});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      CAIRN_RETURN_IF_ERROR(look());
      CAIRN_ASSIGN_OR_RETURN(
          const records::IndexRow row,
          records::read_index_row(*collection_, *query_.index, cursor.key(), cursor.value()));
      if (filter != nullptr && !filter->admits(read_u64(row.record_id))) continue;
      if (const auto score = score_(row.type_bits)) nearest_.offer(row.record_id, *score);
    }
    return cursor.status();
  }

  Status scan_documents() {
    CAIRN_ASSIGN_OR_RETURN(const RecordSourcePtr records,
                           open_matching(view_, collection_, query_.filter));
    records::KeySet vectors;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, records->next(interrupt_));
      if (record == nullptr) return Status();
      ++compared_;
      CAIRN_RETURN_IF_ERROR(records::index_keys(*query_.index, record->document, vectors));
      offer(*record, vectors);
    }
  }

  void offer(const Record& record, const records::KeySet& vectors) {
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (static_cast<std::size_t>(vectors[i].key.front()) != query_.field) continue;
      if (const auto score = score_(vectors[i].type_bits)) {
        nearest_.offer(after_keyspace(record.key), *score, record.document);
      }
    }
  }

  const ReadViewPtr& view_;
  const CollectionRef& collection_;
  const VectorQuery& query_;
  const Interrupt* interrupt_;
  const VectorScore score_;
  NearestHits nearest_;
  std::string entry_;
  VectorPlan plan_ = VectorPlan::kMemory;
  vector::SearchStats stats_;
  std::int64_t compared_ = 0;
};

}  // namespace

Result<RecordSourcePtr> open_matching(const ReadViewPtr& view, const CollectionRef& collection,
                                      const match::Matcher* filter) {
  static const match::Matcher kAll;
  const match::Matcher& matcher = filter != nullptr ? *filter : kAll;
  CAIRN_ASSIGN_OR_RETURN(Selected selected,
                         select(view, collection, {.matcher = &matcher, .hint = {}}));
  return open_window(view, collection, std::move(selected.plan), matcher, {.sort = {}});
}

Result<VectorHits> search_vectors(const ReadViewPtr& view, const CollectionRef& collection,
                                  const VectorQuery& query, const Interrupt* interrupt) {
  if (query.index->vectors()->fields()[query.field].nested) {
    return search_nested_vectors(view, collection, query, interrupt);
  }
  return Search(view, collection, query, interrupt).run();
}

}  // namespace cairn::exec
