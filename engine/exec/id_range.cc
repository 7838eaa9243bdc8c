// Index entries are read ahead, some at a time, and their documents together (DocumentBatch): a
// range of many documents costs much less than a Get per entry.
#include "engine/exec/id_range.h"

#include "engine/exec/document_batch.h"
#include "engine/exec/key_walk.h"
#include "engine/records/record_key.h"

#include <algorithm>
#include <string>
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
      if (!documents_.is_read()) CAIRN_RETURN_IF_ERROR(documents_.read(reader_, keys_));
      const std::size_t at = at_++;
      ++counts_.keys;
      const PinnedValue& document = documents_[at];
      if (!document.found()) continue;  // removed since the walk's view of the index
      ++counts_.documents;
      record_ = {keys_[at], records::stored_document(document.view())};
      return &record_;
    }
  }
  // The keys read ahead are kept, their documents are read again.
  void park() override {
    walk_.park();
    documents_.forget();
    keys_.erase(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
  }
  ExamineCounts examined() const override { return counts_; }

 private:
  Status read_keys(const Interrupt* interrupt) {
    keys_.clear();
    documents_.forget();
    at_ = 0;
    const std::size_t count = documents_.size_of_next(wanted_);
    while (keys_.size() < count) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, walk_.advance(*collection_, interrupt));
      if (!more) break;
      CAIRN_ASSIGN_OR_RETURN(const RecordKey key,
                             records::id_entry_record(*collection_, walk_.value()));
      keys_.emplace_back(key.view());
    }
    wanted_ -= std::min(wanted_, keys_.size());
    return Status();
  }

  Reader reader_;
  CollectionRef collection_;
  KeyWalk walk_;
  std::size_t wanted_;             // records still to be read ahead; 0: not known
  std::vector<std::string> keys_;  // read ahead, in the order of the index
  std::size_t at_ = 0;             // of keys_: the next one to give
  DocumentBatch documents_;        // of those
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
