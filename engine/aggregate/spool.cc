#include "engine/aggregate/spool.h"

namespace cairn::aggregate {
namespace {

constexpr std::size_t kSpoolChunkBytes = 1 << 20;

DocumentView document_at(const char* bytes) {
  return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes));
}

}  // namespace

class SpoolReader final : public Stream {
 public:
  explicit SpoolReader(const Spool& spool) : spool_(spool) {
    if (spool.file_) spilled_.emplace(*spool.file_, spool.run_);
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (++steps_ % 256 == 0 && interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
    while (chunk_ < spool_.chunks_.size() && at_ == spool_.chunks_[chunk_].size()) {
      ++chunk_;
      at_ = 0;
    }
    if (chunk_ < spool_.chunks_.size()) {
      const DocumentView document = document_at(spool_.chunks_[chunk_].data() + at_);
      at_ += document.size();
      return std::optional<DocumentView>(document);
    }
    if (!spilled_) return std::optional<DocumentView>();
    CAIRN_ASSIGN_OR_RETURN(const bool more, spilled_->next());
    if (!more) return std::optional<DocumentView>();
    return std::optional<DocumentView>(document_at(spilled_->record().data()));
  }
  void park() override {}

 private:
  const Spool& spool_;
  std::size_t chunk_ = 0;
  std::size_t at_ = 0;
  std::optional<SpillReader> spilled_;
  std::uint32_t steps_ = 0;
};

Status Spool::add(DocumentView document) {
  const std::string_view bytes = document.bytes();
  if (file_) return file_->append({bytes});
  if (bytes_ + bytes.size() > options_.memory_bytes) {
    if (options_.spill == nullptr) {
      return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
              std::string(options_.too_large)};
    }
    CAIRN_ASSIGN_OR_RETURN(file_, options_.spill->create());
    return file_->append({bytes});
  }
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < bytes.size()) {
    chunks_.emplace_back().reserve(std::max(kSpoolChunkBytes, bytes.size()));
  }
  chunks_.back().append(bytes);
  bytes_ += bytes.size();
  return Status();
}

Status Spool::finish() {
  if (!file_) return Status();
  CAIRN_ASSIGN_OR_RETURN(run_, file_->finish_run());
  return Status();
}

// What came once memory was full went to disk as it came.
exec::HeldMeasure Spool::held() const {
  exec::HeldMeasure held{.bytes = static_cast<std::int64_t>(bytes_)};
  if (!file_) return held;
  held.spills = 1;
  held.spilled_records = static_cast<std::int64_t>(run_.records);
  held.storage_bytes = static_cast<std::int64_t>(run_.bytes);
  held.spilled_bytes = held.storage_bytes;  // nothing is compressed
  return held;
}

StreamPtr Spool::read() const { return std::make_unique<SpoolReader>(*this); }

}  // namespace cairn::aggregate
