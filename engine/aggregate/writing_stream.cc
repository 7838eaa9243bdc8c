#include "engine/aggregate/writing_stream.h"

#include "engine/aggregate/made_size.h"

namespace cairn::aggregate {

Result<std::optional<DocumentView>> WritingStream::next(const Interrupt* interrupt) {
  if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(write_all(interrupt));
  return std::optional<DocumentView>();
}

Status WritingStream::write_all(const Interrupt* interrupt) {
  if (environment_.explaining) return drain(std::move(input_), interrupt);
  CAIRN_RETURN_IF_ERROR(begin(interrupt));
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (document) {
      CAIRN_RETURN_IF_ERROR(check_made_size(*document));
      CAIRN_RETURN_IF_ERROR(gather(*document));
    }
    if (batch_.full() || (!document && !batch_.empty())) {
      CAIRN_RETURN_IF_ERROR(write_batch(interrupt));
      batch_.clear();
    }
    if (!document) break;
  }
  input_.reset();
  return end();
}

}  // namespace cairn::aggregate
