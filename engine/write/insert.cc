#include "engine/write/insert.h"

#include "engine/records/duplicate_key.h"
#include "engine/records/record_writer.h"
#include "engine/write/capped.h"
#include "engine/write/companion.h"
#include "engine/write/pending.h"
#include "engine/write/prepare_document.h"
#include "engine/write/validation.h"

#include <cairn/interrupt_scope.h>

#include <algorithm>
#include <list>
#include <utility>
#include <vector>

namespace cairn::write {
namespace {

constexpr std::size_t kGroupDocuments = 1000;
constexpr std::size_t kGroupBytes = 4 * 1024 * 1024;

// One command: cuts the documents into groups, each locked, checked against what is there and
// committed at once.
class Insertion {
 public:
  Insertion(Context& context, Lease& lease, const WriteOptions& options, RetryTicket& ticket,
            Companion& keys)
      : context_(context), lease_(lease), options_(options), ticket_(ticket), keys_(keys) {}

  Result<InsertResult> run(std::span<const DocumentView> documents) {
    std::size_t next = 0;
    while (next < documents.size() && !stopped_) {
      if (options_.operation.interrupt != nullptr) {
        CAIRN_RETURN_IF_ERROR(options_.operation.interrupt->check());
      }
      gather(documents, next);
      if (keys_.active() && next < documents.size() && !stopped_) return too_many(documents.size());
      // An interruption ends the command and not one statement.
      if (!result_.errors.empty()) CAIRN_RETURN_IF_ERROR(InterruptScope::check());
      CAIRN_RETURN_IF_ERROR(rules().capped ? write_capped()
                                           : write_group(next == documents.size()));
    }
    const auto by_index = [](const WriteError& a, const WriteError& b) {
      return a.index < b.index;
    };
    std::sort(result_.errors.begin(), result_.errors.end(), by_index);
    if (options_.ordered && result_.errors.size() > 1) result_.errors.resize(1);
    return std::move(result_);
  }

 private:
  struct Candidate {
    std::size_t index;
    DocumentView document;
    records::IdKey id;
    records::IndexChanges changes;
  };

  // Moves documents into the group until it is full, the input ends, or an ordered command meets an
  // error.
  // Into a capped collection one by one: each may push out others, even of its own command; also
  // where the rows of a key that must stay unique are found by a scan, which does not see the unit.
  void gather(std::span<const DocumentView> documents, std::size_t& next) {
    const std::size_t most = one_by_one() ? 1 : kGroupDocuments;
    group_size_ = 0;
    group_bytes_ = 0;
    rewritten_.clear();
    group_.reserve(std::min(documents.size() - next, most));
    while (next < documents.size() && group_size_ < most && group_bytes_ < kGroupBytes) {
      const std::size_t index = next++;
      if (ticket_.outcome(options_.retry ? options_.retry->statement(index) : 0) != nullptr) {
        ++result_.inserted;
        result_.retried_statements.push_back(options_.retry->statement(index));
        continue;
      }
      buffer_.clear();
      auto prepared = prepare_document(documents[index], cluster_time(), buffer_);
      if (prepared.ok()) {
        Status checked = check_rules(*prepared);
        if (!checked.ok()) prepared = std::move(checked);
      }
      if (!prepared.ok()) {
        fail(index, prepared.take_status());
        if (stopped_) return;
        continue;
      }
      if (!buffer_.empty()) {
        const std::string& kept = rewritten_.emplace_back(std::exchange(buffer_, {}));
        prepared = records::stored_document(kept);
      }
      if (group_.size() == group_size_) group_.emplace_back();
      Candidate& candidate = group_[group_size_];
      if (indexed()) {
        Status changed = candidate.changes.insert(*lease_, *prepared);
        if (!changed.ok()) {
          fail(index, first_of(*prepared, std::move(changed)));
          if (stopped_) return;
          continue;
        }
      }
      ++group_size_;
      candidate.index = index;
      candidate.document = *prepared;
      candidate.id.assign(*lease_, (*prepared)["_id"]);
      group_bytes_ += prepared->size();
    }
  }

