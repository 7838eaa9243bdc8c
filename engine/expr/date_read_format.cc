#include "engine/expr/date_read_format.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

class FormatReader {
 public:
  explicit FormatReader(std::string_view text) : text_(text), rest_(text) {}

  Status literal(char c) {
    if (rest_.empty()) return fail("Not enough data available to satisfy format");
    if (rest_[0] != c) return fail("Format literal not found");
    rest_.remove_prefix(1);
    return Status();
  }

  Status specified(char specifier) {
    switch (specifier) {
      case 'Y':
        return number(parts_.year, 1, 4);
      case 'm':
        return number(parts_.month, 1, 2);
      case 'd':
        return number(parts_.day, 1, 2);
      case 'G':
        return number(parts_.iso_year, 1, 4);
      case 'V':
        CAIRN_RETURN_IF_ERROR(number(parts_.iso_week, 1, 2));
        return within(*parts_.iso_week, 53, "ISO Week must be between 1 and 53");
      case 'u':
        CAIRN_RETURN_IF_ERROR(number(parts_.iso_day, 1, 1));
        return within(*parts_.iso_day, 7, "Day of week must be between 1 and 7");
      case 'j':
        return day_of_year();
      case 'b':
      case 'B':
        return month_name();
      case '%':
        return literal('%');
      default:
        return time(specifier);
    }
  }

  Result<DateParts> finish() {
    if (!rest_.empty()) return fail("Trailing data");
    return parts_;
  }

 private:
  Status time(char specifier) {
    switch (specifier) {
      case 'H':
        return number(parts_.hour, 1, 2);
      case 'M':
        return number(parts_.minute, 2, 2);
      case 'S':
        return number(parts_.second, 2, 2);
      case 'L':
        return fraction();
      case 'z':
        parts_.offset = read_zone(rest_);
        if (parts_.offset) return Status();
        return fail("passing a time zone identifier as part of the string is not allowed");
      default:
        return offset_in_minutes();
    }
  }

  template <typename T>
  Status number(std::optional<T>& out, std::size_t least, std::size_t most) {
    if (rest_.empty()) return fail("Not enough data available to satisfy format");
    std::size_t digits = 0;
    T value = 0;
    for (; digits < most && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++digits) {
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    if (digits < least) return fail("Unexpected data found.");
    out = value;
    return Status();
  }

  Status within(int number, int most, std::string_view why) {
    return number >= 1 && number <= most ? Status() : fail(why);
  }

  // Counted from 0, unlike what $dateToString writes: MongoDB's own way.
  Status day_of_year() {
    std::optional<int> day;
    CAIRN_RETURN_IF_ERROR(number(day, 1, 3));
    parts_.month = 1;
    parts_.day = *day + 1;
    parts_.day_of_year = true;
    return Status();
  }

  Status month_name() {
    parts_.month = read_month_name(rest_);
    return parts_.month ? Status() : fail("A textual month could not be found");
  }

  Status fraction() {
    std::optional<int> read;
    const std::size_t before = rest_.size();
    CAIRN_RETURN_IF_ERROR(number(read, 1, 3));
    int milliseconds = *read;
    for (std::size_t digits = before - rest_.size(); digits < 3; ++digits) milliseconds *= 10;
    parts_.millisecond = milliseconds;
    return Status();
  }

  Status offset_in_minutes() {
    if (rest_.empty() || (rest_[0] != '+' && rest_[0] != '-')) {
      return fail("Invalid timezone offset in minutes");
    }
    const bool west = rest_[0] == '-';
    rest_.remove_prefix(1);
    std::optional<std::int64_t> minutes;
    CAIRN_RETURN_IF_ERROR(number(minutes, 1, 9));
    parts_.offset = (west ? -*minutes : *minutes) * kMillisecondsPerMinute;
    return Status();
  }

  Status fail(std::string_view why) {
    return parse_failure(text_, fmt::format("{}: {}", text_.size() - rest_.size(), why));
  }

  std::string_view text_;
  std::string_view rest_;
  DateParts parts_;
};

}  // namespace

Result<DateParts> read_by_format(std::string_view text, std::string_view format) {
  FormatReader reader(text);
  for (std::size_t i = 0; i < format.size(); ++i) {
    const Status status =
        format[i] == '%' ? reader.specified(format[++i]) : reader.literal(format[i]);
    CAIRN_RETURN_IF_ERROR(status);
  }
  return reader.finish();
}

}  // namespace cairn::expr
