#include "engine/api/find.h"

#include "engine/api/distinct_values.h"
#include "engine/api/find_by_id.h"
#include "engine/api/oplog.h"
#include "engine/api/view_reads.h"
#include "engine/bson/nesting.h"
#include "engine/catalog/view.h"
#include "engine/exec/documents.h"
#include "engine/exec/filter.h"
#include "engine/exec/open.h"
#include "engine/exec/select.h"
#include "engine/exec/skip_limit.h"
#include "engine/exec/sort_order.h"
#include "engine/exec/still_there.h"
#include "engine/exec/tailable_scan.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"
#include "engine/project/projection.h"

#include <algorithm>
#include <set>
#include <utility>

#include <cairn/thread_wait.h>

namespace cairn::api {
namespace {

// Whether documents are sorted by what is in them.
bool has_pattern(DocumentView sort) { return !sort.empty() && sort["$natural"].missing(); }

bool wants_key(const project::Projection& projection) {
  return projection.metas().asks(expr::MetaKind::kIndexKey);
}

std::int64_t wanted(const FindOptions& options) {
  return options.limit > 0 ? options.skip + options.limit : 0;
}

// A query's stream of documents together with the filter that its operators borrow.
class FindSource final : public CursorSource {
 public:
  FindSource(match::Matcher matcher, CollationPtr collation)
      : collation_(std::move(collation)), matcher_(std::move(matcher)) {}

  Status open(const write::Context& context, const CollectionRef& collection,
              const FindOptions& options, project::Projection projection) {
    const auto view = std::make_shared<exec::ReadView>(context.storage, context.transaction);
    const auto fields = projection.kept_fields();
    const bool covering = fields && !options.show_record_id && !options.return_key;
    const std::vector<FieldPath> none;
    CAIRN_ASSIGN_OR_RETURN(
        exec::Selected selected,
        exec::select(view, collection,
                     {.matcher = &matcher_,
                      .sort = options.sort,
                      .hint = options.hint,
                      .min = options.min,
                      .max = options.max,
                      .needs = covering || options.return_key ? plan::Needs::kFields
                                                              : plan::Needs::kDocument,
                      .fields = covering ? &*fields : &none,
                      .with_keys = options.return_key || wants_key(projection)},
                     {.wanted = wanted(options),
                      .projection = options.projection,
                      .interrupt = options.operation.interrupt}));
    const bool by_id = selected.plan.access == plan::Access::kIdLookup ||
                       selected.plan.access == plan::Access::kIdRange;
    const bool shows_id_key = exec::shows_id_key(selected.plan, *collection);
    CAIRN_ASSIGN_OR_RETURN(
        exec::RecordSourcePtr records,
        exec::open_window(view, collection, std::move(selected.plan), matcher_,
                          {.sort = options.sort,
                           .skip = options.skip,
                           .limit = options.limit,
                           .spill = options.allow_disk_use ? &context.storage.spill() : nullptr}));
    records = exec::remembered(std::move(records), collection, selected);
    collection_ = collection;
    exec::Shown shown{
        .matcher = &matcher_,
        .record_id = options.show_record_id && !options.return_key,
        .key_only = options.return_key,
        .by_id = by_id,
        .look_at_depth = may_be_too_deep(nesting_up_to(options.projection, kMaxNestingOnWire))};
    CAIRN_ASSIGN_OR_RETURN(shown.metadata, exec::RecordMetadata::of_query(
                                               projection.metas(), {.matcher = &matcher_,
                                                                    .sort = options.sort,
                                                                    .collation = collation_.get(),
                                                                    .by_id = shows_id_key}));
    documents_ = exec::documents(std::move(records), std::move(projection), std::move(shown));
    return Status();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (std::exchange(parked_, false)) CAIRN_RETURN_IF_ERROR(exec::still_there(*collection_));
    return documents_->next(interrupt);
  }
  void park() override {
    documents_->park();
    parked_ = true;
  }

 private:
  CollationPtr collation_;  // the projection borrows it
  match::Matcher matcher_;
  CollectionRef collection_;
  bool parked_ = false;
  std::unique_ptr<CursorSource> documents_;
};

// A cursor that stays at the end of a capped collection.
class TailableSource final : public CursorSource {
 public:
  TailableSource(match::Matcher matcher, CollationPtr collation)
      : collation_(std::move(collation)), matcher_(std::move(matcher)) {}

  void open(Storage& storage, const CollectionRef& collection, const FindOptions& options,
            project::Projection projection) {
    collection_ = collection;
    exec::RecordSourcePtr records = exec::tailable_scan(storage.latest(), collection);
    records = exec::filter(std::move(records), matcher_);
    records = exec::skip_limit(std::move(records), options.skip, options.limit);
    documents_ = exec::documents(std::move(records), std::move(projection),
                                 {.matcher = &matcher_, .record_id = options.show_record_id});
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    seen_ = collection_->inserted().count();
    return documents_->next(interrupt);
  }
  void park() override { documents_->park(); }
  bool tailable() const override { return true; }
  Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) override {
    // An interrupt and a drop raise no signal: look for them now and then.
    constexpr std::chrono::milliseconds kLook(50);
    const ThreadWait waits;
    while (collection_->inserted().count() == seen_ && Interrupt::Clock::now() < until) {
      if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
      CAIRN_RETURN_IF_ERROR(exec::still_there(*collection_));
      collection_->inserted().wait(seen_, std::min(until, Interrupt::Clock::now() + kLook));
    }
    return Status();
  }

