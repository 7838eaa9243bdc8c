// Fail points: what a test has the server do wrong, on purpose. Off until `configureFailPoint`
// turns one on, which the dialect offers with test commands only. Source: the server manual's
// configureFailPoint, and the specification of the unified test format on what drivers rely on.
// Thread-safety: all of it is thread-safe; `any` costs one load.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

namespace cairn::mongodb {

enum class FailPoint : std::uint8_t {
  kFailCommand,                     // a command ends with an error, late, or not at all
  kFailGetMoreAfterCursorCheckout,  // a getMore that has found its cursor
  kOnPrimaryTransactionalWrite,     // a retryable write, just before its commit
  kCairnAtStep,                     // a step inside the engine: OpenOptions::at_step
};

class FailPoints {
 public:
  // Turns a point on or off: `mode` is "off", "alwaysOn", {times: n}, {skip: n} or
  // {activationProbability: p}; `data` says what to do there. Returns how often it has fired.
  // Error: FailPointSetFailed for a name nobody has, IllegalOperation, BadValue, TypeMismatch.
  Result<std::int64_t> configure(std::string_view name, ValueView mode, DocumentView data);

  // Whether any is on.
  bool any() const { return on_.load(std::memory_order_relaxed) != 0; }

  // The point's data, when it is on, concerns the caller (`concerns` says so of the data) and its
  // mode lets it fire now; this counts.
  std::optional<Document> fire(FailPoint point,
                               const std::function<bool(DocumentView data)>& concerns);

  // For OpenOptions::at_step: where `cairnAtStep` is on for {step: name}, the process ends as by
  // `kill -9` ({crash: true}), or the thread is held up ({blockTimeMS: n}).
  void at_step(std::string_view step);

 private:
  enum class Mode : std::uint8_t { kOff, kAlways, kTimes, kSkip, kSometimes };
  struct Point {
    Mode mode = Mode::kOff;
    std::int64_t count = 0;  // times still to fire, or to be let go
    double probability = 0;
    std::int64_t fired = 0;
    Document data;
  };
  static Result<Point> read_mode(ValueView mode);
  static bool let(Point& point);

  std::mutex mutex_;
  std::array<Point, 4> points_;  // guarded by mutex_
  std::atomic<int> on_{0};       // how many of them are
};

}  // namespace cairn::mongodb
