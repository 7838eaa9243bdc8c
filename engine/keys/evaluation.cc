#include "engine/keys/evaluation.h"

#include <charconv>
#include <limits>

namespace cairn::keys {
namespace {

bool holds(const KeyState& state, KeyCondition condition, std::string_view expected) {
  switch (condition) {
    case KeyCondition::kNone:
      return true;
    case KeyCondition::kAbsent:
      return !state.value.has_value();
    case KeyCondition::kPresent:
      return state.value.has_value();
    case KeyCondition::kEquals:
      return state.value.has_value() && *state.value == expected;
  }
  return false;
}

Result<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) {
    return Status(ErrorCode::kTypeMismatch, "the key's value is not a 64-bit decimal number");
  }
  return number;
}

}  // namespace

Result<KeyOutcome> Evaluation::run(const KeyBatch::Write& write, KeyState& state) const {
  using Kind = KeyBatch::Write::Kind;
  KeyOutcome outcome;
  outcome.previous = state.value;
  outcome.held = holds(state, write.condition, write.expected);
  if (!outcome.held) return outcome;
  switch (write.kind) {
    case Kind::kSet:
      assign(state, write.value, write.expiry);
      break;
    case Kind::kRemove:
      state.changed |= state.value.has_value();
      state.value.reset();
      break;
    case Kind::kExpire:
      if (state.value.has_value()) expire(state, write.expiry);
      break;
    case Kind::kIncrement:
      CAIRN_RETURN_IF_ERROR(increment(write, state, outcome));
      break;
    case Kind::kRequire:
      break;
  }
  return outcome;
}

Status Evaluation::increment(const KeyBatch::Write& write, KeyState& state,
                             KeyOutcome& outcome) const {
  const bool fresh = !state.value.has_value();
  std::int64_t number = write.initial;
  if (!fresh) {
    CAIRN_ASSIGN_OR_RETURN(number, number_of(*state.value));
  }
  if (__builtin_add_overflow(number, write.number, &outcome.number)) {
    return {ErrorCode::kOverflow, "incrementing the key's value leaves 64 bits"};
  }
  const bool opens = fresh && write.expiry.kind == Expiry::Kind::kKeep;
  assign(state, std::to_string(outcome.number), opens ? write.expiry_if_new : write.expiry);
  return {};
}

void Evaluation::assign(KeyState& state, std::string value, Expiry expiry) const {
  const bool fresh = !state.value.has_value();
  state.value = std::move(value);
  state.changed = true;
  if (fresh) state.expires_ms = 0;
  expire(state, expiry);
}

void Evaluation::expire(KeyState& state, Expiry expiry) const {
  std::int64_t at = state.expires_ms;
  switch (expiry.kind) {
    case Expiry::Kind::kKeep:
      return;
    case Expiry::Kind::kNever:
      at = 0;
      break;
    case Expiry::Kind::kAt:
      at = expiry.ms;
      break;
    case Expiry::Kind::kAfter:
      if (__builtin_add_overflow(now_ms_, expiry.ms, &at)) {
        at = expiry.ms > 0 ? 0 : now_ms_;  // beyond all time: never
      }
      break;
  }
  state.changed = true;
  const bool past = expiry.kind != Expiry::Kind::kNever && at <= now_ms_ &&
                    !(expiry.kind == Expiry::Kind::kAfter && expiry.ms > 0);
  if (past) {
    state.value.reset();
    return;
  }
  state.expires_ms = at;
}

}  // namespace cairn::keys
