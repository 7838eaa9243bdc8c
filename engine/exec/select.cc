#include "engine/exec/select.h"

#include "engine/exec/explain_index.h"
#include "engine/exec/open.h"
#include "engine/exec/plan_indexes.h"
#include "engine/plan/shape.h"

#include <algorithm>

namespace cairn::exec {
namespace {

// As MongoDB's trial periods.
constexpr std::int64_t kMostKeys = 10'000;
constexpr std::int64_t kMostResults = 101;
constexpr std::int64_t kTimesWorse = 10;

class Trying {
 public:
  Trying(const ReadViewPtr& view, const CollectionRef& collection, const plan::Request& request,
         const SelectOptions& options)
      : view_(view), collection_(collection), request_(request), options_(options) {}

  Result<std::vector<Trial>> all(std::vector<plan::Plan> plans) {
    std::vector<Trial> trials;
    for (plan::Plan& plan : plans) {
      Trial trial{.plan = std::move(plan)};
      CAIRN_RETURN_IF_ERROR(run(trial));
      // Whoever needs more work than this is worse anyway.
      if (is_done(trial))
        most_works_ = std::min(most_works_, std::max<std::int64_t>(trial.works, 1));
      trials.push_back(std::move(trial));
    }
    for (Trial& trial : trials) rate(trial);
    std::stable_sort(trials.begin(), trials.end(),
                     [](const Trial& a, const Trial& b) { return better(a, b); });
    return trials;
  }

 private:
  std::int64_t most_results() const {
    return options_.wanted > 0 ? std::min(options_.wanted, kMostResults) : kMostResults;
  }
  bool is_done(const Trial& trial) const {
    return trial.ended || (trial.plan.sorted && trial.returned >= most_results());
  }

  Status run(Trial& trial) {
    view_->effort = {.keys = most_works_, .spent = false};
    const RecordSourcePtr records =
        open_trial(view_, collection_, trial.plan, *request_.matcher, request_.sort, trial.measure);
    while (!trial.plan.sorted || trial.returned < most_results()) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, records->next(options_.interrupt));
      if (record == nullptr) {
        trial.ended = !view_->effort.spent;
        break;
      }
      ++trial.returned;
    }
    trial.works = records->examined().keys + (trial.ended ? 1 : 0);
    if (!trial.plan.sorted) trial.works += trial.returned;
    view_->effort = {};
    return Status();
  }

  // As if all plans had been tried side by side until the first was done. A plan that must sort
  // gives nothing before it has read everything.
  void rate(Trial& trial) const {
    const bool ended = trial.ended && trial.works <= most_works_;
    std::int64_t advanced = trial.returned;
    if (!trial.plan.sorted) advanced = ended ? std::min(advanced, most_results()) : 0;
    const double works = static_cast<double>(std::max<std::int64_t>(trial.works, 1));
    const double little = std::min(1 / (10 * works), 1e-4);
    trial.score = 1 + static_cast<double>(advanced) / works;
    if (trial.plan.reads != plan::Needs::kDocument) trial.score += little;
    if (trial.plan.sorted) trial.score += little;
    if (ended) trial.score += 1;
  }

  static std::size_t pinned(const Trial& trial) {
    std::size_t count = 0;
    for (const plan::IndexScan& scan : trial.plan.scans) {
      for (const plan::Intervals& bounds : scan.bounds) count += all_points(bounds) ? 2 : 0;
      for (const plan::Intervals& bounds : scan.bounds) count += is_everything(bounds) ? 0 : 1;
    }
    return trial.plan.scans.empty() ? 0 : count / trial.plan.scans.size();
  }

  static bool better(const Trial& a, const Trial& b) {
    constexpr double kEqual = 1e-9;
    if (a.score > b.score + kEqual || b.score > a.score + kEqual) return a.score > b.score;
    return pinned(a) > pinned(b);
  }

  const ReadViewPtr& view_;
  const CollectionRef& collection_;
  const plan::Request& request_;
  const SelectOptions& options_;
  std::int64_t most_works_ = kMostKeys;
};

