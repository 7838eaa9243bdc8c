// Explain: what an operation would do, and how it goes, without writing anything.
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

namespace cairn::api {

// A query as an operation reads it; what stands above it in the plan.
struct ExplainedQuery {
  DocumentView filter;
  DocumentView sort = {};
  DocumentView projection = {};
  std::int64_t skip = 0;
  std::int64_t limit = 0;
  ValueView hint = {};
  bool allow_disk_use = true;
  DocumentView min = {};
  DocumentView max = {};
  bool counts = false;             // the documents need not be read
  bool return_key = false;         // nor here
  std::string_view distinct = {};  // the path whose values are wanted
};

Result<Document> explain_find(Engine& engine, const Namespace& name, const ExplainedQuery& query,
                              const OperationOptions& operation, Verbosity verbosity);
Result<Document> explain_count(Engine& engine, const Namespace& name, const ExplainedQuery& query,
                               const OperationOptions& operation, Verbosity verbosity);
Result<Document> explain_update(Engine& engine, const Namespace& name,
                                const UpdateStatement& statement, const OperationOptions& operation,
                                Verbosity verbosity);
Result<Document> explain_remove(Engine& engine, const Namespace& name, const ExplainedQuery& query,
                                const OperationOptions& operation, Verbosity verbosity);
Result<Document> explain_aggregate(Engine& engine, const Namespace& name, DocumentView pipeline,
                                   const AggregateOptions& options, Verbosity verbosity);

}  // namespace cairn::api
