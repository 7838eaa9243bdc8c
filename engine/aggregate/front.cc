#include "engine/aggregate/front.h"

#include "engine/aggregate/listed.h"
#include "engine/aggregate/reads.h"
#include "engine/exec/explain.h"
#include "engine/exec/open.h"
#include "engine/exec/record_metadata.h"
#include "engine/exec/select.h"
#include "engine/exec/still_there.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::aggregate {
namespace {

// Takes the leading stages one kind after the other.
class FrontTaker {
 public:
  explicit FrontTaker(std::span<const ParsedStage> stages) : stages_(stages) {}

  Result<Front> take(const Environment& environment) {
    const Document filter = take_matches();
    CAIRN_ASSIGN_OR_RETURN(front_.matcher,
                           match::Matcher::parse(filter, {.bindings = &environment.around.bindings,
                                                          .collation = environment.around.collation,
                                                          .allowed = {.near = false},
                                                          .metas = environment.metas.get()}));
    if (next_is("$sort")) front_.sort = stages_[at_++].specification.as_document();
    if (next_is("$skip")) front_.skip = stages_[at_++].specification.to_int64_clamped();
    if (next_is("$limit")) front_.limit = stages_[at_++].specification.to_int64_clamped();
    front_.taken = at_;
    if (at_ < stages_.size()) {
      front_.fields = fields_read(stages_[at_].row->name, stages_[at_].specification);
      front_.distinct = front_.sort.empty() && front_.skip == 0 && front_.limit == 0 &&
                        groups_by_one_field() && front_.fields && front_.fields->size() == 1;
    }
    return std::move(front_);
  }

 private:
  bool next_is(std::string_view name) const {
    return at_ < stages_.size() && stages_[at_].row->name == name;
  }

  // {$group: {_id: "$a.b"}}
  bool groups_by_one_field() const {
    if (!next_is("$group") || !stages_[at_].specification.is_document()) return false;
    const DocumentView group = stages_[at_].specification.as_document();
    if (group.count() != 1) return false;
    const ValueView by = group["_id"];
    return by.is_string() && by.as_string().starts_with('$') && !by.as_string().starts_with("$$");
  }

  Document take_matches() {
    while (next_is("$match")) ++at_;
    DocumentBuilder builder;
    if (at_ == 1) builder.append_all(stages_[0].specification.as_document());
    if (at_ > 1) {
      builder.begin_array("$and");
      for (std::size_t i = 0; i < at_; ++i) builder.push(stages_[i].specification);
      builder.end();
    }
    return builder.take();
  }

