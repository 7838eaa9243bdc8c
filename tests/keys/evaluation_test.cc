// What each write makes of a key, by table.
#include <gtest/gtest.h>

#include "engine/keys/evaluation.h"

namespace cairn::keys {
namespace {

constexpr std::int64_t kNow = 1'000'000;
using Write = KeyBatch::Write;

KeyState alive(std::string value, std::int64_t expires_ms = 0) {
  return {.stored = true,
          .stored_expires_ms = expires_ms,
          .value = std::move(value),
          .expires_ms = expires_ms};
}

KeyOutcome run(const Write& write, KeyState& state) {
  auto outcome = Evaluation(kNow).run(write, state);
  EXPECT_TRUE(outcome.ok()) << outcome.status().to_string();
  return outcome.ok() ? *outcome : KeyOutcome{};
}

TEST(Set, OverwritesValueAndExpiry) {
  KeyState state = alive("a", kNow + 5);
  EXPECT_EQ(run({.value = "b"}, state).previous, "a");
  EXPECT_EQ(state.value, "b");
  EXPECT_EQ(state.expires_ms, 0);
}

TEST(Set, KeepsTheExpiryWhereAsked) {
  KeyState state = alive("a", kNow + 5);
  run({.value = "b", .expiry = Expiry::keep()}, state);
  EXPECT_EQ(state.expires_ms, kNow + 5);
}

// A row that died and was not deleted yet has nothing to keep.
TEST(Set, ADeadRowIsNoKey) {
  KeyState state{.stored = true, .stored_expires_ms = kNow - 5, .expires_ms = kNow - 5};
  const KeyOutcome outcome = run({.value = "b", .expiry = Expiry::keep()}, state);
  EXPECT_EQ(outcome.previous, std::nullopt);
  EXPECT_EQ(state.value, "b");
  EXPECT_EQ(state.expires_ms, 0);
}

TEST(Set, AnExpiryInThePastRemoves) {
  for (const Expiry expiry : {Expiry::at(kNow), Expiry::at(0), Expiry::after({}),
                              Expiry::after(std::chrono::milliseconds(-1))}) {
    KeyState state = alive("a");
    run({.value = "b", .expiry = expiry}, state);
    EXPECT_EQ(state.value, std::nullopt);
    EXPECT_TRUE(state.changed);
  }
}

TEST(Set, AnExpiryBeyondAllTimeIsNever) {
  KeyState state;
  run({.value = "b", .expiry = Expiry::after(std::chrono::milliseconds(INT64_MAX))}, state);
  EXPECT_EQ(state.value, "b");
  EXPECT_EQ(state.expires_ms, 0);
}

TEST(Conditions, HoldOrNothingIsDone) {
  struct Case {
    KeyCondition condition;
    const char* expected;
    bool there;
    bool holds;
  };
  for (const Case& each :
       {Case{KeyCondition::kNone, "", false, true}, Case{KeyCondition::kNone, "", true, true},
        Case{KeyCondition::kAbsent, "", false, true}, Case{KeyCondition::kAbsent, "", true, false},
        Case{KeyCondition::kPresent, "", false, false},
        Case{KeyCondition::kPresent, "", true, true}, Case{KeyCondition::kEquals, "a", true, true},
        Case{KeyCondition::kEquals, "b", true, false},
        Case{KeyCondition::kEquals, "a", false, false}}) {
    KeyState state = each.there ? alive("a") : KeyState{};
    const KeyOutcome outcome =
        run({.value = "new", .condition = each.condition, .expected = each.expected}, state);
    EXPECT_EQ(outcome.held, each.holds);
    EXPECT_EQ(state.changed, each.holds);
  }
}

TEST(Increment, CountsFromTheInitialAndOpensItsWindowOnce) {
  KeyState state;
  const Write write{.kind = Write::Kind::kIncrement,
                    .expiry = Expiry::keep(),
                    .expiry_if_new = Expiry::at(kNow + 60),
                    .number = 2,
                    .initial = 10};
  EXPECT_EQ(run(write, state).number, 12);
  EXPECT_EQ(state.expires_ms, kNow + 60);
  state.expires_ms = kNow + 7;
  EXPECT_EQ(run(write, state).number, 14);
  EXPECT_EQ(state.expires_ms, kNow + 7);
}

TEST(Increment, RefusesWhatIsNoNumber) {
  for (const char* value : {"", "x", "1x", " 1", "1.5", "9223372036854775808"}) {
    KeyState state = alive(value);
    const auto outcome =
        Evaluation(kNow).run({.kind = Write::Kind::kIncrement, .number = 1}, state);
    EXPECT_EQ(outcome.status().code(), ErrorCode::kTypeMismatch) << value;
    EXPECT_FALSE(state.changed);
  }
}

TEST(Increment, RefusesToOverflow) {
  KeyState state = alive("9223372036854775807");
  const auto outcome = Evaluation(kNow).run({.kind = Write::Kind::kIncrement, .number = 1}, state);
  EXPECT_EQ(outcome.status().code(), ErrorCode::kOverflow);
  EXPECT_EQ(state.value, "9223372036854775807");
}

}  // namespace
}  // namespace cairn::keys