class Remembered final : public RecordSource {
 public:
  Remembered(RecordSourcePtr input, CollectionRef collection, const Selected& selected)
      : input_(std::move(input)),
        collection_(std::move(collection)),
        shape_(selected.shape),
        most_(selected.suspicious_keys) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    auto record = input_->next(interrupt);
    if (!watching_) return record;
    if (input_->examined().keys > most_) {
      collection_->plan_memory().deactivate(shape_);
      watching_ = false;
    } else if (++given_ > kMostResults) {
      watching_ = false;
    }
    return record;
  }
  void park() override { input_->park(); }
  ExamineCounts examined() const override { return input_->examined(); }

 private:
  RecordSourcePtr input_;
  CollectionRef collection_;
  std::string shape_;
  std::int64_t most_;
  std::int64_t given_ = 0;
  bool watching_ = true;
};

Document shown(const CollectionEntry& collection, const plan::Plan& plan, DocumentView sort) {
  const ExplainedIndexes explained{
      .full_name = collection.full_name(), .plan = &plan, .sort = sort, .did = {}, .access = {}};
  std::vector<ExplainNode> nodes;
  add_index_nodes(explained, nodes);
  DocumentBuilder out;
  append_nodes(nodes, Figures::kNone, out);
  return out.take();
}

Document query_of(const plan::Request& request, DocumentView projection) {
  return document("query", request.matcher->filter(), "sort", request.sort, "projection",
                  projection);
}

IndexFilterPtr filter_for(const CollectionEntry& collection, const plan::Request& request,
                          DocumentView projection) {
  const IndexFilters& filters = collection.index_filters();
  if (filters.empty()) return nullptr;
  return filters.find(plan::filter_shape_of(*request.matcher, request.sort, projection));
}

Result<Selected> find_best(const ReadViewPtr& view, const CollectionRef& collection,
                           const plan::Request& asked, const SelectOptions& options) {
  const IndexFilterPtr allowed = filter_for(*collection, asked, options.projection);
  plan::Request request = asked;
  if (allowed != nullptr) request.hint = ValueView();
  request.allowed = allowed.get();
  // Bounds are made of what is known of arrays, which must hold for all that is then read.
  if (!collection->secondary_indexes().empty()) (void)view->frozen();
  CAIRN_ASSIGN_OR_RETURN(std::vector<plan::Plan> plans, plan::candidates(*collection, request));
  Selected selected;
  selected.filtered = allowed != nullptr;
  if (plans.size() == 1) {
    selected.plan = std::move(plans.front());
    return selected;
  }
  PlanMemory& memory = collection->plan_memory();
  if (options.remember) {
    selected.shape = plan::shape_of(*request.matcher, request.sort, options.projection);
    if (const auto known = memory.active(selected.shape)) {
      for (plan::Plan& plan : plans) {
        if (plan_name(plan) != known->plan) continue;
        selected.plan = std::move(plan);
        selected.suspicious_keys = kTimesWorse * std::max<std::int64_t>(known->works, 1);
        return selected;
      }
    }
  }
  CAIRN_ASSIGN_OR_RETURN(selected.trials,
                         Trying(view, collection, request, options).all(std::move(plans)));
  selected.plan = selected.trials.front().plan;
  if (options.remember) {
    memory.note(selected.shape, {.plan = plan_name(selected.plan),
                                 .works = selected.trials.front().works,
                                 .filtered = selected.filtered,
                                 .query = query_of(request, options.projection),
                                 .shown = shown(*collection, selected.plan, request.sort)});
  }
  return selected;
}

// For `$indexStats`: an operation counts once for each index.
void count_use(const CollectionEntry& collection, const plan::Plan& plan) {
  visit_indexes(collection, plan, [](const IndexEntry& index) {
    index.shared().uses.fetch_add(1, std::memory_order_relaxed);
  });
}

}  // namespace

void count_id_use(const CollectionEntry& collection) {
  if (collection.id_index() == nullptr) return;
  collection.index_entries().front().shared().uses.fetch_add(1, std::memory_order_relaxed);
}

RecordSourcePtr remembered(RecordSourcePtr input, const CollectionRef& collection,
                           const Selected& selected) {
  if (selected.suspicious_keys == 0) return input;
  return std::make_unique<Remembered>(std::move(input), collection, selected);
}

Result<Selected> select(const ReadViewPtr& view, const CollectionRef& collection,
                        const plan::Request& request, const SelectOptions& options) {
  CAIRN_ASSIGN_OR_RETURN(Selected selected, find_best(view, collection, request, options));
  if (selected.plan.scans.empty() && selected.plan.near == nullptr) view->release();
  if (options.remember) count_use(*collection, selected.plan);
  return selected;
}

}  // namespace cairn::exec
