// Index entries are read ahead, some at a time, and their documents with one sorted MultiGet, which
// opens each block of the table files once: a range of many documents costs much less than a Get
// per entry. Where it is not known how many are wanted, the first reads are small.
#include "engine/exec/id_range.h"

#include "engine/exec/key_walk.h"
#include "engine/exec/read_ahead.h"
#include "engine/records/record_key.h"

#include <algorithm>
#include <vector>

namespace cairn::exec {
namespace {

// A clustered collection: the range's entries are the documents.
class ClusteredRange final : public RecordSource {
 public:
  ClusteredRange(Reader reader, CollectionRef collection, KeyRange range, Direction direction)
      : collection_(std::move(collection)), walk_(reader, Family::kDoc, range, direction) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const bool more, walk_.advance(*collection_, interrupt));
    if (!more) return static_cast<const Record*>(nullptr);
    ++examined_;
    record_ = {walk_.key(), records::stored_document(walk_.value())};
    return &record_;
  }
  void park() override { walk_.park(); }
  ExamineCounts examined() const override { return {examined_, examined_}; }

 private:
  CollectionRef collection_;
  KeyWalk walk_;
  Record record_;
  std::int64_t examined_ = 0;
};

class IdRange final : public RecordSource {
 public:
  IdRange(Reader reader, CollectionRef collection, KeyRange range, Direction direction,
          std::size_t wanted)
      : reader_(reader),
        collection_(std::move(collection)),
        walk_(reader, Family::kIdx, range, direction),
        wanted_(wanted) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      if (at_ == keys_.size()) {
        CAIRN_RETURN_IF_ERROR(read_keys(interrupt));
        if (keys_.empty()) return static_cast<const Record*>(nullptr);
      }
      if (documents_.empty()) CAIRN_RETURN_IF_ERROR(read_documents());
      const std::size_t at = at_++;
      ++counts_.keys;
      const PinnedValue& document = documents_[place_[at]];
      if (!document.found()) continue;  // removed since the walk's view of the index
      ++counts_.documents;
      record_ = {keys_[at].view(), records::stored_document(document.view())};
      return &record_;
    }
  }
  // The keys read ahead are kept, their documents are read again.
  void park() override {
    walk_.park();
    documents_.clear();
    keys_.erase(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
  }
  ExamineCounts examined() const override { return counts_; }

 private:
  Status read_keys(const Interrupt* interrupt) {
    keys_.clear();
    documents_.clear();
    at_ = 0;
    const std::size_t count = wanted_ > 0 ? std::min(wanted_, most_) : ahead_;
    while (keys_.size() < count) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, walk_.advance(*collection_, interrupt));
      if (!more) break;
      CAIRN_ASSIGN_OR_RETURN(const RecordKey key,
                             records::id_entry_record(*collection_, walk_.value()));
      keys_.push_back(key);
    }
    wanted_ -= std::min(wanted_, keys_.size());
    return Status();
  }

  Status read_documents() {
    sort_keys();
    documents_.resize(keys_.size());
    CAIRN_RETURN_IF_ERROR(reader_.multi_get(Family::kDoc, sorted_, documents_));
    std::size_t bytes = 0;
    for (const PinnedValue& document : documents_) bytes += document.size();
    const std::size_t of_such = documents_.size() * kBytesAhead / std::max<std::size_t>(bytes, 1);
    most_ = std::clamp<std::size_t>(of_such, 1, kMostAhead);
    ahead_ = std::min(2 * ahead_, most_);
    return Status();
  }

  void sort_keys() {
    order_.resize(keys_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
    std::sort(order_.begin(), order_.end(),
              [this](std::size_t a, std::size_t b) { return keys_[a].view() < keys_[b].view(); });
    sorted_.clear();
    place_.resize(keys_.size());
    for (const std::size_t i : order_) {
      place_[i] = sorted_.size();
      sorted_.push_back(keys_[i].view());
    }
  }

  Reader reader_;
  CollectionRef collection_;
  KeyWalk walk_;
  std::size_t wanted_;             // records still to be read ahead; 0: not known
  std::size_t most_ = kMostAhead;  // to read at once, for documents like the last ones
  std::size_t ahead_ = 1;          // how many to read next
  std::vector<RecordKey> keys_;    // read ahead, in the order of the index
  std::size_t at_ = 0;             // of keys_: the next one to give
  // In the order of the documents' keys; empty: not read.
  std::vector<PinnedValue> documents_;
  std::vector<std::string_view> sorted_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> place_;  // of a key's document in documents_
  Record record_;
  ExamineCounts counts_;
};

}  // namespace

RecordSourcePtr id_range(Reader reader, CollectionRef collection, KeyRange range,
                         Direction direction, std::size_t wanted) {
  if (collection->definition().clustered) {
    return std::make_unique<ClusteredRange>(reader, std::move(collection), range, direction);
  }
  return std::make_unique<IdRange>(reader, std::move(collection), range, direction, wanted);
}

}  // namespace cairn::exec
