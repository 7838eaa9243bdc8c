#include "engine/exec/nested_search.h"

#include "engine/catalog/vector_filters.h"
#include "engine/exec/element_filter.h"
#include "engine/exec/nearest_hits.h"
#include "engine/exec/vector_score.h"
#include "engine/records/keys/vector_entry.h"
#include "engine/records/record_key.h"
#include "engine/records/vector_log.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cairn::exec {
namespace {

// Each further try asks for so many times as many elements.
constexpr std::size_t kMoreElements = 4;

// A document's score, of those of its elements.
class ElementScores {
 public:
  explicit ElementScores(NestedScore score) : score_(score) {}
  void add(float score) {
    best_ = std::max(best_, score);
    sum_ += static_cast<double>(score);
    ++count_;
  }
  // nullopt: it has none.
  std::optional<float> take() const {
    if (count_ == 0) return std::nullopt;
    if (score_ == NestedScore::kMax) return best_;
    return static_cast<float>(sum_ / static_cast<double>(count_));
  }

 private:
  const NestedScore score_;
  float best_ = -std::numeric_limits<float>::infinity();
  double sum_ = 0;
  std::size_t count_ = 0;
};

class NestedSearch {
 public:
  NestedSearch(const ReadViewPtr& view, const CollectionRef& collection, const VectorQuery& query,
               const Interrupt* interrupt)
      : view_(view),
        collection_(collection),
        query_(query),
        interrupt_(interrupt),
        field_(query.index->vectors()->fields()[query.field]),
        score_(field_.similarity, query.vector),
        nearest_(query.limit, NearestHits::kMostKeptBytes) {}

  Result<VectorHits> run() {
    bool found = false;
    if (is_for_graph()) {
      CAIRN_ASSIGN_OR_RETURN(const auto moment, query_.memory->at(*view_));
      if (moment) {
        CAIRN_ASSIGN_OR_RETURN(found, ask_moment(*moment));
      }
    }
    view_->pin();
    if (!found) CAIRN_RETURN_IF_ERROR(scan_documents());
    return VectorHits{.nearest = nearest_.take(collection_->keyspace()),
                      .compared = compared_,
                      .plan = plan_,
                      .stats = stats_};
  }

 private:
  // The exact mean of a document is of all its elements, however far they are.
  bool is_for_graph() const {
    const bool floats = query_.vector.element == VectorElement::kFloat32;
    const bool knows = !filters() || !lacks_filter_rows(query_.index->spec());
    return query_.memory != nullptr && query_.memory->has(query_.field) && floats && knows &&
           !(query_.exact && query_.nested_score == NestedScore::kMean);
  }
  bool filters() const { return query_.filter != nullptr || query_.parents != nullptr; }

  Result<std::unique_ptr<ElementFilter>> filter_of(const VectorIndex::Moment& moment) const {
    std::unique_ptr<ColumnFilter> elements;
    std::unique_ptr<ColumnFilter> parents;
    if (query_.filter != nullptr) {
      CAIRN_ASSIGN_OR_RETURN(elements,
                             moment.element_filter(query_.filter->filter(), field_.path.name(0)));
    }
    if (query_.parents != nullptr) {
      CAIRN_ASSIGN_OR_RETURN(parents, moment.filter(query_.parents->filter()));
    }
    return std::make_unique<ElementFilter>(std::move(elements), std::move(parents));
  }

  // False: what is in memory is damaged; nothing has been offered.
  Result<bool> ask_moment(const VectorIndex::Moment& moment) {
    std::unique_ptr<ElementFilter> filter;
    if (filters()) {
      CAIRN_ASSIGN_OR_RETURN(filter, filter_of(moment));
    }
    for (std::size_t wanted = std::max(query_.candidates, query_.limit);; wanted *= kMoreElements) {
      const auto most = static_cast<std::uint32_t>(
          std::min<std::size_t>(wanted, std::numeric_limits<std::int32_t>::max()));
      stats_ = {};
      const auto hits = moment.search({.field = query_.field,
                                       .vector = std::as_bytes(query_.vector.data),
                                       .limit = most,
                                       .candidates = most,
                                       .exact = query_.exact},
                                      filter.get(), interrupt_, stats_);
      compared_ += static_cast<std::int64_t>(stats_.distances);
      if (interrupt_ != nullptr) CAIRN_RETURN_IF_ERROR(interrupt_->check());
      if (filter != nullptr && filter->failed()) return ColumnFilter::failure();
      if (!hits.ok()) return false;
      std::vector<std::uint64_t> ids;
      for (const vector::Hit& hit : *hits) ids.push_back(hit.id);
      std::ranges::sort(ids);
      if (hits->size() < most || records_in(ids) >= query_.limit) {
        CAIRN_RETURN_IF_ERROR(offer_elements(ids));
        return true;
      }
    }
  }

