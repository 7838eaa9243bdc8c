#include "engine/aggregate/front.h"

#include "engine/aggregate/listed.h"
#include "engine/aggregate/read_figures.h"
#include "engine/aggregate/reads.h"
#include "engine/exec/explain.h"
#include "engine/exec/open.h"
#include "engine/exec/record_metadata.h"
#include "engine/exec/select.h"
#include "engine/exec/still_there.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

#include <fmt/format.h>

#include <chrono>
#include <set>
#include <utility>

namespace cairn::aggregate {
namespace {

// As MongoDB's plans write a `$project`: flags are booleans, and the `_id` is always there.
Document shown_projection(DocumentView projection) {
  const auto is_flag = [](ValueView value) {
    return value.is_number() || value.type() == BsonType::kBool;
  };
  bool excludes = false;
  for (const Element& field : projection) {
    if (field.name != "_id" && is_flag(field.value) && !field.value.truthy()) excludes = true;
  }
  const ValueView id = projection["_id"];
  const bool without_id = is_flag(id) && !id.truthy();
  DocumentBuilder out;
  if (!excludes && !without_id) {
    if (id.missing() || is_flag(id))
      out.append("_id", true);
    else
      out.append("_id", id);
  }
  for (const Element& field : projection) {
    if (field.name == "_id") continue;
    if (is_flag(field.value))
      out.append(field.name, field.value.truthy());
    else
      out.append(field.name, field.value);
  }
  if (excludes || without_id) out.append("_id", !without_id);
  return out.take();
}

// What a plan whose keys stand for documents gives of them.
Document shown_fields(const std::vector<FieldPath>& fields) {
  std::set<std::string_view> names;
  for (const FieldPath& path : fields) names.insert(path.text());
  DocumentBuilder out;
  for (const std::string_view name : names) out.append(name, 1);
  if (!names.contains("_id")) out.append("_id", 0);
  return out.take();
}

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
    if (at_ < stages_.size()) look_at_next();
    return std::move(front_);
  }

 private:
  bool next_is(std::string_view name) const {
    return at_ < stages_.size() && stages_[at_].row->name == name;
  }

  void look_at_next() {
    const ParsedStage& next = stages_[at_];
    front_.fields = fields_read(next.row->name, next.specification);
    if (next_is("$project")) front_.projection = next.specification.as_document();
    if (next_is("$group") && front_.skip == 0 && front_.limit == 0) look_at_group();
  }

  // {$group: {_id: "$a.b", x: {$first: …}}}, or {_id: {b: "$a.b"}, …}
  void look_at_group() {
    const DocumentView group = stages_[at_].specification.as_document();
    ValueView by = group["_id"];
    const bool named = by.is_document() && by.as_document().count() == 1;
    if (named) by = by.as_document().begin()->value;
    if (!by.is_string() || !by.as_string().starts_with('$') || by.as_string().starts_with("$$")) {
      return;
    }
    const std::string_view path = by.as_string().substr(1);
    if (group.count() == 1) {
      if (front_.sort.empty() && !named) front_.distinct.emplace(path);
      return;
    }
    if (front_.sort.empty() || front_.sort.begin()->name != path) return;
    front_.pick = pick_of(group);
    if (front_.pick != plan::Pick::kAll) front_.distinct.emplace(path);
  }

  // What the accumulators take of each group's documents, where all take the same.
  static plan::Pick pick_of(DocumentView group) {
    std::string_view all;
    for (const Element& field : group) {
      if (field.name == "_id") continue;
      if (!field.value.is_document() || field.value.as_document().count() != 1) {
        return plan::Pick::kAll;
      }
      const std::string_view one = field.value.as_document().begin()->name;
      if (all.empty()) all = one;
      if (one != all) return plan::Pick::kAll;
    }
    if (all == "$first") return plan::Pick::kFirst;
    return all == "$last" ? plan::Pick::kLast : plan::Pick::kAll;
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
  }
  if (front.distinct) {
    request.distinct = &*front.distinct;
    request.pick = front.pick;
  }
  return request;
}

std::int64_t wanted(const Front& front) { return front.limit > 0 ? front.skip + front.limit : 0; }

// A plan's documents.
class Planned final : public Stream {
 public:
  ~Planned() override {
    if (reads_ != nullptr && records_ != nullptr) reads_->add_examined(records_->examined());
  }

  Status open(const Front& front, const Environment& environment, const CollectionRef& collection,
              exec::WindowMeasures* measures) {
    const auto view = std::make_shared<exec::ReadView>(environment.engine.storage,
                                                       environment.engine.transaction);
    CAIRN_ASSIGN_OR_RETURN(
        exec::Selected selected,
        exec::select(view, collection, request_of(front, environment), {.wanted = wanted(front)}));
    if (environment.reads != nullptr) environment.reads->add_plan(*collection, selected.plan);
    reads_ = environment.reads;
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
  ReadFigures* reads_ = nullptr;
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

Result<bool> explain_front(const Front& front, const Environment& environment, bool whole,
                           const FrontRun* ran, DocumentBuilder& out) {
  const CollectionRef collection = environment.engine.find(environment.name());
  const auto began = std::chrono::steady_clock::now();
  std::optional<exec::Selected> selected;
  if (collection != nullptr) {
    const auto view = std::make_shared<exec::ReadView>(environment.engine.storage,
                                                       environment.engine.transaction);
    CAIRN_ASSIGN_OR_RETURN(selected, exec::select(view, collection, request_of(front, environment),
                                                  {.wanted = wanted(front), .remember = false}));
  }
  const std::chrono::nanoseconds planning = std::chrono::steady_clock::now() - began;
  const std::string name = fmt::format("{}.{}", environment.database, environment.collection);
  const bool covered = selected && selected->plan.reads == plan::Needs::kFields;
  Document projection;
  if (!front.projection.empty()) {
    projection = shown_projection(front.projection);
  } else if (covered && front.fields) {
    projection = shown_fields(*front.fields);
  }
  exec::append_explanation({.full_name = name,
                            .collection = collection.get(),
                            .plan = selected ? &selected->plan : nullptr,
                            .matcher = &front.matcher,
                            .sort = front.sort,
                            .skip = front.skip,
                            .limit = front.limit,
                            .projection = projection,
                            .whole_pipeline = whole,
                            .ran = ran == nullptr ? nullptr : &ran->measures,
                            .returned = ran == nullptr ? 0 : ran->returned,
                            .nanoseconds = ran == nullptr ? 0 : ran->nanoseconds,
                            .planning_nanoseconds = planning.count(),
                            .hinted = !environment.hint.missing(),
                            .filtered = selected && selected->filtered,
                            .trials = selected ? selected->trials : std::vector<exec::Trial>()},
                           out);
  return selected && selected->plan.distinct_fields > 0;
}

}  // namespace cairn::aggregate
