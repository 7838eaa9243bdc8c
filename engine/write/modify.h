// Modify: one update statement, with or without upsert, from its filter to its commits. What
// `update` and `findAndModify` share.
#pragma once

#include "engine/match/matcher.h"
#include "engine/update/update.h"
#include "engine/write/each_statement.h"

#include <cairn/collection.h>

#include <optional>

namespace cairn::write {

// Images of the first document changed, for findAndModify; only those asked for are kept, and what
// a `$text` gave it.
struct Images {
  bool keep_before = false;
  bool keep_after = false;
  std::optional<Document> before;
  std::optional<Document> after;
  std::optional<double> text_score;
};

struct ModifyRequest {
  const match::Matcher* matcher = nullptr;
  const update::Update* update = nullptr;
  DocumentView filter;
  ValueView specification;  // what `update` was parsed from
  DocumentView sort;
  ValueView hint;
  bool multi = false;
  bool upsert = false;
  DocumentView supplied;  // what an upsert inserts; empty: what `update` makes
  bool bypass_document_validation = false;
  std::int32_t statement = 0;           // for a retryable write
  std::string_view command = "update";  // for messages
  const Interrupt* interrupt = nullptr;
  Images* images = nullptr;  // nullptr: not wanted
  // Tells what a retry must find; called with what the statement did, before the commit that does
  // it.
  Document (*outcome)(const UpdateOutcome&, const Images*) = nullptr;
  Companion* keys = nullptr;  // REQUIRES: inactive where `multi`
};

using ModifyResult = StatementDone<UpdateOutcome>;

// Creates the collection if an upsert needs it.
Result<ModifyResult> modify(Context& context, const Namespace& name, const ModifyRequest& request,
                            RetryTicket& ticket);

}  // namespace cairn::write
