#include "engine/exec/key_sorted.h"

#include <array>
#include <cstring>
#include <optional>

namespace cairn::exec {
namespace {

// What a record has beside its document: which of it there is, and its score.
constexpr std::size_t kBesideBytes = 1 + sizeof(double);
constexpr char kHasScore = 1;
constexpr char kHasIndexKey = 2;

std::string_view beside_bytes(const Record& record, std::array<char, kBesideBytes>& bytes) {
  const double score = record.text_score.value_or(0);
  bytes[0] = record.text_score ? kHasScore : 0;
  if (!record.index_key.empty()) bytes[0] |= kHasIndexKey;
  std::memcpy(bytes.data() + 1, &score, sizeof score);
  return {bytes.data(), bytes.size()};
}

DocumentView document_at(std::string_view bytes) {
  return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

std::string_view index_key_bytes(const Record& record) {
  return record.index_key.empty() ? std::string_view() : record.index_key.bytes();
}

// From what `read_all` has written.
void read_record(std::string_view payload, Record& record) {
  record.document = document_at(payload);
  payload.remove_prefix(record.document.size());
  const char has = payload.front();
  double score = 0;
  std::memcpy(&score, payload.data() + 1, sizeof score);
  record.text_score = (has & kHasScore) == 0 ? std::nullopt : std::optional(score);
  payload.remove_prefix(kBesideBytes);
  record.index_key = {};
  if ((has & kHasIndexKey) != 0) {
    record.index_key = document_at(payload);
    payload.remove_prefix(record.index_key.size());
  }
  record.key = payload;
}

}  // namespace

KeySorted::KeySorted(RecordSourcePtr input, const SortOptions& options, std::string_view too_large)
    : input_(std::move(input)),
      sorter_({.wanted = static_cast<std::size_t>(options.wanted),
               .spill = options.spill,
               .too_large = too_large}),
      held_(options.held) {}

KeySorted::~KeySorted() {
  if (held_ != nullptr) *held_ += sorter_.held();
}

Result<const Record*> KeySorted::next(const Interrupt* interrupt) {
  if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
  CAIRN_ASSIGN_OR_RETURN(const bool more, sorter_.next(interrupt));
  if (!more) return static_cast<const Record*>(nullptr);
  read_record(sorter_.payload(), record_);
  return &record_;
}

void KeySorted::park() {
  if (input_ != nullptr) input_->park();
}

ExamineCounts KeySorted::examined() const {
  return input_ != nullptr ? input_->examined() : examined_;
}

Status KeySorted::read_all(const Interrupt* interrupt) {
  std::string key;
  std::array<char, kBesideBytes> beside;
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const Record* record, input_->next(interrupt));
    if (record == nullptr) break;
    key.clear();
    CAIRN_ASSIGN_OR_RETURN(const bool kept, append_key(*record, key));
    if (!kept || !sorter_.wants(key)) continue;
    CAIRN_RETURN_IF_ERROR(sorter_.add(key,
                                      {record->document.bytes(), beside_bytes(*record, beside),
                                       index_key_bytes(*record), record->key},
                                      interrupt));
  }
  examined_ = input_->examined();
  input_.reset();
  return Status();
}

}  // namespace cairn::exec