  std::span<const ParsedStage> stages_;
  Front front_;
  std::size_t at_ = 0;
};

// What an index that stands in for the documents does not tell.
bool shows_record(const Environment& environment) {
  return environment.asks(expr::MetaKind::kRecordId) ||
         environment.asks(expr::MetaKind::kIndexKey) || environment.asks(expr::MetaKind::kSortKey);
}

plan::Request request_of(const Front& front, const Environment& environment) {
  plan::Request request{.matcher = &front.matcher,
                        .sort = front.sort,
                        .hint = environment.hint,
                        .with_keys = environment.asks(expr::MetaKind::kIndexKey)};
  if (front.fields && !shows_record(environment)) {
    request.needs = front.fields->empty() ? plan::Needs::kNothing : plan::Needs::kFields;
    request.fields = &*front.fields;
    if (front.distinct) request.distinct = &front.fields->front();
  }
  return request;
}

std::int64_t wanted(const Front& front) { return front.limit > 0 ? front.skip + front.limit : 0; }

// A plan's documents.
class Planned final : public Stream {
 public:
  Status open(const Front& front, const Environment& environment, const CollectionRef& collection,
              exec::WindowMeasures* measures) {
    const auto view = std::make_shared<exec::ReadView>(environment.engine.storage,
                                                       environment.engine.transaction);
    CAIRN_ASSIGN_OR_RETURN(
        exec::Selected selected,
        exec::select(view, collection, request_of(front, environment), {.wanted = wanted(front)}));
    const bool by_id = exec::shows_id_key(selected.plan, *collection);
    CAIRN_ASSIGN_OR_RETURN(
        exec::RecordSourcePtr records,
        exec::open_window(view, collection, std::move(selected.plan), front.matcher,
                          {.sort = front.sort,
                           .skip = front.skip,
                           .limit = front.limit,
                           .spill = environment.spill(),
                           .measures = measures}));
    records = exec::remembered(std::move(records), collection, selected);
    collection_ = collection;
    records_ = std::move(records);
    expr::MetaUse asked = *environment.metas;
    if (environment.metas_behind != nullptr) asked.add(*environment.metas_behind);
    CAIRN_ASSIGN_OR_RETURN(known_, exec::RecordMetadata::of_query(
                                       asked, {.matcher = &front.matcher,
                                               .sort = front.sort,
                                               .collation = environment.around.collation.get(),
                                               .by_id = by_id}));
    return Status();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (std::exchange(parked_, false)) CAIRN_RETURN_IF_ERROR(exec::still_there(*collection_));
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record, records_->next(interrupt));
    if (record == nullptr) return std::optional<DocumentView>();
    CAIRN_ASSIGN_OR_RETURN(metadata_, known_.of(*record));
    return std::optional<DocumentView>(record->document);
  }
  void park() override {
    records_->park();
    parked_ = true;
  }
  const expr::Metadata* metadata() const override { return metadata_; }

 private:
  CollectionRef collection_;
  bool parked_ = false;
  exec::RecordSourcePtr records_;
  exec::RecordMetadata known_;
  const expr::Metadata* metadata_ = nullptr;
};

}  // namespace

Result<Front> take_front(std::span<const ParsedStage> stages, const Environment& environment) {
  return FrontTaker(stages).take(environment);
}

Result<StreamPtr> open_front(const Front& front, const Environment& environment,
                             exec::WindowMeasures* measures) {
  const CollectionRef collection = environment.engine.find(environment.name());
  if (collection == nullptr && front.matcher.text() != nullptr) {
    return Status(ErrorCode::kIndexNotFound,
                  fmt::format("text index required for $text query (no such collection '{}.{}')",
                              environment.database, environment.collection));
  }
  if (collection == nullptr) return listed({});
  auto planned = std::make_unique<Planned>();
  CAIRN_RETURN_IF_ERROR(planned->open(front, environment, collection, measures));
  return StreamPtr(std::move(planned));
}

Status explain_front(const Front& front, const Environment& environment, const FrontRun* ran,
                     DocumentBuilder& out) {
  const CollectionRef collection = environment.engine.find(environment.name());
  std::optional<exec::Selected> selected;
  if (collection != nullptr) {
    const auto view = std::make_shared<exec::ReadView>(environment.engine.storage,
                                                       environment.engine.transaction);
    CAIRN_ASSIGN_OR_RETURN(selected, exec::select(view, collection, request_of(front, environment),
                                                  {.wanted = wanted(front), .remember = false}));
  }
  const std::string name = fmt::format("{}.{}", environment.database, environment.collection);
  exec::append_explanation({.full_name = name,
                            .collection = collection.get(),
                            .plan = selected ? &selected->plan : nullptr,
                            .matcher = &front.matcher,
                            .sort = front.sort,
                            .skip = front.skip,
                            .limit = front.limit,
                            .ran = ran == nullptr ? nullptr : &ran->measures,
                            .returned = ran == nullptr ? 0 : ran->returned,
                            .nanoseconds = ran == nullptr ? 0 : ran->nanoseconds,
                            .hinted = !environment.hint.missing(),
                            .filtered = selected && selected->filtered,
                            .trials = selected ? selected->trials : std::vector<exec::Trial>()},
                           out);
  return Status();
}

}  // namespace cairn::aggregate
