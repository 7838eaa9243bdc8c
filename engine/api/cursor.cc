#include "engine/api/operate.h"

#include <cairn/cursor.h>

namespace cairn {

Result<std::optional<DocumentView>> Cursor::next(const Interrupt* interrupt) {
  if (source_ == nullptr) return std::optional<DocumentView>();
  auto document = api::operate(interrupt, [&] { return source_->next(interrupt); });
  const bool ended = document.ok() && !document->has_value() && !source_->tailable();
  if (!document.ok() || ended) source_.reset();
  return document;
}

void Cursor::park() {
  if (source_ != nullptr) source_->park();
}

Status Cursor::wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) {
  if (source_ == nullptr) return Status();
  source_->park();
  return source_->wait(until, interrupt);
}

}  // namespace cairn
