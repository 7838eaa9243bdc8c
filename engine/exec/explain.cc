#include "engine/exec/explain.h"

#include "engine/exec/explain_express.h"
#include "engine/exec/explain_index.h"
#include "engine/exec/explain_near.h"
#include "engine/exec/explain_node.h"
#include "engine/exec/explain_text.h"
#include "engine/exec/normal_filter.h"
#include "engine/exec/open.h"
#include "engine/match/outline.h"
#include "engine/plan/shape.h"
#include "engine/plan/terms.h"
#include "engine/plan/text_plan.h"
#include "engine/plan/text_scan.h"

#include <cairn/limits.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace cairn::exec {
namespace {

std::int32_t milliseconds(std::int64_t nanoseconds) {
  return static_cast<std::int32_t>(nanoseconds / kNanosecondsPerMillisecond);
}

using Node = ExplainNode;

// Gathers the operators of a plan, from the outermost to the innermost.
class Writer {
 public:
  Writer(const Explained& explained, bool with_figures)
      : explained_(explained), with_figures_(with_figures) {
    if (explained.plan == nullptr) return;
    indexes_ = {.full_name = explained.full_name,
                .plan = explained.plan,
                .sort = explained.sort,
                .sorts_entries = sorts_entries(*explained.plan, explained.sort),
                .skip = skips_entries(*explained.plan, explained.sort) ? explained.skip : 0,
                .did = ran().index,
                .access = ran().access};
    text_ = {.full_name = explained.full_name,
             .plan = explained.plan,
             .sort = explained.sort,
             .projection = explained.projection,
             .did = ran().text,
             .access = ran().access};
    near_ = {.full_name = explained.full_name,
             .plan = explained.plan,
             .did = ran().near,
             .access = ran().access,
             .ran = explained.ran != nullptr};
  }

  void write(DocumentBuilder& out) const {
    append_nodes(gather(), with_figures_ ? Figures::kShown : Figures::kNone, out);
  }

 private:
  std::vector<Node> gather() const {
    std::vector<Node> nodes;
    if (explained_.collection == nullptr) {
      if (!explained_.top.empty()) add_top(nodes);
      add_end(nodes);
      return nodes;
    }
    if (auto express = express_node(explained_)) return {std::move(*express)};
    if (!explained_.top.empty()) add_top(nodes);
    if (explained_.top_alone) return nodes;
    if (is_union())
      nodes.push_back({.stage = "SUBPLAN", .did = output(), .read = output().returned});
    add_limit(nodes);
    add_projection(nodes);
    if (indexes_.sorts_entries) add_fetch_of_sorted(nodes);
    add_skip_and_sort(nodes);
    add_access(nodes);
    return nodes;
  }

  WindowMeasures ran() const {
    return explained_.ran == nullptr ? WindowMeasures() : *explained_.ran;
  }
  Measure output() const {
    const WindowMeasures measures = ran();
    return measures.skip_limit.there ? measures.skip_limit : measures.access;
  }

  void add_top(std::vector<Node>& nodes) const {
    Node node{.stage = explained_.top, .did = output(), .read = output().returned};
    node.did.returned = explained_.returned;
    node.fields = [this](DocumentBuilder& out) { out.append_all(explained_.top_fields); };
    node.figures = [this](DocumentBuilder& out) { out.append_all(explained_.top_figures); };
    nodes.push_back(std::move(node));
  }

  static void add_end(std::vector<Node>& nodes) {
    Node node{.stage = "EOF"};
    node.did.ended = true;
    node.fields = [](DocumentBuilder& out) { out.append("type", "nonExistentNamespace"); };
    nodes.push_back(std::move(node));
  }

  void add_projection(std::vector<Node>& nodes) const {
    if (explained_.return_key) {
      nodes.push_back({.stage = "RETURN_KEY", .did = output(), .read = output().returned});
      return;
    }
    if (explained_.projection.empty()) return;
    const bool covered = explained_.plan->reads == plan::Needs::kFields;
    const bool simple = is_simple_projection(explained_.projection);
    Node node{.stage = !simple   ? "PROJECTION_DEFAULT"
                       : covered ? "PROJECTION_COVERED"
                                 : "PROJECTION_SIMPLE",
              .did = output(),
              .read = output().returned};
    node.fields = [this](DocumentBuilder& out) {
      out.append("transformBy", explained_.projection);
    };
    nodes.push_back(std::move(node));
  }

