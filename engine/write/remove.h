// Remove: the `delete` command's statements, one after the other.
#pragma once

#include "engine/match/matcher.h"
#include "engine/plan/plan.h"
#include "engine/write/companion.h"
#include "engine/write/context.h"

#include <cairn/collection.h>

#include <optional>
#include <span>

namespace cairn::write {

Result<DeleteResult> remove(Context& context, const Namespace& name,
                            std::span<const DeleteStatement> statements,
                            const WriteOptions& options);

struct RemoveRequest {
  const match::Matcher* matcher = nullptr;
  DocumentView sort;
  ValueView hint;
  plan::Hidden hidden = plan::Hidden::kNot;  // whether the hint may name a hidden index
  bool multi = false;
  std::int32_t statement = 0;
  const Interrupt* interrupt = nullptr;
  bool keep_image = false;
  std::int64_t* progress = nullptr;  // counts what is removed, also where an error follows
  // What a retry must find; `removed` is the document, with what a `$text` gave it.
  Document (*outcome)(DocumentView removed, std::optional<double> text_score) = nullptr;
  Companion* keys = nullptr;  // REQUIRES: inactive where `multi`
};

struct RemoveResult {
  std::int64_t removed = 0;
  std::optional<Document> image;     // of the first removed, if asked for
  std::optional<double> text_score;  // the same
  OpNumber op = 0;
};

// One statement; what `delete` and `findAndModify` share.
Result<RemoveResult> remove_matching(Context& context, const Namespace& name,
                                     const RemoveRequest& request, RetryTicket& ticket);

// The document that lies at `record_key`, if it is there and matches once it is locked: whether it
// was removed. REQUIRES: a lease on `collection`, which the context's transaction does not write
// to.
Result<bool> remove_record(Context& context, const CollectionEntry& collection,
                           std::string_view record_key, const match::Matcher& matcher);

}  // namespace cairn::write
