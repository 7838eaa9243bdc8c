#include "engine/api/find.h"

#include "engine/api/distinct_values.h"
#include "engine/api/find_by_id.h"
#include "engine/bson/sort_pattern.h"
#include "engine/exec/documents.h"
#include "engine/exec/open.h"
#include "engine/exec/still_there.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"
#include "engine/project/projection.h"

#include <utility>

namespace cairn::api {
namespace {

// A query's stream of documents together with the filter that its operators borrow.
class FindSource final : public CursorSource {
 public:
  FindSource(match::Matcher matcher, CollationPtr collation)
      : collation_(std::move(collation)), matcher_(std::move(matcher)) {}

  Status open(Storage& storage, const CollectionRef& collection, const FindOptions& options,
              project::Projection projection) {
    CAIRN_ASSIGN_OR_RETURN(
        const plan::Plan plan,
        plan::choose(*collection,
                     {.matcher = &matcher_, .sort = options.sort, .hint = options.hint}));
    CAIRN_ASSIGN_OR_RETURN(
        exec::RecordSourcePtr records,
        exec::open_window(storage.latest(), collection, plan, matcher_,
                          {.sort = options.sort,
                           .skip = options.skip,
                           .limit = options.limit,
                           .spill = options.allow_disk_use ? &storage.spill() : nullptr}));
    collection_ = collection;
    documents_ = exec::documents(std::move(records), std::move(projection));
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

Status check_unsupported(const FindOptions& options) {
  if (!options.min.empty() || !options.max.empty()) {
    return {ErrorCode::kNotImplemented, "min and max are not supported by Cairn yet"};
  }
  if (options.return_key || options.show_record_id) {
    return {ErrorCode::kNotImplemented,
            "returnKey and showRecordId are not supported by Cairn yet"};
  }
  return Status();
}

Status check_sort(DocumentView sort) {
  if (sort.empty() || !sort["$natural"].missing()) return Status();
  return SortPattern::parse(sort).status();
}

struct Records {
  match::Matcher matcher;
  exec::RecordSourcePtr source;  // nullptr: no such collection
};

Status open_records(Engine& engine, const CollectionRef& collection, const exec::Window& window,
                    ValueView hint, Records& records) {
  if (collection == nullptr) return Status();
  CAIRN_ASSIGN_OR_RETURN(const plan::Plan plan,
                         plan::choose(*collection, {.matcher = &records.matcher, .hint = hint}));
  CAIRN_ASSIGN_OR_RETURN(records.source, exec::open_window(engine.storage().latest(), collection,
                                                           plan, records.matcher, window));
  return Status();
}

Result<expr::Surroundings> surroundings(Engine& engine, const OperationOptions& operation) {
  return expr::Surroundings::of(operation.let, operation.collation,
                                engine.last_op_time().timestamp());
}

Result<match::Matcher> parse_filter(Engine& engine, DocumentView filter,
                                    const OperationOptions& operation) {
  CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around, surroundings(engine, operation));
  return match::Matcher::parse(filter,
                               {.bindings = &around.bindings, .collation = around.collation});
}

}  // namespace

Result<Cursor> find(Engine& engine, const Namespace& name, DocumentView filter,
                    const FindOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  if (is_plain_id_query(filter, options)) return find_by_id(engine, name, filter, options);
  CAIRN_RETURN_IF_ERROR(check_unsupported(options));
  CAIRN_RETURN_IF_ERROR(check_sort(options.sort));
  CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around, surroundings(engine, options.operation));
  CAIRN_ASSIGN_OR_RETURN(
      match::Matcher matcher,
      match::Matcher::parse(filter, {.bindings = &around.bindings, .collation = around.collation}));
  CAIRN_ASSIGN_OR_RETURN(
      project::Projection projection,
      project::Projection::parse(options.projection, project::Language::kFind, around.scope()));
  const CollectionRef collection = engine.catalog().find(name);
  if (collection == nullptr) return Cursor();
  auto source = std::make_unique<FindSource>(std::move(matcher), around.collation);
  CAIRN_RETURN_IF_ERROR(source->open(engine.storage(), collection, options, std::move(projection)));
  return Cursor(std::move(source));
}

Result<std::int64_t> count(Engine& engine, const Namespace& name, DocumentView filter,
                           const CountOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  Records records;
  CAIRN_ASSIGN_OR_RETURN(records.matcher, parse_filter(engine, filter, options.operation));
  const CollectionRef collection = engine.catalog().find(name);
  if (collection == nullptr) return std::int64_t{0};
  if (records.matcher.matches_everything() && options.hint.missing()) {
    const std::int64_t all = collection->counters().documents();
    const std::int64_t left = std::max<std::int64_t>(0, all - options.skip);
    return options.limit > 0 ? std::min(left, options.limit) : left;
  }
  const exec::Window window{.skip = options.skip, .limit = options.limit};
  CAIRN_RETURN_IF_ERROR(open_records(engine, collection, window, options.hint, records));
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
  Records records;
  CAIRN_ASSIGN_OR_RETURN(records.matcher, parse_filter(engine, filter, options.operation));
  const CollectionRef collection = engine.catalog().find(name);
  DistinctValues values{FieldPath(path)};
  if (collection == nullptr) return std::move(values).take();
  CAIRN_RETURN_IF_ERROR(open_records(engine, collection, {}, options.hint, records));
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record,
                           records.source->next(options.operation.interrupt));
    if (record == nullptr) return std::move(values).take();
    CAIRN_RETURN_IF_ERROR(values.add(record->document));
  }
}

}  // namespace cairn::api
