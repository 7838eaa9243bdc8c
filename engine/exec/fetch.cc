#include "engine/exec/fetch.h"

#include "engine/exec/document_batch.h"
#include "engine/records/record_key.h"

#include <string>
#include <utility>
#include <vector>

namespace cairn::exec {
namespace {

class Fetch final : public RecordSource {
 public:
  Fetch(RecordSourcePtr input, ReadViewPtr view, const FetchOptions& options)
      : input_(std::move(input)),
        view_(std::move(view)),
        wanted_(options.wanted),
        measure_(options.measure) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      if (at_ == keys_.size()) {
        CAIRN_RETURN_IF_ERROR(read_keys(interrupt));
        if (keys_.empty()) return static_cast<const Record*>(nullptr);
      }
      if (!documents_.is_read()) CAIRN_RETURN_IF_ERROR(read_documents());
      const std::size_t at = at_++;
      const PinnedValue& document = documents_[at];
      if (!document.found()) continue;
      ++read_;
      if (measure_ != nullptr) ++measure_->documents;
      record_ = {keys_[at], records::stored_document(document.view())};
      return &record_;
    }
  }

  void park() override {
    documents_.forget();
    keys_.erase(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    parked_ = true;
    input_->park();
    view_->release();
  }
  ExamineCounts examined() const override {
    ExamineCounts counts = input_->examined();
    counts.documents += read_;
    return counts;
  }

 private:
  Status read_keys(const Interrupt* interrupt) {
    documents_.forget();
    keys_.clear();
    at_ = 0;
    const std::size_t most = documents_.size_of_next(wanted_);
    while (keys_.size() < most) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, input_->next(interrupt));
      if (record == nullptr) break;
      keys_.emplace_back(record->key);
    }
    wanted_ -= std::min(wanted_, keys_.size());
    return Status();
  }

  Status read_documents() {
    if (parked_) view_->suspect = true;
    return documents_.read(view_->frozen(), keys_);
  }

  RecordSourcePtr input_;
  ReadViewPtr view_;
  std::size_t wanted_;
  IndexMeasure* measure_;
  std::int64_t read_ = 0;
  std::vector<std::string> keys_;  // read ahead
  std::size_t at_ = 0;             // of those: the next one to give
  DocumentBatch documents_;        // of those
  bool parked_ = false;
  Record record_;
};

}  // namespace

RecordSourcePtr fetch(RecordSourcePtr input, ReadViewPtr view, const FetchOptions& options) {
  return std::make_unique<Fetch>(std::move(input), std::move(view), options);
}

}  // namespace cairn::exec
