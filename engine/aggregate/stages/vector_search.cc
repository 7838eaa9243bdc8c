// $vectorSearch: the documents whose vectors are nearest to a query's, the nearest first; {$meta:
// "vectorSearchScore"} tells how near. Source: MongoDB's manual, "$vectorSearch".
//
// Errors that MongoDB's search process would tell come when the pipeline runs, with its code.
#include "engine/exec/vector_search.h"
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"
#include "engine/aggregate/stored_source.h"
#include "engine/aggregate/vector_filter.h"
#include "engine/aggregate/vector_request.h"
#include "engine/exec/still_there.h"
#include "engine/expr/evaluation.h"
#include "engine/match/matcher.h"
#include "engine/records/record_key.h"

#include <cairn/interrupt_scope.h>
#include <fmt/format.h>

#include <utility>

namespace cairn::aggregate {
namespace {

class Hits final : public Stream {
 public:
  // `view`: what was searched; the engine outlives the stream.
  Hits(exec::ReadViewPtr view, const write::Context& engine, CollectionRef collection,
       std::vector<exec::VectorHit> hits, std::optional<project::Projection> stored)
      : view_(std::move(view)),
        engine_(engine),
        collection_(std::move(collection)),
        hits_(std::move(hits)),
        stored_(std::move(stored)) {}

  Result<std::optional<DocumentView>> next(const Interrupt*) override {
    if (std::exchange(parked_, false)) CAIRN_RETURN_IF_ERROR(exec::still_there(*collection_));
    while (at_ < hits_.size()) {
      const exec::VectorHit& hit = hits_[at_++];
      DocumentView document = hit.document;
      if (document.empty()) {
        CAIRN_ASSIGN_OR_RETURN(const bool found,
                               view_->latest().get(Family::kDoc, hit.record_key, record_));
        if (!found) continue;
        document = records::stored_document(record_.view());
      }
      if (stored_) CAIRN_RETURN_IF_ERROR(choose(document));
      metadata_.vector_search_score = hit.score;
      metadata_.score = hit.score;
      metadata_.sort_key = array(static_cast<double>(hit.score));
      return std::optional(document);
    }
    record_.reset();
    return std::optional<DocumentView>();
  }
  // An idle cursor keeps no state of the store: documents that are not in memory are read as they
  // then are, and what is gone by then is not given.
  void park() override {
    record_.reset();
    parked_ = true;
    view_ = std::make_shared<exec::ReadView>(engine_.storage, engine_.transaction);
  }
  const expr::Metadata* metadata() const override { return &metadata_; }

 private:
  Status choose(DocumentView& document) {
    expr::Evaluation evaluation(document);
    DocumentBuilder out;
    CAIRN_RETURN_IF_ERROR(stored_->apply(evaluation, out));
    chosen_ = out.take();
    document = chosen_;
    return Status();
  }

  exec::ReadViewPtr view_;
  const write::Context& engine_;
  CollectionRef collection_;
  std::vector<exec::VectorHit> hits_;
  std::size_t at_ = 0;
  bool parked_ = false;
  PinnedValue record_;
  expr::Metadata metadata_;
  const std::optional<project::Projection> stored_;  // nullopt: whole documents are given
  Document chosen_;
};

Status told_by_executor(Status status) {
  if (status.code() != ErrorCode::kUnknownError) return status;
  return {status.code(), fmt::format("PlanExecutor error during aggregation :: caused by :: {}",
                                     status.message())};
}

class VectorSearch final : public Stage {
 public:
  VectorSearch(DocumentView specification, match::Matcher filter, match::Matcher parents,
               match::Matcher both, const Environment& environment)
      : specification_(specification),
        filter_(std::move(filter)),
        parents_(std::move(parents)),
        both_(std::move(both)),
        environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    const CollectionRef collection = environment_.engine.find(environment_.name());
    if (collection == nullptr) return listed({});
    auto found = search(collection);
    if (!found.ok()) return told_by_executor(found.take_status());
    return found;
  }

  Value explained(ValueView specification) const override {
    if (ran_.empty()) return Value(specification);
    DocumentBuilder out;
    out.append_all(specification.as_document()).append("explain", ran_);
    return Value::document(out.take());
  }

