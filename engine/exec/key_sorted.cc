#include "engine/exec/key_sorted.h"

#include <array>
#include <cstring>
#include <optional>

namespace cairn::exec {
namespace {

// Whether there is a score, and its bytes.
constexpr std::size_t kScoreBytes = 1 + sizeof(double);

std::string_view score_bytes(const Record& record, std::array<char, kScoreBytes>& bytes) {
  const double score = record.text_score.value_or(0);
  bytes[0] = record.text_score ? 1 : 0;
  std::memcpy(bytes.data() + 1, &score, sizeof score);
  return {bytes.data(), bytes.size()};
}

std::optional<double> read_score(std::string_view bytes) {
  double score = 0;
  std::memcpy(&score, bytes.data() + 1, sizeof score);
  return bytes[0] == 0 ? std::nullopt : std::optional(score);
}

}  // namespace

KeySorted::KeySorted(RecordSourcePtr input, const SortOptions& options, std::string_view too_large)
    : input_(std::move(input)),
      sorter_({.wanted = static_cast<std::size_t>(options.wanted),
               .spill = options.spill,
               .too_large = too_large}) {}

Result<const Record*> KeySorted::next(const Interrupt* interrupt) {
  if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
  CAIRN_ASSIGN_OR_RETURN(const bool more, sorter_.next(interrupt));
  if (!more) return static_cast<const Record*>(nullptr);
  const std::string_view payload = sorter_.payload();
  record_.document = DocumentView(reinterpret_cast<const std::uint8_t*>(payload.data()));
  record_.text_score = read_score(payload.substr(record_.document.size()));
  record_.key = payload.substr(record_.document.size() + kScoreBytes);
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
  std::array<char, kScoreBytes> score;
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const Record* record, input_->next(interrupt));
    if (record == nullptr) break;
    key.clear();
    CAIRN_ASSIGN_OR_RETURN(const bool kept, append_key(*record, key));
    if (!kept || !sorter_.wants(key)) continue;
    CAIRN_RETURN_IF_ERROR(sorter_.add(
        key, {record->document.bytes(), score_bytes(*record, score), record->key}, interrupt));
  }
  examined_ = input_->examined();
  input_.reset();
  return Status();
}

}  // namespace cairn::exec