  // MongoDB plans the branches of a filter that is nothing but an `$or` one by one; but not where
  // they are equalities of one field, which it takes for an `$in`.
  bool is_union() const {
    if (explained_.hinted && !explained_.filtered) return false;
    const auto conditions = match::outline(explained_.matcher->filter());
    if (conditions.size() != 1) return false;
    const match::Condition& only = conditions.front();
    if (only.asks != match::Condition::Asks::kAny) return false;
    return plan::same_field(only) == nullptr ||
           std::any_of(only.parts.begin(), only.parts.end(), [](const match::Condition& branch) {
             const auto asks = branch.parts.front().asks;
             return asks != match::Condition::Asks::kEq && asks != match::Condition::Asks::kIn;
           });
  }

  bool sorts() const { return !explained_.sort.empty() && !explained_.plan->sorted; }

  void add_limit(std::vector<Node>& nodes) const {
    if (explained_.limit == 0 || sorts()) return;  // a sort has it
    const Measure did = ran().skip_limit;
    nodes.push_back(
        {.stage = "LIMIT",
         .fields =
             [this](DocumentBuilder& out) { append_number("limitAmount", explained_.limit, out); },
         .did = did,
         .read = did.returned,
         .figures = {}});
  }

  void add_skip_and_sort(std::vector<Node>& nodes) const {
    const WindowMeasures measures = ran();
    const std::int64_t below = sorts() ? measures.sort.returned : measures.access.returned;
    if (explained_.skip > 0 && indexes_.skip == 0) {
      nodes.push_back(
          {.stage = "SKIP",
           .fields =
               [this](DocumentBuilder& out) { append_number("skipAmount", explained_.skip, out); },
           .did = measures.skip_limit,
           .read = below,
           .figures = {}});
    }
    if (!sorts()) return;
    nodes.push_back({.stage = "SORT",
                     .fields = [this](DocumentBuilder& out) { append_sort(out); },
                     .did = measures.sort,
                     .read = measures.access.returned + measures.sort.returned,
                     .figures = [this](DocumentBuilder& out) { append_sorted(out); }});
  }

  void add_fetch_of_sorted(std::vector<Node>& nodes) const {
    Node fetch{.stage = "FETCH", .did = output(), .read = output().returned};
    fetch.fields = [this](DocumentBuilder& out) { append_name(out); };
    const std::int64_t documents = ran().index.documents;
    fetch.figures = [documents](DocumentBuilder& out) {
      out.append("docsExamined", static_cast<std::int32_t>(documents)).append("alreadyHasObj", 0);
    };
    nodes.push_back(std::move(fetch));
  }

  void append_sort(DocumentBuilder& out) const {
    out.append("sortPattern", explained_.sort);
    out.append("memLimit", static_cast<std::int32_t>(kMaxStageMemoryBytes));
    if (explained_.limit > 0) {
      append_number("limitAmount", explained_.limit + explained_.skip, out);
    }
    const bool of_keys = indexes_.sorts_entries || explained_.plan->reads == plan::Needs::kFields;
    out.append("type", of_keys ? "default" : "simple");
  }

  void append_sorted(DocumentBuilder& out) const {
    const HeldMeasure held = ran().sorted;
    append_number("totalDataSizeSorted", held.bytes, out);
    out.append("usedDisk", held.spills > 0);
    append_number("spills", held.spills, out);
    append_number("spilledRecords", held.spilled_records, out);
    append_number("spilledBytes", held.spilled_bytes, out);
    append_number("spilledDataStorageSize", held.storage_bytes, out);
  }

  std::string_view direction() const {
    return explained_.plan->direction == Direction::kForward ? "forward" : "backward";
  }

  void append_filter(DocumentBuilder& out) const {
    const Document filter = normal_filter(explained_.matcher->filter());
    if (!filter.empty()) out.append("filter", filter);
  }

  void add_access(std::vector<Node>& nodes) const {
    const Measure access = ran().access;
    const bool clustered = explained_.collection->definition().clustered;
    const plan::Plan& plan = *explained_.plan;
    if (plan.text != nullptr) return add_text(nodes);
    if (plan.near != nullptr) return add_near_nodes(near_, nodes);
    if (!plan.scans.empty()) return add_index_nodes(indexes_, nodes);
    if (plan.access == plan::Access::kCollectionScan) {
      nodes.push_back(
          {.stage = "COLLSCAN",
           .fields = [this](DocumentBuilder& out) { append_scan(out); },
           .did = access,
           .read = access.examined.documents,
           .figures = [access](DocumentBuilder& out) { append_documents(access, out); }});
      return;
    }
    if (plan.access == plan::Access::kNothing) {
      nodes.push_back(
          {.stage = "EOF",
           .fields = [](DocumentBuilder& out) { out.append("type", "predicateEvalsToFalse"); },
           .did = access,
           .figures = {}});
      return;
    }
    if (clustered) return add_clustered(nodes);
    if (finds_one_id(explained_)) return add_id_lookup(nodes);
    add_fetch(nodes);
  }