 private:
  CollationPtr collation_;  // the projection borrows it
  match::Matcher matcher_;
  CollectionRef collection_;
  std::uint64_t seen_ = 0;
  std::unique_ptr<CursorSource> documents_;
};

bool is_forward(DocumentView sort) {
  const ValueView natural = sort["$natural"];
  return natural.is_number() && natural.to_double() == 1 && sort.count() == 1;
}

Result<Cursor> find_tailable(Engine& engine, const CollectionRef& collection,
                             match::Matcher matcher, CollationPtr collation,
                             const FindOptions& options, project::Projection projection) {
  if (!collection->rules().capped) {
    return Status(ErrorCode::kBadValue, "error processing query: ns=" + collection->full_name() +
                                            ": tailable cursor requested on non capped collection");
  }
  // As MongoDB has it: at the end of nothing nobody waits.
  if (collection->counters().documents() == 0) return Cursor();
  auto source = std::make_unique<TailableSource>(std::move(matcher), std::move(collation));
  source->open(engine.storage(), collection, options, std::move(projection));
  return Cursor(std::move(source));
}

Status check_unsupported(const FindOptions& options) {
  if (options.tailable && !options.sort.empty() && !is_forward(options.sort)) {
    return {ErrorCode::kBadValue,
            "cannot use tailable option with a sort other than {$natural: 1}"};
  }
  return Status();
}

struct Records {
  match::Matcher matcher;
  exec::RecordSourcePtr source;  // nullptr: no such collection
};

Status open_records(const write::Context& context, const CollectionRef& collection,
                    const exec::Window& window, plan::Request request, Records& records) {
  request.matcher = &records.matcher;
  const auto view = std::make_shared<exec::ReadView>(context.storage, context.transaction);
  CAIRN_ASSIGN_OR_RETURN(
      exec::Selected selected,
      exec::select(view, collection, request,
                   {.wanted = window.limit > 0 ? window.skip + window.limit : 0}));
  CAIRN_ASSIGN_OR_RETURN(
      records.source,
      exec::open_window(view, collection, std::move(selected.plan), records.matcher, window));
  records.source = exec::remembered(std::move(records.source), collection, selected);
  return Status();
}

// With the collection's own collation where the operation names none.
Result<expr::Surroundings> surroundings(Engine& engine, const CollectionRef& collection,
                                        const OperationOptions& operation) {
  auto around =
      expr::Surroundings::of(operation.let, operation.collation, engine.last_op_time().timestamp());
  if (around.ok() && operation.collation.empty() && collection != nullptr) {
    around->collation = collection->collation();
  }
  return around;
}

Result<match::Matcher> parse_filter(Engine& engine, const CollectionRef& collection,
                                    DocumentView filter, const OperationOptions& operation) {
  CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around,
                         surroundings(engine, collection, operation));
  return match::Matcher::parse(filter,
                               {.bindings = &around.bindings, .collation = around.collation});
}

// Where there is no collection, nothing matches; but some filters are wrong even so.
Status check_without_collection(const match::Matcher& matcher, const Namespace& name) {
  if (matcher.text() == nullptr) return Status();
  return {ErrorCode::kIndexNotFound, "text index required for $text query (no such collection '" +
                                         std::string(name.database) + "." +
                                         std::string(name.collection) + "')"};
}

// The filter's error, but for one of a constant in it: MongoDB reads the whole query before it
// computes any.
Status wrong_filter(const Status& error, DocumentView filter, const FindOptions& options,
                    const expr::Surroundings& around) {
  const auto text = match::Matcher::parse(filter, {.bindings = &around.bindings,
                                                   .collation = around.collation,
                                                   .folding = expr::Folding::kWhereItWorks});
  CAIRN_RETURN_IF_ERROR(text.status());
  CAIRN_RETURN_IF_ERROR(project::Projection::parse(options.projection, project::Language::kFind,
                                                   around.scope().unfolded())
                            .status());
  return error;
}

// What the query does not give cannot be shown, or sorted by.
Status check_metas(const project::Projection& projection, const match::Matcher& matcher,
                   DocumentView sort) {
  using expr::MetaKind;
  expr::MetaUse asked = projection.metas();
  if (has_pattern(sort)) {
    CAIRN_ASSIGN_OR_RETURN(const exec::SortOrder order, exec::SortOrder::parse(sort, nullptr));
    order.note(asked);
  } else if (asked.asks(MetaKind::kSortKey)) {
    return {ErrorCode::kBadValue, "cannot use sortKey $meta projection without a sort"};
  }
  std::set<MetaKind> provided;
  if (matcher.near() != nullptr) {
    provided = {MetaKind::kGeoNearDistance, MetaKind::kGeoNearPoint};
  }
  if (matcher.text() != nullptr) provided = {MetaKind::kTextScore};
  return asked.check(provided);
}

}  // namespace

