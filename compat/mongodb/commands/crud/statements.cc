#include "compat/mongodb/commands/crud/statements.h"

#include <string>

namespace cairn::mongodb {
namespace {

enum UpdateField {
  kQuery,
  kUpdate,
  kMulti,
  kUpsert,
  kArrayFilters,
  kSort,
  kHint,
  kCollation,
  kConstants,
  kUpsertSupplied,
};
constexpr Field kUpdateFields[] = {
    {.name = "q", .types = kObject, .required = true},
    {.name = "u", .required = true},
    {.name = "multi", .types = kBool},
    {.name = "upsert", .types = kBool},
    {.name = "arrayFilters", .types = kArray},
    {.name = "sort", .types = kObject},
    {.name = "hint"},
    {.name = "collation", .types = kObject},
    {.name = "c", .types = kObject},
    {.name = "upsertSupplied", .types = kBoolOrNumber},
    {.name = "sampleId", .types = kBinary},
};

enum DeleteField { kDeleteQuery, kDeleteLimit, kDeleteHint, kDeleteCollation };
constexpr Field kDeleteFields[] = {
    {.name = "q", .types = kObject, .required = true},
    {.name = "limit", .required = true},
    {.name = "hint"},
    {.name = "collation", .types = kObject},
    {.name = "sampleId", .types = kBinary},
};

}  // namespace

Result<WriteOptions> read_write_options(Call& call, const SharedFields& fields,
                                        std::size_t statements) {
  WriteOptions options = call.write_options();
  options.ordered = call.arguments.boolean(fields.ordered, true);
  options.operation.let = call.arguments.document(fields.let);
  CAIRN_RETURN_IF_ERROR(read_statement_ids(call.arguments[fields.statement_id],
                                           call.arguments[fields.statement_ids], statements,
                                           options));
  return options;
}

Cost weigh_statements(const wire::mongodb::Request& request, std::string_view argument) {
  const ValueView query = first_document(request, argument)["q"];
  return query.is_document() && is_point_filter(query.as_document()) ? Cost::kShort : Cost::kLong;
}

void count_retried(Call& call, std::span<const std::int32_t> statements) {
  call.dialect.metrics.retried_statements.add(static_cast<std::int64_t>(statements.size()));
  call.dialect.metrics.retried_commands.add(statements.empty() ? 0 : 1);
}

Status check_explained_statements(std::size_t statements) {
  if (statements == 1) return {};
  return {ErrorCode::kInvalidLength, "explained write batches must be of size 1"};
}

Status refuse_retryable_multi(std::string_view how) {
  return {ErrorCode::kInvalidOptions,
          "Cannot use (or request) retryable writes with " + std::string(how)};
}

Result<UpdateStatement> read_update_statement(std::string_view owner, DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document(owner, kUpdateFields, document, fields));
  const ValueView update = fields[kUpdate];
  CAIRN_RETURN_IF_ERROR(check_update(update));
  CAIRN_RETURN_IF_ERROR(check_hint(fields[kHint]));
  CAIRN_RETURN_IF_ERROR(check_array_filters(owner, fields[kArrayFilters]));
  UpdateStatement statement{.filter = fields.document(kQuery),
                            .update = update,
                            .multi = fields.boolean(kMulti),
                            .upsert = fields.boolean(kUpsert),
                            .array_filters = fields.document(kArrayFilters),
                            .sort = fields.document(kSort),
                            .hint = fields[kHint],
                            .collation = fields.document(kCollation),
                            .constants = fields.document(kConstants),
                            .upsert_supplied = fields.boolean(kUpsertSupplied)};
  if (statement.multi && fields.has(kSort)) {
    return {ErrorCode::kFailedToParse, "Cannot specify sort with multi=true"};
  }
  return statement;
}

Result<DeleteStatement> read_delete_statement(std::string_view owner, DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document(owner, kDeleteFields, document, fields));
  const ValueView limit = fields[kDeleteLimit];
  const std::int64_t one = limit.is_number() ? limit.to_int64_clamped() : 0;
  if (one != 0 && one != 1) {
    return {ErrorCode::kFailedToParse,
            "The limit field in delete objects must be 0 or 1. Got " + std::to_string(one)};
  }
  CAIRN_RETURN_IF_ERROR(check_hint(fields[kDeleteHint]));
  return DeleteStatement{.filter = fields.document(kDeleteQuery),
                         .multi = one == 0,
                         .hint = fields[kDeleteHint],
                         .collation = fields.document(kDeleteCollation)};
}

}  // namespace cairn::mongodb