  static std::size_t records_in(std::span<const std::uint64_t> ids) {
    std::size_t records = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const bool same =
          i > 0 && records::record_of_element(ids[i]) == records::record_of_element(ids[i - 1]);
      records += same ? 0 : 1;
    }
    return records;
  }

  // REQUIRES: ids rise, so that those of a document lie together.
  Status offer_elements(std::span<const std::uint64_t> ids) {
    while (!ids.empty()) {
      const RecordId record = records::record_of_element(ids.front());
      std::size_t count = 1;
      while (count < ids.size() && records::record_of_element(ids[count]) == record) ++count;
      CAIRN_RETURN_IF_ERROR(offer_record(record, ids.first(count)));
      ids = ids.subspan(count);
    }
    return Status();
  }

  Status offer_record(RecordId record, std::span<const std::uint64_t> ids) {
    std::string key;
    append_u32(key, collection_->keyspace());
    append_u64(key, record);
    CAIRN_ASSIGN_OR_RETURN(const bool found, view_->frozen().get(Family::kDoc, key, stored_));
    if (!found) return Status();
    const DocumentView document = records::stored_document(stored_.view());
    ElementScores scores(query_.nested_score);
    records::for_each_element(field_, document, [&](std::uint32_t number, DocumentView element) {
      while (!ids.empty() && records::number_of_element(ids.front()) < number) ids = ids.subspan(1);
      if (ids.empty() || records::number_of_element(ids.front()) != number) return;
      add_score(element, scores);
    });
    if (const auto score = scores.take()) nearest_.offer(after_keyspace(key), *score, document);
    return Status();
  }

  void add_score(DocumentView element, ElementScores& scores) {
    if (!records::read_vector_entry(field_, element, entry_)) return;
    if (const auto score = score_(entry_)) scores.add(*score);
  }

  Status scan_documents() {
    plan_ = VectorPlan::kDocuments;
    compared_ = 0;
    CAIRN_ASSIGN_OR_RETURN(const RecordSourcePtr records,
                           open_matching(view_, collection_, query_.parents));
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, records->next(interrupt_));
      if (record == nullptr) return Status();
      CAIRN_RETURN_IF_ERROR(offer_document(*record));
    }
  }

  // What a filter sees of a document is one element alone, under the array's name.
  Result<bool> admits(DocumentView element) const {
    if (query_.filter == nullptr) return true;
    const Document alone = document(field_.path.name(0), element);
    return query_.filter->matches(alone);
  }

  Status offer_document(const Record& record) {
    ElementScores scores(query_.nested_score);
    Status status;
    records::for_each_element(field_, record.document, [&](std::uint32_t, DocumentView element) {
      if (!status.ok()) return;
      const auto admitted = admits(element);
      if (!admitted.ok()) {
        status = admitted.status();
      } else if (*admitted) {
        ++compared_;
        add_score(element, scores);
      }
    });
    if (const auto score = scores.take()) {
      nearest_.offer(after_keyspace(record.key), *score, record.document);
    }
    return status;
  }

  const ReadViewPtr& view_;
  const CollectionRef& collection_;
  const VectorQuery& query_;
  const Interrupt* interrupt_;
  const VectorField& field_;
  const VectorScore score_;
  NearestHits nearest_;
  PinnedValue stored_;
  std::string entry_;
  VectorPlan plan_ = VectorPlan::kMemory;
  vector::SearchStats stats_;
  std::int64_t compared_ = 0;
};

}  // namespace

Result<VectorHits> search_nested_vectors(const ReadViewPtr& view, const CollectionRef& collection,
                                         const VectorQuery& query, const Interrupt* interrupt) {
  return NestedSearch(view, collection, query, interrupt).run();
}

}  // namespace cairn::exec
