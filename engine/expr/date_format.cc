#include "engine/expr/date_format.h"

#include "engine/expr/calendar.h"
#include "engine/expr/text.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iterator>

namespace cairn::expr {
namespace {

void put(std::string& out, std::int64_t number, int digits) {
  char text[20];
  char* at = text + digits;
  for (; at != text; number /= 10) *--at = static_cast<char>('0' + number % 10);
  out.append(text, static_cast<std::size_t>(digits));
}

Status put_year(std::string& out, std::int64_t year) {
  if (year < 0 || year > 9999) {
    return {location(18537), fmt::format("Could not convert date to string: date component was "
                                         "outside the supported range of 0-9999: {}",
                                         year)};
  }
  put(out, year, 4);
  return Status();
}

void put_offset(std::string& out, std::int64_t offset) {
  const std::int64_t minutes = std::abs(offset) / kMillisecondsPerMinute;
  out += offset < 0 ? '-' : '+';
  put(out, minutes / 60, 2);
  put(out, minutes % 60, 2);
}

struct Moment {
  CivilTime time;
  std::int64_t offset;
};

// The specifiers that have to do with days.
Status put_day(char specifier, const CivilTime& time, std::string& out) {
  switch (specifier) {
    case 'Y':
      return put_year(out, time.day.year);
    case 'G':
      return put_year(out, iso_week(time.days).year);
    case 'm':
      put(out, time.day.month, 2);
      break;
    case 'd':
      put(out, time.day.day, 2);
      break;
    case 'j':
      put(out, day_of_year(time.day), 3);
      break;
    case 'u':
      put(out, iso_day_of_week(time.days), 1);
      break;
    case 'w':
      put(out, day_of_week(time.days), 1);
      break;
    case 'U':
      put(out, week_of_year(time.day, time.days), 2);
      break;
    case 'V':
      put(out, iso_week(time.days).week, 2);
      break;
    case 'b':
      out += kMonthNames[time.day.month - 1].substr(0, 3);
      break;
    case 'B':
      out += kMonthNames[time.day.month - 1];
      break;
    default:
      break;
  }
  return Status();
}

Status put_specified(char specifier, const Moment& moment, std::string& out) {
  switch (specifier) {
    case 'H':
      put(out, moment.time.clock.hour, 2);
      break;
    case 'M':
      put(out, moment.time.clock.minute, 2);
      break;
    case 'S':
      put(out, moment.time.clock.second, 2);
      break;
    case 'L':
      put(out, moment.time.clock.millisecond, 3);
      break;
    case 'z':
      put_offset(out, moment.offset);
      break;
    case 'Z':
      fmt::format_to(std::back_inserter(out), "{}", moment.offset / kMillisecondsPerMinute);
      break;
    case '%':
      out += '%';
      break;
    default:
      return put_day(specifier, moment.time, out);
  }
  return Status();
}

}  // namespace

const std::string_view kMonthNames[12] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

Status check_date_format(std::string_view format, std::string_view specifiers) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i == format.size()) return {location(18535), "Unmatched '%' at end of format string"};
    if (specifiers.find(format[i]) == std::string_view::npos) {
      return {location(18536), fmt::format("Invalid format character '%{}' in format string",
                                           first_character(format.substr(i)))};
    }
  }
  return Status();
}

Status write_date(std::string_view format, std::int64_t utc, const TimeZone& zone,
                  std::string& out) {
  const std::int64_t local = zone.to_local(utc);
  const Moment moment{civil_time(local), local - utc};
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    CAIRN_RETURN_IF_ERROR(put_specified(format[++i], moment, out));
  }
  return Status();
}

}  // namespace cairn::expr
