// Dates: the clock, and ISO 8601 in the proleptic Gregorian calendar.
#include "engine/bson/date.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace cairn {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t kPastYear9999 = 253402300800000;  // 10000-01-01T00:00:00Z

// Reads text from the left; every step says whether it found what it wanted.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool literal(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, int& out) {
    if (rest_.size() < digits) return false;
    out = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return false;
      out = out * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  // One to nine digits after the point; what is finer than a millisecond is cut.
  bool decimals(int& milliseconds) {
    std::size_t digits = 0;
    int scale = 100;
    milliseconds = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++digits, scale /= 10) {
      milliseconds += (rest_[0] - '0') * scale;
      rest_.remove_prefix(1);
    }
    return digits >= 1 && digits <= 9;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
};

bool read_time(Reader& in, TimeOfDay& time) {
  if (!in.number(2, time.hour) || !in.literal(':') || !in.number(2, time.minute)) return false;
  if (in.literal(':')) {
    if (!in.number(2, time.second)) return false;
    if (in.literal('.') && !in.decimals(time.millisecond)) return false;
  }
  return time.hour < 24 && time.minute < 60 && time.second < 60;
}

// Minutes east of Greenwich.
bool read_zone(Reader& in, int& minutes) {
  minutes = 0;
  if (in.literal('Z') || in.at_end()) return true;
  const bool west = in.literal('-');
  if (!west && !in.literal('+')) return false;
  int hour = 0;
  int minute = 0;
  if (!in.number(2, hour)) return false;
  const bool colon = in.literal(':');
  if ((colon || !in.at_end()) && !in.number(2, minute)) return false;
  if (hour > 23 || minute > 59) return false;
  minutes = (hour * 60 + minute) * (west ? -1 : 1);
  return true;
}

}  // namespace

Date Date::now() {
  const auto since_epoch = chrono::system_clock::now().time_since_epoch();
  return {chrono::duration_cast<chrono::milliseconds>(since_epoch).count()};
}

bool is_written_as_iso8601(Date date) {
  return date.milliseconds >= 0 && date.milliseconds < kPastYear9999;
}

std::string to_iso8601(Date date) {
  const chrono::sys_time<chrono::milliseconds> time{chrono::milliseconds(date.milliseconds)};
  const auto midnight = chrono::floor<chrono::days>(time);
  const chrono::year_month_day day(midnight);
  const chrono::hh_mm_ss clock(time - midnight);
  std::array<char, 64> text;
  const auto milliseconds = static_cast<int>(clock.subseconds().count());
  int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(day.year()),
      static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  std::string out(text.data(), static_cast<std::size_t>(size));
  if (milliseconds != 0) {
    size = std::snprintf(text.data(), text.size(), ".%03d", milliseconds);
    out.append(text.data(), static_cast<std::size_t>(size));
  }
  return out + "Z";
}

std::optional<Date> parse_iso8601(std::string_view text) {
  Reader in(text);
  int year = 0;
  int month = 0;
  int day = 0;
  TimeOfDay time;
  int zone = 0;
  const bool read = in.number(4, year) && in.literal('-') && in.number(2, month) &&
                    in.literal('-') && in.number(2, day) && in.literal('T') &&
                    read_time(in, time) && read_zone(in, zone) && in.at_end();
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  if (!read || !date.ok()) return std::nullopt;
  const auto total = chrono::sys_days(date).time_since_epoch() + chrono::hours(time.hour) +
                     chrono::minutes(time.minute - zone) + chrono::seconds(time.second) +
                     chrono::milliseconds(time.millisecond);
  return Date{total.count()};
}

}  // namespace cairn