 private:
  Result<StreamPtr> search(const CollectionRef& collection) {
    CAIRN_ASSIGN_OR_RETURN(const VectorRequest request, parse_vector_request(specification_));
    const IndexEntry* index = collection->find_search_index_entry(request.index);
    if (index == nullptr) return listed({});
    const VectorSpec& spec = *index->vectors();
    const int field = spec.find(request.path);
    if (field < 0) {
      return Status(ErrorCode::kUnknownError,
                    fmt::format("{} is not indexed as vector", request.path));
    }
    const auto number = static_cast<std::size_t>(field);
    CAIRN_ASSIGN_OR_RETURN(const BinaryVectorView vector,
                           check_query_vector(request, spec.fields()[number]));
    CAIRN_RETURN_IF_ERROR(check_nested_options(request, spec.fields()[number]));
    CAIRN_RETURN_IF_ERROR(check_vector_filter(request.filter, "filter", spec));
    CAIRN_RETURN_IF_ERROR(check_vector_filter(request.parent_filter, "parentFilter", spec));
    std::optional<project::Projection> stored;
    if (request.stored_source) {
      CAIRN_ASSIGN_OR_RETURN(stored, stored_source(*index));
      if (!stored) {
        return Status(ErrorCode::kUnknownError,
                      "\"returnStoredSource\" needs an index with storedSource");
      }
    }
    const auto view = std::make_shared<exec::ReadView>(environment_.engine.storage,
                                                       environment_.engine.transaction);
    exec::VectorQuery query{
        .index = index,
        .field = number,
        .vector = vector,
        .filter = request.filter.empty() ? nullptr : &filter_,
        .parents = request.parent_filter.empty() ? nullptr : &parents_,
        .nested_score = request.nested_score.value_or(exec::NestedScore::kMax),
        .limit = static_cast<std::size_t>(request.limit),
        .candidates = static_cast<std::size_t>(request.candidates),
        .exact = request.exact,
        .memory = exec::VectorIndex::of(environment_.engine.storage, environment_.engine.catalog,
                                        *collection, *index)};
    // Where vectors are not nested the document is all there is to either.
    if (!spec.fields()[number].nested && query.parents != nullptr) {
      query.filter = &both_;
      query.parents = nullptr;
    }
    CAIRN_ASSIGN_OR_RETURN(exec::VectorHits hits, exec::search_vectors(view, collection, query,
                                                                       InterruptScope::current()));
    note(hits);
    return StreamPtr(std::make_unique<Hits>(view, environment_.engine, collection,
                                            std::move(hits.nearest), std::move(stored)));
  }

  void note(const exec::VectorHits& hits) {
    constexpr std::string_view kPlans[] = {"graph", "entries", "documents"};
    DocumentBuilder out;
    out.append("plan", kPlans[static_cast<std::size_t>(hits.plan)]);
    out.append("vectorsCompared", hits.compared);
    if (hits.plan == exec::VectorPlan::kMemory) {
      out.append("reranked", static_cast<std::int64_t>(hits.stats.reranked));
      out.append("segments", static_cast<std::int32_t>(hits.stats.segments));
      out.append("scannedSegments", static_cast<std::int32_t>(hits.stats.scans));
      out.append("fallbacks", static_cast<std::int32_t>(hits.stats.fallbacks));
    }
    ran_ = out.take();
  }

  DocumentView specification_;
  match::Matcher filter_;
  match::Matcher parents_;  // as the next, used where there is a parentFilter
  match::Matcher both_;     // it and the filter
  Document ran_;            // what `explain` says of the last run
  const Environment& environment_;
};

Result<match::Matcher> parse_filter(DocumentView filter, const Environment& environment) {
  return match::Matcher::parse(filter, {.bindings = &environment.around.bindings,
                                        .allowed = {.near = false, .text = false, .where = false}});
}

DocumentView document_or_none(ValueView value) {
  return value.is_document() ? value.as_document() : DocumentView();
}

Result<StagePtr> parse_vector_search(ValueView specification, Environment& environment) {
  CAIRN_RETURN_IF_ERROR(check_vector_stage(specification));
  const DocumentView filter = document_or_none(specification.as_document()["filter"]);
  const DocumentView parents = document_or_none(specification.as_document()["parentFilter"]);
  CAIRN_ASSIGN_OR_RETURN(match::Matcher of_filter, parse_filter(filter, environment));
  match::Matcher of_parents;
  match::Matcher of_both;
  if (!parents.empty()) {
    CAIRN_ASSIGN_OR_RETURN(of_parents, parse_filter(parents, environment));
    const Document both = document("$and", array(filter, parents));
    CAIRN_ASSIGN_OR_RETURN(of_both, parse_filter(both, environment));
  }
  return StagePtr(std::make_unique<VectorSearch>(specification.as_document(), std::move(of_filter),
                                                 std::move(of_parents), std::move(of_both),
                                                 environment));
}

}  // namespace

extern const StageRow row_vector_search{.name = "$vectorSearch",
                                        .parse = parse_vector_search,
                                        .place = Place::kFirst,
                                        .makes_documents = true,
                                        .in_facet = false,
                                        .in_transactions = false};

}  // namespace cairn::aggregate
