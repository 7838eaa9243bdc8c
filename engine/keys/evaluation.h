// Evaluation: what a batch's writes make of the keys they name, before anything is written.
#pragma once

#include "engine/keys/key_row.h"

#include <cairn/key_value.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::keys {

// What a key was when its intent was taken, and what it is by now.
struct KeyState {
  bool stored = false;                 // it has a row, alive or not
  std::int64_t stored_expires_ms = 0;  // of that row
  std::optional<std::string> value;    // nullopt: there is no such key
  std::int64_t expires_ms = 0;
  bool changed = false;
};

class Evaluation {
 public:
  explicit Evaluation(std::int64_t now_ms) : now_ms_(now_ms) {}

  // Carries `write` out on `state`. Error: TypeMismatch, Overflow (increment).
  Result<KeyOutcome> run(const KeyBatch::Write& write, KeyState& state) const;

 private:
  Status increment(const KeyBatch::Write& write, KeyState& state, KeyOutcome& outcome) const;
  void assign(KeyState& state, std::string value, Expiry expiry) const;
  void expire(KeyState& state, Expiry expiry) const;

  std::int64_t now_ms_;
};

}  // namespace cairn::keys
