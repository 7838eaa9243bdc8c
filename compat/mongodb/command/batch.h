// Cursors as replies: `cursor: {firstBatch | nextBatch: […], id, ns}`, filled straight into the
// reply. A batch ends by its number of documents or at 16 MiB, whichever comes first; a document
// that does not fit waits for the next one. Thread-safety: as the Call.
#pragma once

#include "compat/mongodb/command/command.h"
#include "compat/mongodb/registry/cursors.h"

#include <cairn/cursor.h>
#include <cairn/limits.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cairn::mongodb {

struct FirstBatch {
  std::string namespace_name;
  std::int64_t documents = kDefaultFirstBatchDocuments;
  bool single = false;  // end the cursor after it
  bool no_timeout = false;
  bool await_data = false;  // a tailable cursor whose getMores wait for documents
  std::shared_ptr<ChangeFeed> feed = nullptr;  // of a change stream; shared with the cursor
  std::int64_t limit = -1;  // of the query; -1: none. Tells the end without another look
  std::shared_ptr<const void> borrowed = nullptr;  // what the cursor needs besides itself
};

// Appends the first batch; keeps the cursor if there may be more.
Status append_first_batch(Call& call, Cursor cursor, FirstBatch options, DocumentBuilder& reply);

// Appends the next batch of a cursor that is checked out; keeps it if there may be more.
// `documents`: how many at most, negative for no limit but the bytes. `patience`: how long to wait
// for the first where a tailable cursor has none.
Status append_next_batch(Call& call, CursorLease& lease, std::int64_t documents,
                         std::chrono::milliseconds patience, DocumentBuilder& reply);

// A cursor over documents at hand.
Cursor cursor_over(std::vector<Document> documents);

// {batchSize: n}, the `cursor` argument of commands; `owner` is named in errors.
Result<std::int64_t> batch_size_argument(DocumentView cursor, std::int64_t absent);

}  // namespace cairn::mongodb