  void add_text(std::vector<Node>& nodes) const {
    const Document left = plan::left_of_text(*explained_.matcher, *explained_.plan);
    const bool others = explained_.plan->text->other_plan != nullptr;
    if (!left.empty() || others) {
      Node fetch{.stage = "FETCH", .did = ran().access, .read = text_.did.matched};
      fetch.fields = [this, left](DocumentBuilder& out) {
        if (!left.empty()) out.append("filter", normal_filter(left));
        append_name(out);
      };
      const std::int64_t had = text_.did.matched;
      fetch.figures = [had](DocumentBuilder& out) {
        out.append("docsExamined", 0).append("alreadyHasObj", static_cast<std::int32_t>(had));
      };
      nodes.push_back(std::move(fetch));
    }
    if (!others) return nodes.push_back(text_node(text_));
    Node any{.stage = "OR", .did = ran().access, .read = ran().access.returned};
    any.inputs.push_back(text_node(text_));
    any.inputs.push_back(other_node());
    nodes.push_back(std::move(any));
  }

  Node other_node() const;

  void append_scan(DocumentBuilder& out) const {
    append_filter(out);
    out.append("nss", explained_.full_name).append("direction", direction());
  }

  static void append_documents(const Measure& did, DocumentBuilder& out) {
    out.append("docsExamined", static_cast<std::int32_t>(did.examined.documents));
  }
  static void append_keys(const Measure& did, DocumentBuilder& out) {
    out.append("keysExamined", static_cast<std::int32_t>(did.examined.keys));
  }

  void add_clustered(std::vector<Node>& nodes) const {
    const Measure access = ran().access;
    nodes.push_back({.stage = "CLUSTERED_IXSCAN",
                     .fields = [this](DocumentBuilder& out) { append_scan(out); },
                     .did = access,
                     .read = access.examined.documents,
                     .figures = [access](DocumentBuilder& out) { append_documents(access, out); }});
  }

  void add_id_lookup(std::vector<Node>& nodes) const {
    const Measure access = ran().access;
    nodes.push_back({.stage = "IDHACK",
                     .fields = [this](DocumentBuilder& out) { append_name(out); },
                     .did = access,
                     .read = access.examined.documents,
                     .figures =
                         [access](DocumentBuilder& out) {
                           append_keys(access, out);
                           append_documents(access, out);
                         }});
  }

  void add_fetch(std::vector<Node>& nodes) const {
    const Measure access = ran().access;
    nodes.push_back({.stage = "FETCH",
                     .fields =
                         [this](DocumentBuilder& out) {
                           if (!explained_.plan->exact && only_id_is_asked())
                             return append_name(out);
                           if (!explained_.plan->exact) append_filter(out);
                           append_name(out);
                         },
                     .did = access,
                     .read = access.examined.documents,
                     .figures =
                         [access](DocumentBuilder& out) {
                           append_documents(access, out);
                           out.append("alreadyHasObj", 0);
                         }});
    Node scan{.stage = "IXSCAN", .did = access, .read = access.examined.keys};
    scan.did.returned = access.examined.documents;
    scan.fields = [this](DocumentBuilder& out) { append_index(out); };
    const auto seeks = static_cast<std::int32_t>(
        std::max<std::size_t>(explained_.plan->ids.size(), 1));  // a range is one
    scan.figures = [access, seeks](DocumentBuilder& out) {
      append_keys(access, out);
      out.append("seeks", seeks).append("dupsTested", 0).append("dupsDropped", 0);
    };
    nodes.push_back(std::move(scan));
  }

  bool only_id_is_asked() const {
    for (const Element& field : explained_.matcher->filter()) {
      if (field.name != "_id") return false;
    }
    return true;
  }
  void append_name(DocumentBuilder& out) const { out.append("nss", explained_.full_name); }

  void append_index(DocumentBuilder& out) const {
    append_name(out);
    out.begin_document("keyPattern").append("_id", 1).end();
    out.append("indexName", "_id_").append("isMultiKey", false).append("isUnique", true);
    out.append("isSparse", false).append("isPartial", false).append("indexVersion", 2);
    out.append("direction", direction());
    out.begin_document("indexBounds");
    out.append("_id", id_bounds_text(explained_.matcher->filter(),
                                     explained_.plan->direction == Direction::kBackward));
    out.end();
  }

