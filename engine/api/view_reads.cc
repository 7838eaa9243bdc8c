#include "engine/api/view_reads.h"

#include "engine/api/aggregate.h"
#include "engine/api/distinct_values.h"

namespace cairn::api {
namespace {

Status unsupported(std::string message) {
  return {ErrorCode::kInvalidPipelineOperator, std::move(message)};
}

Status check_options(const FindOptions& options) {
  if (options.tailable) return unsupported("Tailable cursors are not supported in aggregation.");
  if (options.return_key) return unsupported("Option returnKey not supported in aggregation.");
  if (options.show_record_id) {
    return unsupported("Option showRecordId not supported in aggregation.");
  }
  if (options.no_timeout) {
    return unsupported("Option noCursorTimeout not supported in aggregation.");
  }
  if (!options.min.empty()) return unsupported("Option min not supported in aggregation.");
  if (!options.max.empty()) return unsupported("Option max not supported in aggregation.");
  return Status();
}

void push_window(DocumentBuilder& stages, std::int64_t skip, std::int64_t limit) {
  if (skip > 0) stages.push_document().append("$skip", skip).end();
  if (limit > 0) stages.push_document().append("$limit", limit).end();
}

bool is_natural(DocumentView sort) { return !sort["$natural"].missing(); }

}  // namespace

void push_stage(DocumentBuilder& stages, std::string_view name, DocumentView argument) {
  if (!argument.empty()) stages.push_document().append(name, argument).end();
}

Result<Cursor> find_on_view(Engine& engine, const CollectionEntry& view, DocumentView filter,
                            const FindOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_options(options));
  DocumentBuilder stages;
  push_stage(stages, "$match", filter);
  const bool natural = is_natural(options.sort);
  if (!natural) push_stage(stages, "$sort", options.sort);
  push_window(stages, options.skip, options.limit);
  push_stage(stages, "$project", options.projection);
  const Document pipeline = stages.take();
  AggregateOptions with{.hint = options.hint,
                        .allow_disk_use = options.allow_disk_use,
                        .operation = options.operation};
  if (natural && with.hint.missing()) with.hint = options.sort.as_value();
  return aggregate(engine, view.name(), pipeline, with);
}

Result<std::int64_t> count_on_view(Engine& engine, const CollectionEntry& view, DocumentView filter,
                                   const CountOptions& options) {
  DocumentBuilder stages;
  push_stage(stages, "$match", filter);
  push_window(stages, options.skip, options.limit);
  stages.push_document().append("$count", "n").end();
  const Document pipeline = stages.take();
  CAIRN_ASSIGN_OR_RETURN(Cursor cursor,
                         aggregate(engine, view.name(), pipeline,
                                   {.hint = options.hint, .operation = options.operation}));
  CAIRN_ASSIGN_OR_RETURN(const auto counted, cursor.next(options.operation.interrupt));
  return counted ? (*counted)["n"].to_int64_clamped() : std::int64_t{0};
}

Result<Value> distinct_on_view(Engine& engine, const CollectionEntry& view, std::string_view path,
                               DocumentView filter, const DistinctOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_field_path(path));
  DocumentBuilder stages;
  push_stage(stages, "$match", filter);
  const Document pipeline = stages.take();
  CAIRN_ASSIGN_OR_RETURN(Cursor cursor,
                         aggregate(engine, view.name(), pipeline,
                                   {.hint = options.hint, .operation = options.operation}));
  DistinctValues values{FieldPath(path), view.collation()};
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const auto document, cursor.next(options.operation.interrupt));
    if (!document) return std::move(values).take();
    CAIRN_RETURN_IF_ERROR(values.add(*document));
  }
}

}  // namespace cairn::api