  // With keys, all documents are one commit.
  Status too_many(std::size_t documents) const {
    return {ErrorCode::kInvalidOptions,
            "a write with keys is one commit: these documents are too many or too large for it, or "
            "the collection takes one at a time: " +
                std::to_string(documents)};
  }
  bool keys_stay_out() const { return keys_.active() && !result_.errors.empty(); }

  // The `_id` is looked at before the keys of other indexes are made.
  Status first_of(DocumentView document, Status refused) const {
    records::IdKey id;
    id.assign(*lease_, document["_id"]);
    const auto taken = context_.reader().contains(id.family(), id.key());
    return taken.ok() && *taken ? records::duplicate_id(*lease_, document["_id"]) : refused;
  }

  const CollectionRules& rules() const { return lease_->rules(); }
  bool indexed() const { return !lease_->maintained_indexes().empty(); }
  bool one_by_one() const {
    if (rules().capped) return true;
    const auto indexes = lease_->secondary_indexes();
    return std::any_of(indexes.begin(), indexes.end(), [](const IndexEntry& index) {
      return index.refuses_duplicates() && index.record_place() == RecordPlace::kInKey;
    });
  }

  // Intents of the group's documents and of their unique keys.
  void collect_hashes() {
    hashes_.clear();
    for (std::size_t i = 0; i < group_size_; ++i) {
      hashes_.push_back(group_[i].id.lock_hash());
      if (indexed()) group_[i].changes.add_lock_hashes(hashes_);
    }
  }

  Status check_rules(DocumentView document) const {
    CAIRN_RETURN_IF_ERROR(check_measurement(rules(), document));
    return options_.bypass_document_validation
               ? Status()
               : check_inserted(context_.storage, *lease_, document);
  }

  Status write_capped() {
    if (group_size_ == 0) return Status();
    CAIRN_ASSIGN_OR_RETURN(CappedRoom room, CappedRoom::open(context_, *lease_));
    Status made = room.make(group_.front().document.size());
    if (!made.ok()) {
      fail(group_.front().index, std::move(made));
      return Status();
    }
    collect_hashes();
    room.add_hashes(hashes_);
    CAIRN_ASSIGN_OR_RETURN(Intents intents, lock_documents(context_, hashes_));
    unit_.clear();
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t written, fill(unit_, Bytes::kBorrow));
    if (written == 0) return Status();
    records::RecordWriter writer(*lease_, unit_);
    CAIRN_RETURN_IF_ERROR(room.remove(writer));
    CAIRN_RETURN_IF_ERROR(commit(written, intents));
    lease_->inserted().raise();
    return Status();
  }

  Status write_group(bool last) {
    if (group_size_ == 0) return Status();
    collect_hashes();
    CAIRN_ASSIGN_OR_RETURN(Intents intents, lock_documents(context_, hashes_));
    repeats_ = context_.transaction != nullptr || intents.hashes().size() < hashes_.size();
    if (last && may_be_pending(options_, group_bytes_)) return stage_group(std::move(intents));
    unit_.clear();
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t written, fill(unit_, Bytes::kBorrow));
    return written > 0 ? commit(written, intents) : Status();
  }

  // Puts the group into the unit; gives how many documents of it go in.
  Result<std::int64_t> fill(WriteUnit& unit, Bytes documents) {
    records::RecordWriter writer(*lease_, unit);
    std::int64_t written = 0;
    for (std::size_t i = 0; i < group_size_; ++i) {
      Candidate& candidate = group_[i];
      Status refused = check(unit, candidate);
      if (!refused.ok() && refused.code() != ErrorCode::kDuplicateKey) return refused;
      if (!refused.ok()) {
        fail(candidate.index, std::move(refused));
        if (stopped_) break;
        continue;
      }
      if (ticket_.active()) note(writer, candidate.index);
      const DocumentView document =
          documents == Bytes::kBorrow
              ? candidate.document
              : records::stored_document(unit.own(candidate.document.bytes()));
      writer.insert(candidate.id, document, indexed() ? &candidate.changes : nullptr);
      ++written;
    }
    if (written > 0) ticket_.store(unit);
    return written;
  }

