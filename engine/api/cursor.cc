#include <cairn/cursor.h>

namespace cairn {

Result<std::optional<DocumentView>> Cursor::next(const Interrupt* interrupt) {
  if (source_ == nullptr) return std::optional<DocumentView>();
  auto document = source_->next(interrupt);
  if (!document.ok() || !document->has_value()) source_.reset();
  return document;
}

void Cursor::park() {
  if (source_ != nullptr) source_->park();
}

}  // namespace cairn
