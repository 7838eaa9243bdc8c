#include "engine/write/modify.h"

#include "engine/records/record_writer.h"
#include "engine/write/capped.h"
#include "engine/write/duplicate_key.h"
#include "engine/write/executor_error.h"
#include "engine/write/prepare_document.h"
#include "engine/write/target.h"
#include "engine/write/time_series.h"
#include "engine/write/validation.h"

#include <fmt/format.h>

namespace cairn::write {
namespace {

// How often an upsert that loses the race for its `_id`, or a single update whose documents all
// changed under it, starts again before it gives up.
constexpr int kMaxAttempts = 100;

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
                                                           .first_only = !request_.multi}));
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
      CAIRN_RETURN_IF_ERROR(change(collection, targets));
      if (!request_.multi) return true;
    }
    return request_.multi || !targets.lost_any();
  }

  Result<bool> insert(const Lease& lease) {
    CAIRN_ASSIGN_OR_RETURN(const Document made,
                           request_.update->upsert(request_.filter, apply_context()));
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
    if (room != nullptr) room->add_hashes(hashes);
    CAIRN_ASSIGN_OR_RETURN(Intents intents, lock_documents(context_, hashes));
    std::string record_key;
    PinnedValue existing;
    CAIRN_ASSIGN_OR_RETURN(const bool taken, records::get_by_id(context_.storage.latest(), *lease,
                                                                id, record_key, existing));
    if (taken) {
      // Only a document that the filter would now find is another writer's upsert of the same.
      CAIRN_ASSIGN_OR_RETURN(const bool found,
                             request_.matcher->matches(records::stored_document(existing.view())));
      if (found) return false;
      return duplicate_key(lease->full_name(), "_id_", cairn::document("_id", 1),
                           cairn::document("_id", document["_id"]));
    }
    result_.outcome.upserted_id = Value(document["_id"]);
    keep_after(document);
    WriteUnit unit;
    records::RecordWriter writer(*lease, unit);
    stamp(writer, unit);
    writer.insert(id, document);
    if (room != nullptr) CAIRN_RETURN_IF_ERROR(room->remove(writer));
    CAIRN_RETURN_IF_ERROR(commit(unit, intents));
    return true;
  }

  Status change(const CollectionEntry& collection, Targets& targets) {
    const DocumentView before = targets.document();
    CAIRN_ASSIGN_OR_RETURN(const bool modified,
                           request_.update->apply(before, apply_context(), after_));
    ++result_.outcome.matched;
    if (request_.images != nullptr && request_.images->keep_before) {
      request_.images->before = Document(before);
    }
    const DocumentView after = modified ? records::stored_document(after_) : before;
    keep_after(after);
    if (!modified && !ticket_.active()) return Status();

    if (modified && !request_.bypass_document_validation) {
      CAIRN_RETURN_IF_ERROR(check_updated(context_.storage, collection, before, after));
    }
    WriteUnit unit;
    records::RecordWriter writer(collection, unit);
    if (modified) {
      if (after.size() > kMaxDocumentBytes) {
        return {
            ErrorCode::kBSONObjectTooLarge,
            fmt::format("Resulting document after update is larger than {}", kMaxDocumentBytes)};
      }
      CAIRN_RETURN_IF_ERROR(check_nesting(after));
      ++result_.outcome.modified;
    }
    stamp(writer, unit);
    if (modified) writer.replace(targets.record_key(), before, after);
    return commit(unit, targets.intents());
  }

  void stamp(records::RecordWriter& writer, WriteUnit& unit) {
    if (!ticket_.active()) return;
    ticket_.note(request_.statement, request_.outcome(result_.outcome, request_.images));
    ticket_.store(unit);
    writer.set_session(ticket_.stamp(request_.statement));
  }

  Status commit(WriteUnit& unit, Intents& intents) {
    if (unit.empty()) return Status();
    auto receipt = context_.storage.commits().commit(unit, &intents);
    if (!receipt.ok()) {
      ticket_.failed();
      return receipt.take_status();
    }
    ticket_.committed();
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
};

}  // namespace

Result<ModifyResult> modify(Context& context, const Namespace& name, const ModifyRequest& request,
                            RetryTicket& ticket) {
  Modification modification(context, request, ticket);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    Lease lease;
    if (request.upsert) {
      CAIRN_ASSIGN_OR_RETURN(lease, context.catalog.lease_or_create(name));
    } else {
      auto there = context.catalog.lease(name);
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
