#include "engine/exec/index_walk.h"

#include "engine/exec/still_there.h"

#include <algorithm>

namespace cairn::exec {

IndexWalk::IndexWalk(ReadViewPtr view, CollectionRef collection, const plan::IndexScan& scan,
                     ScanMeasure& measure)
    : view_(std::move(view)),
      collection_(std::move(collection)),
      scan_(scan),
      measure_(measure),
      ranges_(scan),
      directions_(component_directions(*scan.index)) {}

Result<bool> IndexWalk::advance(const Interrupt* interrupt) {
  if (state_ == State::kEnded) return false;
  if (interrupt != nullptr && steps_++ % kStepsPerCheck == 0) {
    CAIRN_RETURN_IF_ERROR(interrupt->check());
  }
  if (ranges_.spans().empty()) return end();
  if (state_ != State::kOn) {
    CAIRN_RETURN_IF_ERROR(resume());
  } else if (leaves_) {
    cursor_.seek(target_);
    ++measure_.seeks;
  } else {
    cursor_.next();
  }
  leaves_ = false;
  return settle();
}

void IndexWalk::leave_values(std::size_t fields) {
  std::vector<std::size_t> ends;
  if (!component_ends(components(), directions_, ends)) return;
  target_.assign(cursor_.key().substr(0, sizeof(Keyspace) + ends[fields - 1]));
  target_.push_back(static_cast<char>(
      scan_.direction == Direction::kForward ? key::Terminator::kGreater : key::Terminator::kLess));
  leaves_ = true;
}

void IndexWalk::park(GoOn go_on) {
  if (state_ != State::kOn) return;
  go_on_ = go_on;
  parked_at_.assign(leaves_ ? std::string_view(target_) : cursor_.key());
  cursor_ = KeyCursor();
  state_ = State::kParked;
}

Status IndexWalk::resume() {
  const KeyRange whole{ranges_.spans().front().lower, ranges_.spans().back().upper};
  cursor_ = view_->frozen().scan(Family::kIdx, whole, {.direction = scan_.direction});
  ++measure_.seeks;
  if (state_ == State::kNew) {
    span_ = scan_.direction == Direction::kForward ? 0 : ranges_.spans().size() - 1;
    cursor_.seek_first();
  } else {
    CAIRN_RETURN_IF_ERROR(still_there(*collection_, *scan_.index));
    cursor_.seek(parked_at_);
    if (go_on_ == GoOn::kBehindEntry && cursor_.valid() && cursor_.key() == parked_at_) {
      cursor_.next();
    }
  }
  state_ = State::kOn;
  return Status();
}

bool IndexWalk::end() {
  state_ = State::kEnded;
  measure_.ended = true;
  cursor_ = KeyCursor();
  return false;
}

Result<bool> IndexWalk::settle() {
  CAIRN_ASSIGN_OR_RETURN(const bool found, find());
  if (!found) return false;
  CAIRN_ASSIGN_OR_RETURN(
      row_, records::read_index_row(*collection_, *scan_.index, cursor_.key(), cursor_.value()));
  return true;
}

// From where the cursor is to the next entry in bounds.
Result<bool> IndexWalk::find() {
  while (true) {
    if (!cursor_.valid()) {
      Status status = cursor_.status();
      end();
      if (!status.ok()) return status;
      return false;
    }
    if (ranges_.spans().size() > 1 && !in_span()) {
      if (span_ >= ranges_.spans().size()) return end();
      const KeySpan& next = ranges_.spans()[span_];
      cursor_.seek(scan_.direction == Direction::kForward ? next.lower : next.upper);
      ++measure_.seeks;
      continue;
    }
    if (view_->effort.keys <= 0) {
      view_->effort.spent = true;
      return end();
    }
    --view_->effort.keys;
    ++measure_.keys;
    if (!ranges_.tests() || ranges_.holds(cursor_.key(), scan_.direction, target_)) return true;
    cursor_.seek(target_);
    ++measure_.seeks;
  }
}

// Whether the key lies in a span; if not, `span_` is the next one, or past all of them.
bool IndexWalk::in_span() {
  const std::vector<KeySpan>& spans = ranges_.spans();
  const std::string_view key = cursor_.key();
  if (key >= spans[span_].lower && key < spans[span_].upper) return true;
  if (scan_.direction == Direction::kForward) {
    const auto next = std::partition_point(spans.begin(), spans.end(),
                                           [&](const KeySpan& span) { return span.upper <= key; });
    span_ = static_cast<std::size_t>(next - spans.begin());
    return next != spans.end() && key >= next->lower;
  }
  const auto behind = std::partition_point(spans.begin(), spans.end(),
                                           [&](const KeySpan& span) { return span.lower <= key; });
  if (behind == spans.begin()) {
    span_ = spans.size();
    return false;
  }
  span_ = static_cast<std::size_t>(behind - spans.begin()) - 1;
  return key < spans[span_].upper;
}

}  // namespace cairn::exec
