#include "engine/expr/zone_rule.h"

#include "engine/expr/calendar.h"

#include <algorithm>
#include <array>

namespace cairn::expr {

class ZoneRule::Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool literal(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // "CET", "<+05>"
  bool name() {
    if (literal('<')) {
      const std::size_t close = rest_.find('>');
      if (close == std::string_view::npos) return false;
      rest_.remove_prefix(close + 1);
      return true;
    }
    const std::size_t before = rest_.size();
    while (!rest_.empty() && is_letter(rest_[0])) rest_.remove_prefix(1);
    return rest_.size() < before;
  }
  std::optional<int> number() {
    const std::size_t before = rest_.size();
    int value = 0;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && value < 100000) {
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return rest_.size() < before ? std::optional(value) : std::nullopt;
  }
  // "[+-]hh[:mm[:ss]]" as milliseconds.
  std::optional<std::int64_t> time() {
    const bool negative = literal('-');
    if (!negative) literal('+');
    std::int64_t total = 0;
    std::int64_t unit = kMillisecondsPerHour;
    do {
      const auto part = number();
      if (!part) return std::nullopt;
      total += *part * unit;
      unit /= 60;
    } while (literal(':'));
    return negative ? -total : total;
  }
  std::optional<Change> change() {
    Change change;
    if (literal('M')) {
      const auto month = number();
      const auto week = literal('.') ? number() : std::nullopt;
      const auto day = literal('.') ? number() : std::nullopt;
      if (!month || !week || !day) return std::nullopt;
      if (*month < 1 || *month > 12 || *week < 1 || *week > 5 || *day > 6) return std::nullopt;
      change = {.month = *month, .week = *week, .day = *day};
    } else {
      change.kind = literal('J') ? Day::kJulian : Day::kOfYear;
      const auto day = number();
      if (!day) return std::nullopt;
      change.day = *day;
    }
    if (literal('/')) {
      const auto at = time();
      if (!at) return std::nullopt;
      change.time = *at;
    }
    return change;
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  std::string_view rest_;
};

std::optional<ZoneRule> ZoneRule::parse(std::string_view text) {
  Reader reader(text);
  ZoneRule rule;
  if (!reader.name()) return std::nullopt;
  const auto west = reader.time();
  if (!west) return std::nullopt;
  rule.standard_ = -*west;
  if (reader.at_end()) return rule;
  if (!reader.name()) return std::nullopt;
  rule.saving_ = rule.standard_ + kMillisecondsPerHour;
  if (!reader.literal(',')) {
    const auto saving_west = reader.time();
    if (!saving_west || !reader.literal(',')) return std::nullopt;
    rule.saving_ = -*saving_west;
  }
  const auto begin = reader.change();
  const auto end = reader.literal(',') ? reader.change() : std::nullopt;
  if (!begin || !end || !reader.at_end()) return std::nullopt;
  rule.begin_ = *begin;
  rule.end_ = *end;
  return rule;
}

std::int64_t ZoneRule::local_moment(const Change& change, std::int64_t year) {
  std::int64_t days = 0;
  if (change.kind == Day::kOfMonth) {
    const std::int64_t first = days_of_month(year, change.month);
    days = first + (change.day - (day_of_week(first) - 1) + 7) % 7 + (change.week - 1) * 7;
    if (days >= first + days_in_month(year, change.month)) days -= 7;
  } else {
    days = days_of(year, 1, 1) + change.day;
    if (change.kind == Day::kJulian) {  // counts from 1 and never the leap day
      const bool behind_leap_day = change.day >= 60 && days_in_month(year, 2) == 29;
      days += behind_leap_day ? 0 : -1;
    }
  }
  return days * kMillisecondsPerDay + change.time;
}

void ZoneRule::append_periods(std::int64_t end, std::vector<ZonePeriod>& periods) const {
  if (!saving_) return;
  const std::int64_t last = periods.back().begin;
  std::int64_t year = last == INT64_MIN ? 1900 : civil_time(last).day.year;
  for (; days_of(year, 1, 1) * kMillisecondsPerDay < end; ++year) {
    std::array<ZonePeriod, 2> changes{
        ZonePeriod{local_moment(begin_, year) - standard_, *saving_, true},
        ZonePeriod{local_moment(end_, year) - *saving_, standard_, false}};
    if (changes[1].begin < changes[0].begin) std::swap(changes[0], changes[1]);
    for (const ZonePeriod& change : changes) {
      if (change.begin > periods.back().begin && change.begin < end) periods.push_back(change);
    }
  }
}

}  // namespace cairn::expr
