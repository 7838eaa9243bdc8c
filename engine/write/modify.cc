#include "engine/write/modify.h"

#include "engine/records/duplicate_key.h"
#include "engine/records/record_writer.h"
#include "engine/write/capped.h"
#include "engine/write/executor_error.h"
#include "engine/write/prepare_document.h"
#include "engine/write/target.h"
#include "engine/write/time_series.h"
#include "engine/write/validation.h"

#include <fmt/format.h>

namespace cairn::write {
namespace {

class Modification {
 public:
  Modification(Context& context, const ModifyRequest& request, RetryTicket& ticket)
      : context_(context), request_(request), ticket_(ticket) {}

  // One attempt over the documents there are. True if the statement is done.
  Result<bool> attempt(const Lease& lease) {
    CAIRN_ASSIGN_OR_RETURN(Targets targets, Targets::open(context_, lease.ref(),
                                                          {.matcher = request_.matcher,
                                                           .sort = request_.sort,
                                                           .hint = request_.hint,
                                                           .first_only = !request_.multi},
                                                          request_.interrupt));
    auto done = change_all(*lease, targets);
    if (!done.ok()) return executor_error(request_.command, done.status());
    return done;
  }

  // Inserts what the filter and the update make. False if another writer was first: try again.
  Result<bool> upsert(const Lease& lease) {
    auto done = insert(lease);
    if (!done.ok()) return executor_error(request_.command, done.status());
    return done;
  }

  ModifyResult take() { return std::move(result_); }

 private:
  Result<bool> change_all(const CollectionEntry& collection, Targets& targets) {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, targets.next(request_.interrupt));
      if (!more) break;
      CAIRN_ASSIGN_OR_RETURN(const bool done, change(collection, targets));
      if (done && !request_.multi) return true;
    }
    return request_.multi || !targets.lost_any();
  }

  Result<Document> upserted() const {
    if (!request_.supplied.empty()) return Document(request_.supplied);
    return request_.update->upsert(request_.filter, apply_context());
  }

  Result<bool> insert(const Lease& lease) {
    CAIRN_ASSIGN_OR_RETURN(const Document made, upserted());
    CAIRN_RETURN_IF_ERROR(check_nesting(made));
    std::string buffer;
    CAIRN_ASSIGN_OR_RETURN(
        const DocumentView document,
        prepare_document(made, apply_context().cluster_time, buffer, EmptyTimestamps::kKeep));
    if (!request_.bypass_document_validation) {
      CAIRN_RETURN_IF_ERROR(check_inserted(context_.storage, *lease, document));
    }
    if (!lease->rules().capped) return insert_document(lease, document, nullptr);
    CAIRN_ASSIGN_OR_RETURN(CappedRoom room, CappedRoom::open(context_, *lease));
    CAIRN_RETURN_IF_ERROR(room.make(document.size()));
    auto inserted = insert_document(lease, document, &room);
    lease->inserted().raise();
    return inserted;
  }

  Result<bool> insert_document(const Lease& lease, DocumentView document, CappedRoom* room) {
    records::IdKey id;
    id.assign(*lease, document["_id"]);
    std::vector<std::uint64_t> hashes{id.lock_hash()};
    const bool indexed = !lease->maintained_indexes().empty();
    if (indexed) {
      CAIRN_RETURN_IF_ERROR(changes_.insert(*lease, document));
      changes_.add_lock_hashes(hashes);
    }
    if (room != nullptr) room->add_hashes(hashes);
    CAIRN_ASSIGN_OR_RETURN(Intents intents, lock_documents(context_, hashes));
    std::string record_key;
    PinnedValue existing;
    CAIRN_ASSIGN_OR_RETURN(const bool taken,
                           records::get_by_id(context_.reader(), *lease, id, record_key, existing));
    if (taken) {
      return lost_race(existing, records::duplicate_id(*lease, document["_id"]));
    }
    if (indexed) {
      Status checked = changes_.check(context_.reader(), nullptr);
      if (checked.code() == ErrorCode::kDuplicateKey) {
        CAIRN_RETURN_IF_ERROR(
            context_.reader().get(Family::kDoc, changes_.holder(), existing).status());
        return lost_race(existing, std::move(checked));
      }
      CAIRN_RETURN_IF_ERROR(std::move(checked));
    }
    result_.outcome.upserted_id = Value(document["_id"]);
    keep_after(document);
    WriteUnit unit;
    records::RecordWriter writer(*lease, unit);
    stamp(writer, unit);
    writer.insert(id, document, indexed ? &changes_ : nullptr);
    if (room != nullptr) CAIRN_RETURN_IF_ERROR(room->remove(writer));
    CAIRN_RETURN_IF_ERROR(commit(unit, intents));
    return true;
  }

  // Only a document that the filter would now find is another writer's upsert of the same: then
  // false. Otherwise `refused`.
  Result<bool> lost_race(const PinnedValue& existing, Status refused) const {
    if (!existing.found()) return false;
    CAIRN_ASSIGN_OR_RETURN(const bool found,
                           request_.matcher->matches(records::stored_document(existing.view())));
    if (found) return false;
    return refused;
  }

