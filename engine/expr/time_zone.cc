// A named zone's periods are read once and kept, up to the year 2500: from the machine's database,
// which is kept up to date, or, where it has none, from ICU's. The calendar
// repeats after 400 years to the day of the week, and so do the rules that are in force today:
// later moments are looked up that many years earlier.
#include "engine/expr/time_zone.h"

#include "engine/expr/calendar.h"
#include "engine/expr/zone_file.h"

#include <fmt/format.h>
#include <unicode/basictz.h>
#include <unicode/tzrule.h>
#include <unicode/tztrans.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <unordered_map>

namespace cairn::expr {
namespace {

using Periods = std::vector<ZonePeriod>;

constexpr std::int64_t kCycle = std::int64_t{146097} * kMillisecondsPerDay;  // 400 years
constexpr std::int64_t kYear2500 = 16725225600000;
constexpr double kBeforeAllRules = -1e14;  // in the year -1199

// Names that ICU keeps from older Javas; the Olson database does not have them. Sorted.
constexpr std::string_view kNotOlson[] = {
    "ACT", "AET", "AGT", "ART", "AST", "BET", "BST", "CAT", "CNT", "CST", "CTT", "EAT", "ECT",
    "IET", "IST", "JST", "MIT", "NET", "NST", "PLT", "PNT", "PRT", "PST", "SST", "VST"};

bool is_name(std::string_view name, const icu::UnicodeString& id) {
  if (name == "Etc/Unknown" || name.starts_with("SystemV/")) return false;
  if (std::binary_search(std::begin(kNotOlson), std::end(kNotOlson), name)) return false;
  icu::UnicodeString canonical;
  UBool known = 0;
  UErrorCode error = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(id, canonical, known, error);
  return U_SUCCESS(error) && known != 0;
}

// Empty: no such zone.
Periods read_icu(std::string_view name) {
  const auto id =
      icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())});
  if (!is_name(name, id)) return {};
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(id));
  const auto* rules = dynamic_cast<const icu::BasicTimeZone*>(zone.get());
  if (rules == nullptr) return {};
  std::int32_t raw = 0;
  std::int32_t saving = 0;
  UErrorCode error = U_ZERO_ERROR;
  rules->getOffset(kBeforeAllRules, 0, raw, saving, error);
  Periods periods{{.begin = INT64_MIN, .offset = raw + saving, .daylight_saving = saving != 0}};
  icu::TimeZoneTransition change;
  double at = kBeforeAllRules;
  while (rules->getNextTransition(at, 0, change) != 0 && change.getTime() < kYear2500) {
    at = change.getTime();
    const icu::TimeZoneRule& to = *change.getTo();
    periods.push_back({.begin = static_cast<std::int64_t>(at),
                       .offset = to.getRawOffset() + to.getDSTSavings(),
                       .daylight_saving = to.getDSTSavings() != 0});
  }
  return periods;
}

Periods read_periods(std::string_view name) {
  auto from_file = read_zone_file(name, kYear2500);
  return from_file ? std::move(*from_file) : read_icu(name);
}

// The periods of every zone that anybody asked for; empty for names that are none.
std::span<const ZonePeriod> find_periods(std::string_view name) {
  static std::mutex mutex;
  static auto& zones = *new std::unordered_map<std::string, Periods>();
  const std::lock_guard lock(mutex);
  const auto found = zones.find(std::string(name));
  if (found != zones.end()) return found->second;
  Periods periods = read_periods(name);
  if (periods.empty()) return {};  // not kept: there is no end of wrong names
  return zones.emplace(name, std::move(periods)).first->second;
}

bool two_digits(std::string_view text, std::int64_t& number) {
  if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
    return false;
  }
  number = (text[0] - '0') * 10 + (text[1] - '0');
  return true;
}

// "+02", "-0330", "+05:45": minutes, or nothing.
std::optional<std::int64_t> parse_offset(std::string_view text) {
  const bool west = text[0] == '-';
  text.remove_prefix(1);
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  if (!two_digits(text, hours)) return std::nullopt;
  text.remove_prefix(2);
  if (!text.empty()) {
    if (text[0] == ':') text.remove_prefix(1);
    if (text.size() != 2 || !two_digits(text, minutes)) return std::nullopt;
  }
  return (hours * 60 + minutes) * (west ? -1 : 1);
}

Status unrecognized(std::string_view name) {
  return {location(40485), fmt::format("unrecognized time zone identifier: \"{}\"", name)};
}

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC") return TimeZone();
  if (name == "GMT") {
    static constexpr ZonePeriod kGreenwich{};
    return TimeZone({&kGreenwich, 1});
  }
  if (name.starts_with('+') || name.starts_with('-')) {
    const auto minutes = parse_offset(name);
    if (!minutes) return unrecognized(name);
    return TimeZone(*minutes * kMillisecondsPerMinute);
  }
  thread_local std::string last_name;
  thread_local std::span<const ZonePeriod> last;
  if (last.empty() || last_name != name) {
    const auto periods = find_periods(name);
    if (periods.empty()) return unrecognized(name);
    last_name = name;
    last = periods;
  }
  return TimeZone(last);
}

ZonePeriod TimeZone::period(std::int64_t utc) const {
  const std::int64_t cycles = utc < kYear2500 ? 0 : (utc - kYear2500) / kCycle + 1;
  const auto next = std::upper_bound(
      periods_.begin(), periods_.end(), utc - cycles * kCycle,
      [](std::int64_t moment, const ZonePeriod& period) { return moment < period.begin; });
  ZonePeriod period = *std::prev(next);
  if (cycles > 0) period.begin += cycles * kCycle;
  return period;
}

std::int64_t TimeZone::to_utc(std::int64_t local, bool prefer_daylight_saving) const {
  if (periods_.empty()) return saturating_add(local, -offset_);
  // No two changes of a zone's clocks are so close that both lie between.
  const ZonePeriod before = period(saturating_add(local, -kMillisecondsPerDay));
  const ZonePeriod after = period(saturating_add(local, kMillisecondsPerDay));
  const std::int64_t if_before = saturating_add(local, -before.offset);
  const std::int64_t if_after = saturating_add(local, -after.offset);
  if (before.begin == after.begin) return if_before;
  const bool shown_before = if_before < after.begin;
  const bool shown_after = if_after >= after.begin;
  if (shown_before && shown_after) {
    return prefer_daylight_saving && before.daylight_saving ? if_before : if_after;
  }
  return shown_after ? if_after : if_before;
}

}  // namespace cairn::expr