  const Explained& explained_;
  bool with_figures_;
  ExplainedIndexes indexes_;
  ExplainedText text_;
  ExplainedNear near_;
  // The nodes of another plan refer to its writer.
  struct Others;
  mutable std::unique_ptr<Others> others_;
};

struct Writer::Others {
  Others(Explained explained_other, bool figures)
      : explained(std::move(explained_other)), writer(explained, figures) {}
  Explained explained;
  Writer writer;
};

// How an `$or` finds what its text does not.
Node Writer::other_node() const {
  Explained other = explained_;
  other.plan = explained_.plan->text->other_plan.get();
  other.matcher = explained_.plan->text->otherwise.get();
  other.top = {};
  other.sort = {};
  other.projection = {};
  other.skip = 0;
  other.limit = 0;
  others_ = std::make_unique<Others>(std::move(other), with_figures_);
  std::vector<Node> chain = others_->writer.gather();
  while (chain.size() > 1) {
    Node input = std::move(chain.back());
    chain.pop_back();
    chain.back().inputs.push_back(std::move(input));
  }
  return std::move(chain.front());
}

void append_hashes(const Explained& explained, DocumentBuilder& out) {
  std::string shape(explained.full_name);
  shape += plan::shape_of(*explained.matcher, explained.sort, explained.projection);
  const std::string hash = plan::shape_hash(shape);
  out.append("queryHash", hash).append("planCacheShapeHash", hash);
  if (explained.collection != nullptr) {
    for (const IndexEntry& index : explained.collection->index_entries()) shape += index.name();
  }
  out.append("planCacheKey", plan::shape_hash(shape));
}

// A plan that was tried and lost, or how trying it went.
void append_trial(const Explained& explained, const Trial& trial, bool figures,
                  DocumentBuilder& out) {
  Explained tried = explained;
  tried.plan = &trial.plan;
  tried.top = {};
  WindowMeasures did;
  did.index = trial.measure;
  did.access = {.there = true, .returned = trial.returned, .ended = trial.ended};
  did.access.examined = {.keys = trial.works, .documents = trial.measure.documents};
  did.sort = did.access;
  did.skip_limit = did.access;
  tried.ran = figures ? &did : nullptr;
  Writer(tried, figures).write(out);
}

void append_rejected(const Explained& explained, DocumentBuilder& out) {
  out.begin_array("rejectedPlans");
  if (express_node(explained)) {
    out.end();
    return;
  }
  for (std::size_t i = 1; i < explained.trials.size(); ++i) {
    out.push_document();
    out.append("isCached", false);
    append_trial(explained, explained.trials[i], false, out);
    out.end();
  }
  out.end();
}

void append_all_plans(const Explained& explained, DocumentBuilder& out) {
  out.begin_array("allPlansExecution");
  if (express_node(explained)) {
    out.end();
    return;
  }
  for (const Trial& trial : explained.trials) {
    std::int64_t keys = 0;
    for (const ScanMeasure& scan : trial.measure.scans) keys += scan.keys;
    out.push_document();
    out.append("nReturned", static_cast<std::int32_t>(trial.returned));
    out.append("executionTimeMillisEstimate", 0);
    out.append("totalKeysExamined", static_cast<std::int32_t>(keys));
    out.append("totalDocsExamined", static_cast<std::int32_t>(trial.measure.documents));
    out.append("score", trial.score);
    out.begin_document("executionStages").append("isCached", false);
    append_trial(explained, trial, true, out);
    out.end().end();
  }
  out.end();
}

void append_planner(const Explained& explained, DocumentBuilder& out) {
  out.begin_document("queryPlanner").append("namespace", explained.full_name);
  if (explained.matcher != nullptr) {
    out.append("parsedQuery", normal_filter(explained.matcher->filter()));
    if (const CollationPtr& collation = explained.matcher->collation()) {
      out.append("collation", collation->specification());
    }
    out.append("indexFilterSet", explained.filtered);
    append_hashes(explained, out);
  }
  out.append("optimizationTimeMillis", milliseconds(explained.planning_nanoseconds));
  if (explained.whole_pipeline) out.append("optimizedPipeline", true);
  for (const char* none : {"maxIndexedOrSolutionsReached", "maxIndexedAndSolutionsReached",
                           "maxScansToExplodeReached", "prunedSimilarIndexes"}) {
    out.append(none, false);
  }
  out.begin_document("winningPlan").append("isCached", false);
  Writer(explained, false).write(out);
  out.end();
  append_rejected(explained, out);
  out.end();
}

}  // namespace

void append_explanation(const Explained& explained, DocumentBuilder& out) {
  append_planner(explained, out);
  if (explained.ran == nullptr) return;
  const ExamineCounts examined = explained.ran->access.examined;
  out.begin_document("executionStats").append("executionSuccess", true);
  out.append("nReturned", static_cast<std::int32_t>(explained.returned));
  out.append("executionTimeMillis", milliseconds(explained.nanoseconds));
  out.append("totalKeysExamined", static_cast<std::int32_t>(examined.keys));
  out.append("totalDocsExamined", static_cast<std::int32_t>(examined.documents));
  out.begin_document("executionStages").append("isCached", false);
  Writer(explained, true).write(out);
  out.end();
  if (explained.all_plans) append_all_plans(explained, out);
  out.end();
}

}  // namespace cairn::exec
