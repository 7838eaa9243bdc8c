#include "engine/aggregate/spool.h"

#include "engine/aggregate/metadata_bytes.h"

#include <algorithm>

namespace cairn::aggregate {
namespace {

constexpr std::size_t kSpoolChunkBytes = 1 << 20;

constexpr std::string_view kNoMetadata("\0\0\0\0", 4);

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
      const DocumentView document = take(std::string_view(spool_.chunks_[chunk_]).substr(at_));
      at_ += taken_;
      return std::optional<DocumentView>(document);
    }
    if (!spilled_) return std::optional<DocumentView>();
    CAIRN_ASSIGN_OR_RETURN(const bool more, spilled_->next());
    if (!more) return std::optional<DocumentView>();
    return std::optional<DocumentView>(take(spilled_->record()));
  }
  const expr::Metadata* metadata() const override { return metadata_ ? &*metadata_ : nullptr; }
  void park() override {}

 private:
  // The document at the beginning of `bytes`, with what is known of it.
  DocumentView take(std::string_view bytes) {
    const DocumentView document = document_at(bytes.data());
    taken_ = document.size();
    if (!spool_.options_.keeps_metadata) return document;
    const std::string_view beside = bytes.substr(taken_);
    metadata_.reset();
    if (beside.starts_with(kNoMetadata)) {
      taken_ += kNoMetadata.size();
      return document;
    }
    metadata_ = read_metadata(document_at(beside.data()));
    taken_ += document_at(beside.data()).size();
    return document;
  }

  const Spool& spool_;
  std::size_t chunk_ = 0;
  std::size_t at_ = 0;
  std::size_t taken_ = 0;  // bytes of the document read last
  std::optional<expr::Metadata> metadata_;
  std::optional<SpillReader> spilled_;
  std::uint32_t steps_ = 0;
};

Status Spool::add(DocumentView document, const expr::Metadata* metadata) {
  const std::string_view bytes = document.bytes();
  if (options_.keeps_metadata) {
    beside_.assign(metadata == nullptr ? kNoMetadata : std::string_view());
    append_metadata(metadata, beside_);
  }
  if (file_) return file_->append({bytes, beside_});
  const std::size_t size = bytes.size() + beside_.size();
  if (bytes_ + size > options_.memory_bytes) {
    if (options_.spill == nullptr) {
      return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
              std::string(options_.too_large)};
    }
    CAIRN_ASSIGN_OR_RETURN(file_, options_.spill->create());
    return file_->append({bytes, beside_});
  }
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < size) {
    chunks_.emplace_back().reserve(std::max(kSpoolChunkBytes, size));
  }
  chunks_.back().append(bytes).append(beside_);
  bytes_ += size;
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