  Status commit(std::int64_t written, Intents& intents) {
    if (keys_stay_out()) {
      ticket_.failed();
      return Status();
    }
    if (Status added = keys_.add_to(unit_); !added.ok()) {
      ticket_.failed();
      return added;
    }
    auto receipt = context_.commit(unit_, intents);
    if (!receipt.ok()) {
      ticket_.failed();
      return receipt.take_status();
    }
    ticket_.committed();
    keys_.committed(receipt->last_op);
    result_.inserted += written;
    result_.op_time = {receipt->last_op};
    return Status();
  }

  // REQUIRES: it is the last group: lease and ticket leave with it.
  Status stage_group(Intents intents) {
    auto pending = std::make_unique<Pending>(*options_.observer);
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t written, fill(pending->unit, Bytes::kCopy));
    if (written == 0) return Status();
    pending->hold(std::move(lease_), std::move(ticket_), std::move(intents));
    CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt,
                           context_.storage.commits().stage(std::move(pending)));
    result_.inserted += written;
    result_.op_time = {receipt.last_op};
    result_.pending = true;
    return Status();
  }

  void note(records::RecordWriter& writer, std::size_t index) {
    const std::int32_t statement = options_.retry->statement(index);
    ticket_.note(statement, document("n", 1));
    writer.set_session(ticket_.stamp(statement));
  }

  Status check(WriteUnit& unit, Candidate& candidate) {
    CAIRN_ASSIGN_OR_RETURN(const bool taken, is_taken(unit, candidate.id));
    if (taken) return records::duplicate_id(*lease_, candidate.document["_id"]);
    if (!indexed()) return Status();
    return candidate.changes.check(context_.reader(), group_size_ > 1 ? &unit : nullptr);
  }

  Result<bool> is_taken(WriteUnit& unit, const records::IdKey& id) {
    if (repeats_) {
      if (const auto written = unit.find(id.family(), id.key())) return !written->removed;
    }
    return context_.reader().contains(id.family(), id.key());
  }

  void fail(std::size_t index, Status status) {
    result_.errors.push_back({index, std::move(status)});
    stopped_ = options_.ordered || context_.transaction != nullptr;
  }

  Timestamp cluster_time() const {
    return Timestamp::from_value(context_.storage.commits().last_op());
  }

  Context& context_;
  Lease& lease_;
  const WriteOptions& options_;
  RetryTicket& ticket_;
  Companion& keys_;
  InsertResult result_;
  bool stopped_ = false;

  // The group in work; candidates are reused from group to group.
  std::vector<Candidate> group_;
  std::size_t group_size_ = 0;
  std::size_t group_bytes_ = 0;
  bool repeats_ = false;              // two of the group may have one `_id`
  std::string buffer_;                // for the next document that has to be rewritten
  std::list<std::string> rewritten_;  // those of the group; few documents are
  std::vector<std::uint64_t> hashes_;
  WriteUnit unit_;
};

}  // namespace

Result<InsertResult> insert(Context& context, const Namespace& name,
                            std::span<const DocumentView> documents, const WriteOptions& options) {
  CAIRN_ASSIGN_OR_RETURN(RetryTicket ticket, begin_command(context, options));
  CAIRN_ASSIGN_OR_RETURN(Companion keys, Companion::open(context, options, {}, ticket));
  auto leased = context.lease_or_create(name);
  if (!leased.ok() && leased.status().code() == ErrorCode::kCommandNotSupportedOnView) {
    InsertResult refused;
    const std::size_t tried = options.ordered ? 1 : documents.size();
    for (std::size_t i = 0; i < tried; ++i) refused.errors.push_back({i, leased.status()});
    return refused;
  }
  if (!leased.ok()) return leased.take_status();
  Lease lease = std::move(*leased);
  CAIRN_ASSIGN_OR_RETURN(InsertResult result,
                         Insertion(context, lease, options, ticket, keys).run(documents));
  result.keys = keys.take();
  CAIRN_RETURN_IF_ERROR(acknowledge(context, options, result.op_time.value));
  return result;
}

}  // namespace cairn::write
