#include "engine/exec/vector_search.h"

#include "engine/exec/open.h"
#include "engine/exec/select.h"
#include "engine/exec/vector_score.h"
#include "engine/records/index_row.h"
#include "engine/records/keys/index_keys.h"
#include "engine/records/record_key.h"

#include <algorithm>
#include <utility>

namespace cairn::exec {
namespace {

constexpr int kVectorsPerCheck = 256;

// The nearest so far, as a heap whose top is the farthest of them.
class Nearest {
 public:
  explicit Nearest(std::size_t limit) : limit_(limit) {}

  // `record_id`: without a keyspace.
  void offer(std::string_view record_id, float score, DocumentView document = {}) {
    if (hits_.size() == limit_ && !nearer(score, record_id, hits_.front())) return;
    if (hits_.size() == limit_) {
      std::pop_heap(hits_.begin(), hits_.end(), order);
      hits_.back() = {std::string(record_id), score, Document(document)};
    } else {
      hits_.push_back({std::string(record_id), score, Document(document)});
    }
    std::push_heap(hits_.begin(), hits_.end(), order);
  }

  std::vector<VectorHit> take() {
    std::sort_heap(hits_.begin(), hits_.end(), order);
    return std::move(hits_);
  }

 private:
  static bool nearer(float score, std::string_view record_id, const VectorHit& other) {
    return score != other.score ? score > other.score : record_id < other.record_key;
  }
  static bool order(const VectorHit& a, const VectorHit& b) {
    return nearer(a.score, a.record_key, b);
  }

  std::size_t limit_;
  std::vector<VectorHit> hits_;
};

class Search {
 public:
  Search(const ReadViewPtr& view, const CollectionRef& collection, const VectorQuery& query,
         const Interrupt* interrupt)
      : view_(view),
        collection_(collection),
        query_(query),
        interrupt_(interrupt),
        score_(query.index->vectors()->fields()[query.field].similarity, query.vector),
        nearest_(query.limit) {}

  Result<VectorHits> run() {
    const bool entries = query_.index->ready() && query_.filter == nullptr;
    CAIRN_RETURN_IF_ERROR(entries ? scan_entries() : scan_documents());
    VectorHits hits{.nearest = nearest_.take(), .compared = compared_};
    for (VectorHit& hit : hits.nearest) {
      std::string key;
      append_u32(key, collection_->keyspace());
      hit.record_key = key.append(hit.record_key);
    }
    return hits;
  }

 private:
  Status look() {
    if (++compared_ % kVectorsPerCheck != 0 || interrupt_ == nullptr) return Status();
    return interrupt_->check();
  }

  // The entries of one field lie together: its number is the first byte of their keys.
  Status scan_entries() {
    std::string lower;
    append_u32(lower, query_.index->keyspace());
    lower.push_back(static_cast<char>(query_.field));
    std::string upper = lower;
    ++upper.back();
    KeyCursor cursor =
        view_->frozen().scan(query_.index->family(), {lower, upper}, {.fill_cache = false});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      CAIRN_RETURN_IF_ERROR(look());
      CAIRN_ASSIGN_OR_RETURN(
          const records::IndexRow row,
          records::read_index_row(*collection_, *query_.index, cursor.key(), cursor.value()));
      if (const auto score = score_(row.type_bits)) nearest_.offer(row.record_id, *score);
    }
    return cursor.status();
  }

  Status scan_documents() {
    static const match::Matcher kAll;
    const match::Matcher& matcher = query_.filter != nullptr ? *query_.filter : kAll;
    CAIRN_ASSIGN_OR_RETURN(Selected selected,
                           select(view_, collection_, {.matcher = &matcher, .hint = {}}));
    CAIRN_ASSIGN_OR_RETURN(
        const RecordSourcePtr records,
        open_window(view_, collection_, std::move(selected.plan), matcher, {.sort = {}}));
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
  Nearest nearest_;
  std::int64_t compared_ = 0;
};

}  // namespace

Result<VectorHits> search_vectors(const ReadViewPtr& view, const CollectionRef& collection,
                                  const VectorQuery& query, const Interrupt* interrupt) {
  return Search(view, collection, query, interrupt).run();
}

}  // namespace cairn::exec
