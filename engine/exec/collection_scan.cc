#include "engine/exec/collection_scan.h"

#include "engine/exec/key_walk.h"
#include "engine/records/record_key.h"

namespace cairn::exec {
namespace {

class CollectionScan final : public RecordSource {
 public:
  CollectionScan(Reader reader, CollectionRef collection, Direction direction)
      : collection_(std::move(collection)),
        walk_(reader, Family::kDoc, KeyspaceRange(collection_->keyspace()).range(), direction) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const bool more, walk_.advance(*collection_, interrupt));
    if (!more) return static_cast<const Record*>(nullptr);
    ++documents_;
    record_ = {walk_.key(), records::stored_document(walk_.value())};
    return &record_;
  }
  void park() override { walk_.park(); }
  ExamineCounts examined() const override { return {0, documents_}; }

 private:
  CollectionRef collection_;
  KeyWalk walk_;
  Record record_;
  std::int64_t documents_ = 0;
};

}  // namespace

RecordSourcePtr collection_scan(Reader reader, CollectionRef collection, Direction direction) {
  return std::make_unique<CollectionScan>(reader, std::move(collection), direction);
}

}  // namespace cairn::exec