Result<Cursor> find(Engine& engine, const Namespace& name, DocumentView filter,
                    const FindOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  if (name == kOplog) return find_in_oplog(engine, filter, options);
  const write::Context context = engine.context(options.operation);
  const CollectionRef collection = context.find_readable(name);
  const bool view = collection != nullptr && collection->definition().view;
  const bool by_id = collection == nullptr || collection->finds_by_id();
  if (!view && by_id && is_plain_id_query(filter, options)) {
    return find_by_id(context, collection, filter, options);
  }
  if (view) return find_on_view(engine, *collection, filter, options);
  CAIRN_RETURN_IF_ERROR(check_unsupported(options));
  if (has_pattern(options.sort)) {
    CAIRN_RETURN_IF_ERROR(exec::SortOrder::parse(options.sort, nullptr).status());
  }
  CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around,
                         surroundings(engine, collection, options.operation));
  auto parsed =
      match::Matcher::parse(filter, {.bindings = &around.bindings, .collation = around.collation});
  if (!parsed.ok()) return wrong_filter(parsed.status(), filter, options, around);
  match::Matcher matcher = std::move(*parsed);
  CAIRN_ASSIGN_OR_RETURN(
      project::Projection projection,
      project::Projection::parse(options.projection, project::Language::kFind, around.scope()));
  CAIRN_RETURN_IF_ERROR(projection.check_filter(filter, around));
  CAIRN_RETURN_IF_ERROR(check_metas(projection, matcher, options.sort));
  if (collection == nullptr) {
    CAIRN_RETURN_IF_ERROR(check_without_collection(matcher, name));
    return Cursor();
  }
  if (options.tailable && context.transaction != nullptr) {
    return Status(ErrorCode::kOperationNotSupportedInTransaction,
                  "Tailable cursors are not supported in a multi-document transaction");
  }
  if (options.tailable) {
    return find_tailable(engine, collection, std::move(matcher), around.collation, options,
                         std::move(projection));
  }
  auto source = std::make_unique<FindSource>(std::move(matcher), around.collation);
  CAIRN_RETURN_IF_ERROR(source->open(context, collection, options, std::move(projection)));
  return Cursor(std::move(source));
}

Result<std::int64_t> count(Engine& engine, const Namespace& name, DocumentView filter,
                           const CountOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  Records records;
  const write::Context context = engine.context(options.operation);
  const CollectionRef collection = context.find_readable(name);
  CAIRN_ASSIGN_OR_RETURN(records.matcher,
                         parse_filter(engine, collection, filter, options.operation));
  if (collection == nullptr) return std::int64_t{0};
  if (collection->definition().view) return count_on_view(engine, *collection, filter, options);
  const bool totals = context.transaction == nullptr;  // which are those of now
  if (totals && records.matcher.matches_everything() && options.hint.missing()) {
    const std::int64_t all = collection->counters().documents();
    const std::int64_t left = std::max<std::int64_t>(0, all - options.skip);
    return options.limit > 0 ? std::min(left, options.limit) : left;
  }
  const exec::Window window{.skip = options.skip, .limit = options.limit};
  CAIRN_RETURN_IF_ERROR(open_records(context, collection, window,
                                     {.hint = options.hint, .needs = plan::Needs::kNothing},
                                     records));
  std::int64_t counted = 0;
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record,
                           records.source->next(options.operation.interrupt));
    if (record == nullptr) return counted;
    ++counted;
  }
}

Result<Value> distinct(Engine& engine, const Namespace& name, std::string_view path,
                       DocumentView filter, const DistinctOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  if (path.find('\0') != std::string_view::npos) {
    return Status(location(31032), "Key field cannot contain an embedded null byte");
  }
  Records records;
  const write::Context context = engine.context(options.operation);
  const CollectionRef collection = context.find_readable(name);
  CAIRN_ASSIGN_OR_RETURN(records.matcher,
                         parse_filter(engine, collection, filter, options.operation));
  DistinctValues values{FieldPath(path), records.matcher.collation()};
  const std::vector<FieldPath> fields{FieldPath(path)};
  if (collection == nullptr) return std::move(values).take();
  if (collection->definition().view) {
    return distinct_on_view(engine, *collection, path, filter, options);
  }
  CAIRN_RETURN_IF_ERROR(open_records(context, collection, {},
                                     {.hint = options.hint,
                                      .needs = plan::Needs::kFields,
                                      .fields = &fields,
                                      .distinct = &fields.front(),
                                      .distinct_elements = true},
                                     records));
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record,
                           records.source->next(options.operation.interrupt));
    if (record == nullptr) return std::move(values).take();
    CAIRN_RETURN_IF_ERROR(values.add(record->document));
  }
}

}  // namespace cairn::api
