#include "engine/exec/id_range.h"

#include "engine/exec/key_walk.h"
#include "engine/records/record_key.h"

namespace cairn::exec {
namespace {

Family id_family(const CollectionEntry& collection) {
  return collection.definition().clustered ? Family::kDoc : Family::kIdx;
}

class IdRange final : public RecordSource {
 public:
  IdRange(Reader reader, CollectionRef collection, KeyRange range, Direction direction)
      : reader_(reader),
        collection_(std::move(collection)),
        walk_(reader, id_family(*collection_), range, direction) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, walk_.advance(*collection_, interrupt));
      if (!more) return static_cast<const Record*>(nullptr);
      ++counts_.keys;
      CAIRN_ASSIGN_OR_RETURN(const bool found, fetch());
      if (!found) continue;  // removed since the walk's view of the index
      ++counts_.documents;
      return &record_;
    }
  }
  void park() override {
    walk_.park();
    document_.reset();
  }
  ExamineCounts examined() const override { return counts_; }

 private:
  Result<bool> fetch() {
    if (collection_->definition().clustered) {
      record_ = {walk_.key(), records::stored_document(walk_.value())};
      return true;
    }
    CAIRN_ASSIGN_OR_RETURN(const RecordKey key,
                           records::id_entry_record(*collection_, walk_.value()));
    key_.assign(key.view());
    CAIRN_ASSIGN_OR_RETURN(const bool found, reader_.get(Family::kDoc, key_, document_));
    if (found) record_ = {key_, records::stored_document(document_.view())};
    return found;
  }

  Reader reader_;
  CollectionRef collection_;
  KeyWalk walk_;
  std::string key_;
  PinnedValue document_;
  Record record_;
  ExamineCounts counts_;
};

}  // namespace

RecordSourcePtr id_range(Reader reader, CollectionRef collection, KeyRange range,
                         Direction direction) {
  return std::make_unique<IdRange>(reader, std::move(collection), range, direction);
}

}  // namespace cairn::exec
