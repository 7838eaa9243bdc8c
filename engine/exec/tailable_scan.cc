#include "engine/exec/tailable_scan.h"

#include "engine/exec/still_there.h"
#include "engine/records/record_key.h"
#include "engine/storage/keys.h"

#include <string>

namespace cairn::exec {
namespace {

class TailableScan final : public RecordSource {
 public:
  TailableScan(Reader reader, CollectionRef collection)
      : reader_(reader), collection_(std::move(collection)), range_(collection_->keyspace()) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    if (interrupt != nullptr && documents_ % kStepsPerCheck == 0) {
      CAIRN_RETURN_IF_ERROR(interrupt->check());
    }
    if (on_) {
      cursor_.next();
    } else {
      CAIRN_RETURN_IF_ERROR(resume());
    }
    if (!cursor_.valid()) {
      CAIRN_RETURN_IF_ERROR(cursor_.status());
      park();
      return static_cast<const Record*>(nullptr);
    }
    ++documents_;
    last_.assign(cursor_.key());
    record_ = {last_, records::stored_document(cursor_.value())};
    return &record_;
  }

  void park() override {
    cursor_ = KeyCursor();
    on_ = false;
  }
  ExamineCounts examined() const override { return {0, documents_}; }

 private:
  static constexpr std::int64_t kStepsPerCheck = 256;

  Status resume() {
    CAIRN_RETURN_IF_ERROR(still_there(*collection_));
    cursor_ = reader_.scan(Family::kDoc, range_.range());
    on_ = true;
    if (last_.empty()) {
      cursor_.seek_first();
      return Status();
    }
    cursor_.seek(last_);
    if (!cursor_.valid() || cursor_.key() != last_) {
      return {ErrorCode::kCappedPositionLost,
              "CollectionScan died due to position in capped collection being deleted."};
    }
    cursor_.next();
    return Status();
  }

  Reader reader_;
  CollectionRef collection_;
  KeyspaceRange range_;
  KeyCursor cursor_;
  bool on_ = false;
  std::string last_;  // the key of the document given last
  Record record_;
  std::int64_t documents_ = 0;
};

}  // namespace

RecordSourcePtr tailable_scan(Reader reader, CollectionRef collection) {
  return std::make_unique<TailableScan>(reader, std::move(collection));
}

}  // namespace cairn::exec