  // False: the document is not what it was when it was found; there is nothing to do for it.
  Result<bool> change(const CollectionEntry& collection, Targets& targets) {
    const bool indexed = !collection.maintained_indexes().empty();
    while (true) {
      const DocumentView before = targets.document();
      CAIRN_ASSIGN_OR_RETURN(const bool modified,
                             request_.update->apply(before, apply_context(), after_));
      const DocumentView after = modified ? records::stored_document(after_) : before;
      if (modified) CAIRN_RETURN_IF_ERROR(check_result(collection, before, after));
      if (modified && indexed) {
        CAIRN_RETURN_IF_ERROR(changes_.replace(collection, before, after));
        hashes_.clear();
        changes_.add_lock_hashes(hashes_);
        CAIRN_ASSIGN_OR_RETURN(const Targets::Locked locked,
                               targets.lock_also(hashes_, request_.interrupt));
        if (locked == Targets::Locked::kLost) return false;
        if (locked == Targets::Locked::kReadAgain) continue;
        CAIRN_RETURN_IF_ERROR(changes_.check(context_.reader(), nullptr));
      }
      CAIRN_RETURN_IF_ERROR(write_change(collection, targets, {before, after, modified}));
      return true;
    }
  }

  Status check_result(const CollectionEntry& collection, DocumentView before,
                      DocumentView after) const {
    if (!request_.bypass_document_validation) {
      CAIRN_RETURN_IF_ERROR(check_updated(context_.storage, collection, before, after));
    }
    if (after.size() > kMaxDocumentBytes) {
      return {ErrorCode::kBSONObjectTooLarge,
              fmt::format("Resulting document after update is larger than {}", kMaxDocumentBytes)};
    }
    return check_nesting(after);
  }

  struct Change {
    DocumentView before;
    DocumentView after;
    bool modified;
  };

  Status write_change(const CollectionEntry& collection, Targets& targets, const Change& change) {
    ++result_.outcome.matched;
    if (request_.images != nullptr) request_.images->text_score = targets.text_score();
    if (request_.images != nullptr && request_.images->keep_before) {
      request_.images->before = Document(change.before);
    }
    keep_after(change.after);
    if (!change.modified && !ticket_.active() && !has_keys()) return Status();
    WriteUnit unit;
    records::RecordWriter writer(collection, unit);
    if (change.modified) ++result_.outcome.modified;
    stamp(writer, unit);
    if (change.modified) {
      request_.update->delta(change.before, change.after, delta_);
      writer.replace(targets.record_key(), change.before, change.after, delta_,
                     collection.maintained_indexes().empty() ? nullptr : &changes_);
    }
    return commit(unit, targets.intents());
  }

  void stamp(records::RecordWriter& writer, WriteUnit& unit) {
    if (!ticket_.active()) return;
    ticket_.note(request_.statement, request_.outcome(result_.outcome, request_.images));
    ticket_.store(unit);
    writer.set_session(ticket_.stamp(request_.statement));
  }

  bool has_keys() const { return request_.keys != nullptr && request_.keys->active(); }

  Status commit(WriteUnit& unit, Intents& intents) {
    if (Status added = has_keys() ? request_.keys->add_to(unit) : Status(); !added.ok()) {
      ticket_.failed();
      return added;
    }
    if (unit.empty()) {
      if (has_keys()) request_.keys->committed(0);
      return Status();
    }
    auto receipt = context_.commit(unit, intents);
    if (!receipt.ok()) {
      ticket_.failed();
      return receipt.take_status();
    }
    ticket_.committed();
    if (has_keys()) request_.keys->committed(receipt->last_op);
    result_.op = receipt->last_op;
    return Status();
  }

  void keep_after(DocumentView after) {
    if (request_.images != nullptr && request_.images->keep_after) {
      request_.images->after = Document(after);
    }
  }

  update::ApplyContext apply_context() const {
    return {.now = Date::now(),
            .cluster_time = Timestamp::from_value(context_.storage.commits().last_op()),
            .matcher = request_.matcher};
  }

  Context& context_;
  const ModifyRequest& request_;
  RetryTicket& ticket_;
  ModifyResult result_;
  std::string after_;
  std::string delta_;
  records::IndexChanges changes_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace

Result<ModifyResult> modify(Context& context, const Namespace& name, const ModifyRequest& request,
                            RetryTicket& ticket) {
  Modification modification(context, request, ticket);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    Lease lease;
    if (request.upsert) {
      CAIRN_ASSIGN_OR_RETURN(lease, context.lease_or_create(name));
    } else {
      auto there = context.lease(name);
      if (!there.ok() && there.status().code() == ErrorCode::kNamespaceNotFound) break;
      if (!there.ok()) return there.take_status();
      lease = std::move(*there);
    }
    if (lease->rules().time_series()) {
      CAIRN_RETURN_IF_ERROR(check_series_update(lease->rules(), {.filter = request.filter,
                                                                 .update = request.specification,
                                                                 .multi = request.multi,
                                                                 .upsert = request.upsert}));
    }
    CAIRN_ASSIGN_OR_RETURN(const bool done, modification.attempt(lease));
    ModifyResult result = modification.take();
    if (result.outcome.matched > 0 || (done && !request.upsert)) return result;
    if (!done) continue;
    CAIRN_ASSIGN_OR_RETURN(const bool inserted, modification.upsert(lease));
    if (inserted) return modification.take();
  }
  if (!request.upsert) return ModifyResult{};
  return Status(ErrorCode::kWriteConflict, "an upsert lost too many races for its document");
}

}  // namespace cairn::write
