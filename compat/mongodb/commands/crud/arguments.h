// What several CRUD commands read alike.
// Thread-safety: as the Call.
#pragma once

#include "compat/mongodb/command/command.h"

#include <cairn/bson.h>
#include <cairn/operation.h>

#include <memory>
#include <span>

namespace cairn::mongodb {

// What an update is made of. Error: FailedToParse, unless it is a document or an array.
Status check_update(ValueView update);

// A `hint`: a name or a key pattern. Error: FailedToParse.
Status check_hint(ValueView hint);
// `arrayFilters`, if there are any, are documents. Error: TypeMismatch, "BSON field
// 'update.updates.arrayFilters.0' …".
Status check_array_filters(std::string_view owner, ValueView filters);

// Copies of what a cursor borrows for as long as it lives: a reply's cursor outlives its request.
struct BorrowedByCursor {
  Document let;
  Document collation;
};
// Copies where there is something to copy, and points the options at the copies.
std::shared_ptr<const BorrowedByCursor> keep_for_cursor(DocumentView let, DocumentView collation,
                                                        OperationOptions& options);

// 16 "Write batch sizes must be between 1 and 100000. Got N operations."
Status check_batch_size(std::size_t operations);

// The numbers of a retryable command's statements: `stmtIds`, or counted from `stmtId`.
Status read_statement_ids(ValueView statement_id, ValueView statement_ids, std::size_t statements,
                          WriteOptions& options);

// Whether a filter picks by an exact `_id`, so that finding is short whatever the collection's
// size.
bool is_point_filter(DocumentView filter);
// The first document of an array argument, section or not; empty where there is none.
DocumentView first_document(const wire::mongodb::Request& request, std::string_view argument);

}  // namespace cairn::mongodb
