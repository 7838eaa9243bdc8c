#include "engine/write/target.h"

#include "engine/exec/open.h"
#include "engine/exec/select.h"
#include "engine/exec/text_match.h"
#include "engine/plan/text_scan.h"

namespace cairn::write {

Status Targets::find_all(const Interrupt* interrupt) {
  auto& found = all_.emplace();
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record, records_->next(interrupt));
    if (record == nullptr) return Status();
    found.emplace_back(record->key);
  }
}

Result<Targets> Targets::open(Context& context, const CollectionRef& collection,
                              const TargetQuery& query, const Interrupt* interrupt) {
  Targets targets(context, collection, query);
  const auto view = std::make_shared<exec::ReadView>(context.storage, context.transaction);
  CAIRN_ASSIGN_OR_RETURN(exec::Selected selected,
                         exec::select(view, collection,
                                      {.matcher = query.matcher,
                                       .sort = query.sort,
                                       .hint = query.hint,
                                       .hidden = query.hidden},
                                      {.wanted = query.first_only ? 1 : 0}));
  targets.plan_ = std::move(selected.plan);
  if (targets.plan_.access == plan::Access::kIdLookup && targets.plan_.sorted) return targets;
  const exec::Window window{.sort = query.sort};
  CAIRN_ASSIGN_OR_RETURN(
      targets.records_, exec::open_window(view, collection, targets.plan_, *query.matcher, window));
  // A transaction's reads see its writes: what the statement has moved must not be found again.
  if (context.transaction != nullptr && !query.first_only) {
    CAIRN_RETURN_IF_ERROR(targets.find_all(interrupt));
  }
  return targets;
}

Result<bool> Targets::next(const Interrupt* interrupt) {
  intents_.release();
  if (all_) return next_of_all(interrupt);
  return records_ == nullptr ? next_by_id(interrupt) : next_found(interrupt);
}

// Nobody else changes what a transaction sees: each is there as it was found, but for what this
// statement did to it.
Result<bool> Targets::next_of_all(const Interrupt* interrupt) {
  while (next_id_ < all_->size()) {
    record_key_ = std::move((*all_)[next_id_++]);
    CAIRN_ASSIGN_OR_RETURN(const bool found,
                           context_->reader().get(Family::kDoc, record_key_, document_));
    if (!found) continue;
    id_.assign(*collection_, document()["_id"]);
    CAIRN_RETURN_IF_ERROR(lock(interrupt));
    return true;
  }
  return false;
}

Result<bool> Targets::next_by_id(const Interrupt* interrupt) {
  while (next_id_ < plan_.ids.size()) {
    id_.assign(*collection_, plan_.ids[next_id_++]);
    CAIRN_RETURN_IF_ERROR(lock(interrupt));
    CAIRN_ASSIGN_OR_RETURN(const bool found, records::get_by_id(context_->reader(), *collection_,
                                                                id_, record_key_, document_));
    CAIRN_ASSIGN_OR_RETURN(const bool matched, still_matches(found && !plan_.exact));
    if (found && (plan_.exact || matched)) return true;
    intents_.release();
  }
  return false;
}

Result<bool> Targets::next_found(const Interrupt* interrupt) {
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record, records_->next(interrupt));
    if (record == nullptr) return false;
    id_.assign(*collection_, record->document["_id"]);
    record_key_.assign(record->key);
    text_score_ = record->text_score;
    CAIRN_RETURN_IF_ERROR(lock(interrupt));
    CAIRN_ASSIGN_OR_RETURN(const bool found,
                           context_->reader().get(Family::kDoc, record_key_, document_));
    CAIRN_ASSIGN_OR_RETURN(const bool matched, still_matches(found));
    if (matched) return true;
    lost_any_ = true;
    intents_.release();
  }
}

// Whoever has them may wait for this document: so nothing is held while it waits.
Result<Targets::Locked> Targets::lock_also(std::span<const std::uint64_t> hashes,
                                           const Interrupt* interrupt) {
  if (hashes.empty()) return Locked::kAtOnce;
  if (context_->transaction != nullptr) {
    CAIRN_RETURN_IF_ERROR(context_->transaction->lock(hashes));
    return Locked::kAtOnce;
  }
  if (intents_.extend(hashes, {.on_conflict = OnConflict::kFail}).ok()) return Locked::kAtOnce;
  intents_.release();
  if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
  std::vector<std::uint64_t> all(hashes.begin(), hashes.end());
  all.push_back(id_.lock_hash());
  CAIRN_ASSIGN_OR_RETURN(intents_, lock_documents(*context_, all));
  CAIRN_ASSIGN_OR_RETURN(const bool found, read_again());
  CAIRN_ASSIGN_OR_RETURN(const bool matched, still_matches(found));
  if (matched) return Locked::kReadAgain;
  lost_any_ = true;
  intents_.release();
  return Locked::kLost;
}

// The document that has the `_id` by now; a measurement where it lay.
Result<bool> Targets::read_again() {
  if (collection_->finds_by_id()) {
    return records::get_by_id(context_->reader(), *collection_, id_, record_key_, document_);
  }
  return context_->reader().get(Family::kDoc, record_key_, document_);
}

Result<bool> Targets::still_matches(bool asked) const {
  if (!asked) return false;
  if (plan_.text == nullptr) return query_.matcher->matches(document());
  exec::TextMatch text(*plan_.text->index, plan_.text->search);
  CAIRN_ASSIGN_OR_RETURN(const bool found, text.matches(document(), exec::TextMatch::Found::kNo));
  return query_.matcher->matches(document(),
                                 found ? match::FoundByText::kYes : match::FoundByText::kNo);
}

Status Targets::lock(const Interrupt* interrupt) {
  if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
  const std::uint64_t hash = id_.lock_hash();
  CAIRN_ASSIGN_OR_RETURN(intents_, lock_documents(*context_, {&hash, 1}));
  return Status();
}

}  // namespace cairn::write
