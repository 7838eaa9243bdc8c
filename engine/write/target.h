// Targets: the documents that a write's filter finds, each locked and read afresh before it is
// handed to the writer.
//
// Between finding a document and locking it others may change it. So a target is read again under
// its intents, and matched again; what no longer matches is passed over.
#pragma once

#include "engine/exec/record_source.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"
#include "engine/records/record_key.h"
#include "engine/write/context.h"

#include <cairn/bson.h>

#include <optional>
#include <string>
#include <vector>

namespace cairn::write {

struct TargetQuery {
  const match::Matcher* matcher = nullptr;
  DocumentView sort;
  ValueView hint;
  plan::Hidden hidden = plan::Hidden::kNot;  // whether the hint may name a hidden index
  bool first_only = true;
};

// One thread; holds the intents of one document at a time, from `next` until the following `next`.
class Targets {
 public:
  // REQUIRES: a lease on `collection`, and the query's parts, outlive the object.
  static Result<Targets> open(Context& context, const CollectionRef& collection,
                              const TargetQuery& query, const Interrupt* interrupt);
  Targets(Targets&&) noexcept = default;

  // The next document that matches, or false.
  Result<bool> next(const Interrupt* interrupt);

  // Of the present target. REQUIRES: the last `next` was true.
  DocumentView document() const { return records::stored_document(document_.view()); }
  std::string_view record_key() const { return record_key_; }
  // What a `$text` gave it when it was found.
  std::optional<double> text_score() const { return text_score_; }
  const records::IdKey& id() const { return id_; }
  Intents& intents() { return intents_; }

  // What became of the present target when more was to be locked.
  enum class Locked : std::uint8_t {
    kAtOnce,     // nothing has changed
    kReadAgain,  // the document was let go meanwhile: `document` may be another one
    kLost,       // it is gone or matches no more
  };
  // Locks `hashes` too, of what the write will put besides the document.
  Result<Locked> lock_also(std::span<const std::uint64_t> hashes, const Interrupt* interrupt);

  // Whether documents were passed over because they changed after they were found: the query may
  // then be worth asking again.
  bool lost_any() const { return lost_any_; }

 private:
  Targets(Context& context, CollectionRef collection, const TargetQuery& query)
      : context_(&context), collection_(std::move(collection)), query_(query) {}
  Result<bool> next_by_id(const Interrupt* interrupt);
  Result<bool> next_found(const Interrupt* interrupt);
  Result<bool> next_of_all(const Interrupt* interrupt);
  Status find_all(const Interrupt* interrupt);
  Status lock(const Interrupt* interrupt);
  // False without looking where it is not asked.
  Result<bool> read_again();
  Result<bool> still_matches(bool asked) const;

  Context* context_;
  CollectionRef collection_;
  TargetQuery query_;
  plan::Plan plan_;
  std::size_t next_id_ = 0;                      // by `_id`: locked first, so read only once
  exec::RecordSourcePtr records_;                // any other plan
  std::optional<std::vector<std::string>> all_;  // keys of all records, found beforehand
  records::IdKey id_;
  std::string record_key_;
  PinnedValue document_;
  std::optional<double> text_score_;
  Intents intents_;
  bool lost_any_ = false;
};

}  // namespace cairn::write
