// aggregate: a pipeline over a collection, or over nothing (`aggregate: 1`), as a cursor.
#include "compat/mongodb/command/activity.h"
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/resume_label.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"
#include "compat/mongodb/commands/crud/explained.h"
#include "compat/mongodb/commands/crud/strict_stages.h"

#include <utility>

namespace cairn::mongodb {
namespace {

enum AggregateField {
  kPipeline,
  kCursor,
  kExplain,
  kAllowDiskUse,
  kHint,
  kLet,
  kCollation,
  kBypass,
};
constexpr Field kFields[] = {
    {.name = "pipeline", .required = true},
    {.name = "cursor"},
    {.name = "explain", .types = kBoolOrNumber, .unstable = true},
    {.name = "allowDiskUse", .types = kBool, .wording = Wording::kShouldBeBool},
    {.name = "hint"},
    {.name = "let", .types = kObject},
    {.name = "collation", .types = kObject},
    {.name = "bypassDocumentValidation", .types = kBoolOrNumber},
};

Status check_pipeline(const Call& call) {
  const ValueView pipeline = call.arguments[kPipeline];
  if (!pipeline.is_array()) {
    return {ErrorCode::kTypeMismatch, "A pipeline must be an array of objects"};
  }
  for (const Element& stage : pipeline.as_document()) {
    if (stage.value.is_document()) continue;
    return {ErrorCode::kTypeMismatch, "Each element of the 'pipeline' array must be an object"};
  }
  return call.generic.api_strict ? check_strict_stages(pipeline.as_document()) : Status();
}

// Whether the pipeline ends in $out or $merge.
bool writes(const Call& call) {
  const ValueView pipeline = call.arguments[kPipeline];
  if (!pipeline.is_array()) return false;
  std::string_view last;
  for (const Element& stage : pipeline.as_document()) {
    last = {};
    if (!stage.value.is_document() || stage.value.as_document().empty()) continue;
    last = stage.value.as_document().begin()->name;
  }
  return last == "$out" || last == "$merge";
}

Result<std::int64_t> read_batch_size(const Arguments& arguments) {
  if (!arguments.has(kCursor)) {
    return {ErrorCode::kFailedToParse,
            "The 'cursor' option is required, except for aggregate with the explain argument"};
  }
  if (!arguments[kCursor].is_document()) {
    return {ErrorCode::kTypeMismatch, "cursor field must be missing or an object"};
  }
  return batch_size_argument(arguments.document(kCursor), kDefaultFirstBatchDocuments);
}

// Reads `call.collection`; leaves it empty for `aggregate: 1`.
Status read_target(Call& call) {
  if (!call.target().is_number()) {
    CAIRN_ASSIGN_OR_RETURN(call.collection, collection_argument(call.database(), call.target()));
    return {};
  }
  if (call.target().to_double() == 1) return {};
  return {ErrorCode::kBadValue,
          "Invalid command format: the 'aggregate' field must specify a collection name or 1"};
}

// Whether the pipeline begins with $changeStream.
bool watches(const Call& call) {
  const ValueView pipeline = call.arguments[kPipeline];
  if (!pipeline.is_array() || pipeline.as_document().empty()) return false;
  const ValueView first = pipeline.as_document().begin()->value;
  return first.is_document() && !first.as_document()["$changeStream"].missing();
}

Status check_watchable(const Call& call) {
  if (call.generic.in_transaction()) {
    return {ErrorCode::kOperationNotSupportedInTransaction,
            "Stage not supported inside of a multi-document transaction: $changeStream"};
  }
  const auto& concern = call.generic.read_concern;
  if (concern && concern->level_given && concern->level != ReadLevel::kMajority) {
    return {ErrorCode::kInvalidOptions,
            "$changeStream cannot run with a readConcern other than 'majority', or in a "
            "multi-document transaction. Current readConcern: " +
                std::string(level_name(concern->level))};
  }
  if (call.dialect.replica_set()) return {};
  return {location(40573), "The $changeStream stage is only supported on replica sets"};
}

Result<Cursor> start_reading(Call& call, const AggregateOptions& options) {
  const DocumentView pipeline = call.arguments[kPipeline].as_document();
  if (!call.collection.empty()) return call.handle().aggregate(pipeline, options);
  if (pipeline.empty()) {
    return {ErrorCode::kInvalidNamespace, "{aggregate: 1} is not valid for an empty pipeline."};
  }
  return call.engine().aggregate(call.database(), pipeline, options);
}

// Without a feed where no changes are watched.
Result<ChangeCursor> start(Call& call, const AggregateOptions& options) {
  if (watches(call)) {
    return call.engine().watch_pipeline(call.database(), call.collection,
                                        call.arguments[kPipeline].as_document(), options);
  }
  CAIRN_ASSIGN_OR_RETURN(Cursor cursor, start_reading(call, options));
  return ChangeCursor{std::move(cursor), nullptr};
}

AggregateOptions aggregate_options(const Call& call) {
  const Arguments& arguments = call.arguments;
  return {.hint = arguments[kHint],
          .allow_disk_use = arguments.boolean(kAllowDiskUse, true),
          .bypass_document_validation = arguments.boolean(kBypass),
          .operation = {.transaction = call.transaction}};
}

Result<Document> explain(Call& call, Verbosity verbosity) {
  const Arguments& arguments = call.arguments;
  CAIRN_RETURN_IF_ERROR(read_target(call));
  CAIRN_RETURN_IF_ERROR(check_pipeline(call));
  CAIRN_RETURN_IF_ERROR(check_hint(arguments[kHint]));
  AggregateOptions options = aggregate_options(call);
  options.operation = {.interrupt = call.interrupt,
                       .let = arguments.document(kLet),
                       .collation = arguments.document(kCollation)};
  const ClientActivity activity(call.dialect);
  options.activity = &activity;
  return call.handle().explain_aggregate(arguments.document(kPipeline), options, verbosity);
}

Status read(Call& call, DocumentBuilder& reply) {
  const Arguments& arguments = call.arguments;
  if (arguments.boolean(kExplain)) {
    CAIRN_ASSIGN_OR_RETURN(const Document explained, explain(call, Verbosity::kQueryPlanner));
    append_explained(call, call.request.body, explained, reply);
    return {};
  }
  CAIRN_RETURN_IF_ERROR(read_target(call));
  CAIRN_RETURN_IF_ERROR(check_pipeline(call));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t batch_size, read_batch_size(arguments));
  CAIRN_RETURN_IF_ERROR(check_hint(arguments[kHint]));
  AggregateOptions options = aggregate_options(call);
  auto borrowed =
      keep_for_cursor(arguments.document(kLet), arguments.document(kCollation), options.operation);
  const ClientActivity activity(call.dialect);
  options.activity = &activity;
  CAIRN_ASSIGN_OR_RETURN(ChangeCursor started, start(call, options));
  return append_first_batch(
      call, std::move(started.cursor),
      {.namespace_name =
           full_name(call.database(), call.collection.empty() ? std::string_view("$cmd.aggregate")
                                                              : call.collection),
       .documents = batch_size,
       .feed = std::move(started.feed),
       .borrowed = std::move(borrowed)},
      reply);
}

Status run(Call& call, DocumentBuilder& reply) {
  if (!watches(call)) return read(call, reply);
  CAIRN_RETURN_IF_ERROR(check_watchable(call));
  return labelled_for_resume(read(call, reply));
}

// A stage that takes no time to speak of: one that chooses among fields, or gives them what a
// search tells ({score: {$meta: "vectorSearchScore"}}).
bool is_light(const Element& stage) {
  if (stage.name == "$limit" || stage.name == "$skip" || stage.name == "$unset") return true;
  const bool fields =
      stage.name == "$project" || stage.name == "$set" || stage.name == "$addFields";
  if (!fields || !stage.value.is_document()) return false;
  for (const Element& field : stage.value.as_document()) {
    const bool meta = field.value.is_document() && !field.value.as_document().empty() &&
                      field.value.as_document().begin()->name == "$meta";
    if (!meta && !field.value.is_number() && field.value.type() != BsonType::kBool) return false;
  }
  return true;
}

// A search of a vector index has work for less than a millisecond, where it need not look for what
// passes a filter. Handing it to another thread would cost a tenth of that.
Cost weigh(const wire::mongodb::Request& request) {
  constexpr std::int64_t kFewCandidates = 1000;
  const ValueView pipeline = request.body["pipeline"];
  if (!pipeline.is_array()) return Cost::kLong;
  bool first = true;
  for (const Element& element : pipeline.as_document()) {
    if (!element.value.is_document() || element.value.as_document().empty()) return Cost::kLong;
    const Element stage = *element.value.as_document().begin();
    if (!std::exchange(first, false)) {
      if (!is_light(stage)) return Cost::kLong;
      continue;
    }
    if (stage.name != "$vectorSearch" || !stage.value.is_document()) return Cost::kLong;
    const DocumentView search = stage.value.as_document();
    const ValueView candidates = search["numCandidates"];
    const bool few = candidates.is_number() && candidates.to_int64_clamped() <= kFewCandidates;
    if (!few || search["filter"].has_value() || search["exact"].truthy()) return Cost::kLong;
  }
  return first ? Cost::kLong : Cost::kShort;
}

}  // namespace

extern const Row row_aggregate = {.name = "aggregate",
                                  .help = "Runs a pipeline over documents.",
                                  .in_transactions = true,
                                  .reads_snapshots = true,
                                  .access = Access::kRead,
                                  .in_api_v1 = true,
                                  .fields = kFields,
                                  .run = run,
                                  .explain = explain,
                                  .weigh = weigh,
                                  .writes = writes};

}  // namespace cairn::mongodb
