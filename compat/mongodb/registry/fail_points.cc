#include "compat/mongodb/registry/fail_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <limits>
#include <random>
#include <thread>

namespace cairn::mongodb {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"failCommand", "failGetMoreAfterCursorCheckout",
                                                    "onPrimaryTransactionalWrite", "cairnAtStep"};

// {times: n} or {skip: n}. Error: BadValue.
Result<std::int64_t> read_count(std::string_view option, ValueView value) {
  const std::int64_t count = value.is_number() ? value.to_int64_clamped() : -1;
  if (count < 0 || count > std::numeric_limits<std::int32_t>::max()) {
    return {ErrorCode::kBadValue,
            fmt::format("'{}' option to 'mode' must be a positive integer", option)};
  }
  return count;
}

}  // namespace

Result<FailPoints::Point> FailPoints::read_mode(ValueView mode) {
  Point point;
  if (mode.missing()) {
    return {ErrorCode::kIllegalOperation, "When setting a failpoint, you must supply a 'mode'"};
  }
  if (mode.is_string()) {
    if (mode.as_string() == "off") return point;
    if (mode.as_string() != "alwaysOn") {
      return {ErrorCode::kBadValue, "unknown mode: " + std::string(mode.as_string())};
    }
    point.mode = Mode::kAlways;
    return point;
  }
  if (!mode.is_document()) {
    return {ErrorCode::kTypeMismatch, "'mode' must be a string or JSON object"};
  }
  const DocumentView options = mode.as_document();
  constexpr std::pair<std::string_view, Mode> kCounted[] = {{"times", Mode::kTimes},
                                                            {"skip", Mode::kSkip}};
  for (const auto& [option, kind] : kCounted) {
    const ValueView value = options[option];
    if (value.missing()) continue;
    point.mode = kind;
    CAIRN_ASSIGN_OR_RETURN(point.count, read_count(option, value));
    return point;
  }
  const ValueView probability = options["activationProbability"];
  if (probability.missing()) {
    return {ErrorCode::kBadValue,
            "'mode' must be one of {'off','alwaysOn','times','skip','activationProbability'}"};
  }
  if (!probability.is_number()) {
    return {ErrorCode::kTypeMismatch,
            "the 'activationProbability' option to 'mode' must be a double between 0 and 1"};
  }
  point.mode = Mode::kSometimes;
  point.probability = probability.to_double();
  if (!(point.probability >= 0 && point.probability <= 1)) {
    return {ErrorCode::kBadValue,
            fmt::format("activationProbability must be between 0.0 and 1.0; found {}",
                        point.probability)};
  }
  return point;
}

Result<std::int64_t> FailPoints::configure(std::string_view name, ValueView mode,
                                           DocumentView data) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    return {ErrorCode::kFailPointSetFailed, std::string(name) + " not found"};
  }
  CAIRN_ASSIGN_OR_RETURN(Point point, read_mode(mode));
  point.data = Document(data);
  const std::lock_guard lock(mutex_);
  Point& now = points_[static_cast<std::size_t>(found - kNames.begin())];
  point.fired = now.fired;
  now = std::move(point);
  on_ = static_cast<int>(std::count_if(points_.begin(), points_.end(),
                                       [](const Point& p) { return p.mode != Mode::kOff; }));
  return now.fired;
}

bool FailPoints::let(Point& point) {
  switch (point.mode) {
    case Mode::kOff:
      return false;
    case Mode::kAlways:
      return true;
    case Mode::kTimes:
      return point.count > 0 && point.count-- > 0;
    case Mode::kSkip:
      return point.count == 0 || point.count-- == 0;
    case Mode::kSometimes: {
      thread_local std::minstd_rand random{std::random_device{}()};
      return std::bernoulli_distribution(point.probability)(random);
    }
  }
  return false;
}

std::optional<Document> FailPoints::fire(FailPoint which,
                                         const std::function<bool(DocumentView data)>& concerns) {
  const std::lock_guard lock(mutex_);
  Point& point = points_[static_cast<std::size_t>(which)];
  if (point.mode == Mode::kOff || !concerns(point.data) || !let(point)) return std::nullopt;
  ++point.fired;
  return point.data;
}

void FailPoints::at_step(std::string_view step) {
  if (!any()) return;
  const auto data = fire(FailPoint::kCairnAtStep, [step](DocumentView asked) {
    const ValueView named = asked["step"];
    return named.is_string() && named.as_string() == step;
  });
  if (!data) return;
  if (data->view()["crash"].truthy()) std::raise(SIGKILL);
  const ValueView pause = data->view()["blockTimeMS"];
  if (!pause.is_number()) return;
  std::this_thread::sleep_for(std::chrono::milliseconds(pause.to_int64_clamped()));
}

}  // namespace cairn::mongodb
