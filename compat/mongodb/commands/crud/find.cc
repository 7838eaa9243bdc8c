// find: the documents of a collection that match, as a cursor.
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"
#include "compat/mongodb/commands/crud/strict_stages.h"

namespace cairn::mongodb {
namespace {

enum FindField {
  kFilter,
  kProjection,
  kSort,
  kHint,
  kSkip,
  kLimit,
  kBatchSize,
  kSingleBatch,
  kLet,
  kCollation,
  kAllowDiskUse,
  kMin,
  kMax,
  kReturnKey,
  kShowRecordId,
  kTailable,
  kAwaitData,
  kNoCursorTimeout,
};
constexpr Field kFields[] = {
    {.name = "filter", .types = kObject, .wording = Wording::kExpectedObject},
    {.name = "projection", .types = kObject, .wording = Wording::kExpectedObject},
    {.name = "sort", .types = kObject, .wording = Wording::kExpectedObject},
    {.name = "hint"},
    {.name = "skip", .types = kNumber, .at_least = 0},
    {.name = "limit", .types = kNumber, .at_least = 0},
    {.name = "batchSize", .types = kNumber, .at_least = 0},
    {.name = "singleBatch", .types = kBool, .wording = Wording::kShouldBeBool},
    {.name = "let", .types = kObject},
    {.name = "collation", .types = kObject, .wording = Wording::kExpectedObject},
    {.name = "allowDiskUse", .types = kBool, .wording = Wording::kShouldBeBool},
    {.name = "min", .types = kObject, .wording = Wording::kExpectedObject, .unstable = true},
    {.name = "max", .types = kObject, .wording = Wording::kExpectedObject, .unstable = true},
    {.name = "returnKey", .types = kBool, .wording = Wording::kShouldBeBool, .unstable = true},
    {.name = "showRecordId", .types = kBool, .wording = Wording::kShouldBeBool, .unstable = true},
    {.name = "tailable", .types = kBool, .wording = Wording::kShouldBeBool, .unstable = true},
    {.name = "awaitData", .types = kBool, .wording = Wording::kShouldBeBool, .unstable = true},
    {.name = "noCursorTimeout",
     .types = kBool,
     .wording = Wording::kShouldBeBool,
     .unstable = true},
    {.name = "allowPartialResults",
     .types = kBool,
     .wording = Wording::kShouldBeBool,
     .unstable = true},
    {.name = "oplogReplay", .types = kBool, .wording = Wording::kShouldBeBool, .unstable = true},
    {.name = "readOnce", .types = kBool, .unstable = true},
    {.name = "mirrored", .types = kBool, .unstable = true},
    {.name = "term", .types = kInt64Only, .unstable = true},
};

Status check_tailable(const Call& call) {
  const bool tailable = call.arguments.boolean(kTailable);
  if (call.arguments.boolean(kAwaitData) && !tailable) {
    return {ErrorCode::kFailedToParse, "Cannot set 'awaitData' without also setting 'tailable'"};
  }
  if (tailable && call.arguments.boolean(kSingleBatch)) {
    return {ErrorCode::kBadValue, "cannot use tailable option with the 'singleBatch' option"};
  }
  return {};
}

FindOptions find_options(const Call& call) {
  const Arguments& arguments = call.arguments;
  return {.projection = arguments.document(kProjection),
          .sort = arguments.document(kSort),
          .skip = arguments.integer(kSkip),
          .limit = arguments.integer(kLimit),
          .hint = arguments[kHint],
          .min = arguments.document(kMin),
          .max = arguments.document(kMax),
          .return_key = arguments.boolean(kReturnKey),
          .show_record_id = arguments.boolean(kShowRecordId),
          .tailable = arguments.boolean(kTailable),
          .no_timeout = arguments.boolean(kNoCursorTimeout),
          .allow_disk_use = arguments.boolean(kAllowDiskUse, true),
          .operation = {.transaction = call.transaction}};
}

Status run(Call& call, DocumentBuilder& reply) {
  call.dialect.metrics.queries.add();
  const Arguments& arguments = call.arguments;
  CAIRN_RETURN_IF_ERROR(check_tailable(call));
  if (call.generic.api_strict) {
    CAIRN_RETURN_IF_ERROR(check_strict_filter(arguments.document(kFilter)));
  }
  CAIRN_RETURN_IF_ERROR(check_hint(arguments[kHint]));
  FindOptions options = find_options(call);
  auto borrowed =
      keep_for_cursor(arguments.document(kLet), arguments.document(kCollation), options.operation);
  const Collection collection = call.handle();
  CAIRN_ASSIGN_OR_RETURN(Cursor cursor, collection.find(arguments.document(kFilter), options));
  return append_first_batch(
      call, std::move(cursor),
      {.namespace_name = collection.full_name(),
       .documents = arguments.integer(kBatchSize, kDefaultFirstBatchDocuments),
       .single = arguments.boolean(kSingleBatch),
       .no_timeout = arguments.boolean(kNoCursorTimeout),
       .await_data = arguments.boolean(kAwaitData),
       .limit = options.limit > 0 ? options.limit : -1,
       .borrowed = std::move(borrowed)},
      reply);
}

Result<Document> explain(Call& call, Verbosity verbosity) {
  CAIRN_RETURN_IF_ERROR(check_hint(call.arguments[kHint]));
  FindOptions options = find_options(call);
  options.operation = {.interrupt = call.interrupt,
                       .let = call.arguments.document(kLet),
                       .collation = call.arguments.document(kCollation)};
  return call.handle().explain_find(call.arguments.document(kFilter), options, verbosity);
}

Cost weigh(const wire::mongodb::Request& request) {
  const ValueView filter = request.body["filter"];
  if (filter.is_document() && is_point_filter(filter.as_document())) return Cost::kShort;
  const bool unfiltered = !filter.is_document() || filter.as_document().empty();
  const ValueView limit = request.body["limit"];
  // {limit: 1} without filter or sort reads the collection's first document.
  const bool one = limit.is_number() && limit.to_int64_clamped() == 1;
  return unfiltered && one && request.body["sort"].missing() ? Cost::kShort : Cost::kLong;
}

}  // namespace

extern const Row row_find = {.name = "find",
                             .help = "Finds documents of a collection.",
                             .in_transactions = true,
                             .reads_snapshots = true,
                             .target = Target::kCollection,
                             .access = Access::kRead,
                             .in_api_v1 = true,
                             .counted_apart = true,
                             .fields = kFields,
                             .run = run,
                             .explain = explain,
                             .weigh = weigh};

}  // namespace cairn::mongodb
