#include "engine/expr/date_parts_read.h"

#include "engine/expr/date_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cairn::expr {
namespace {

struct Abbreviation {
  std::string_view name;
  int minutes;
};
// Besides the letters of military zones. Source: RFC 5322 and the Olson database's abbreviations.
constexpr Abbreviation kAbbreviations[] = {
    {"utc", 0},    {"gmt", 0},    {"wet", 0},    {"west", 60},   {"bst", 60},    {"cet", 60},
    {"cest", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180},   {"ist", 330},   {"jst", 540},
    {"kst", 540},  {"est", -300}, {"edt", -240}, {"cst", -360},  {"cdt", -300},  {"mst", -420},
    {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"hst", -600},
    {"sast", 120}, {"nzst", 720}, {"nzdt", 780}, {"aest", 600},  {"aedt", 660},  {"acst", 570},
    {"acdt", 630}, {"awst", 480}, {"hkt", 480},  {"nst", -210},  {"ndt", -150},  {"ast", -240},
    {"adt", -180}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word,
                            [](char a, char b) { return lower(a) == lower(b); });
}

// A is one hour east of Greenwich, M twelve (J is none), N one hour west, Y twelve.
std::optional<int> military_hours(char letter) {
  const char c = lower(letter);
  if (c == 'z') return 0;
  if (c >= 'a' && c <= 'i') return c - 'a' + 1;
  if (c >= 'k' && c <= 'm') return c - 'k' + 10;
  if (c >= 'n' && c <= 'y') return -(c - 'n' + 1);
  return std::nullopt;
}

std::optional<std::int64_t> read_offset(std::string_view& text) {
  std::string_view rest = text.substr(1);
  int digits = 0;
  int number = 0;
  int minutes = -1;
  for (; digits < 4 && !rest.empty() && is_digit(rest[0]); ++digits, rest.remove_prefix(1)) {
    number = number * 10 + (rest[0] - '0');
  }
  if (digits == 0) return std::nullopt;
  if (digits <= 2 && rest.size() >= 3 && rest[0] == ':' && is_digit(rest[1]) && is_digit(rest[2])) {
    minutes = number * 60 + (rest[1] - '0') * 10 + (rest[2] - '0');
    rest.remove_prefix(3);
  } else {
    minutes = digits <= 2 ? number * 60 : number / 100 * 60 + number % 100;
  }
  const bool west = text[0] == '-';
  text = rest;
  return (west ? -minutes : minutes) * kMillisecondsPerMinute;
}

std::optional<std::int64_t> read_abbreviation(std::string_view& text) {
  std::size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters])) ++letters;
  const std::string_view word = text.substr(0, letters);
  std::optional<std::int64_t> minutes;
  if (letters == 1) {
    if (const auto hours = military_hours(word[0])) minutes = *hours * 60;
  }
  for (const Abbreviation& known : kAbbreviations) {
    if (letters == known.name.size() && starts_with_word(word, known.name)) minutes = known.minutes;
  }
  if (!minutes) return std::nullopt;
  text.remove_prefix(letters);
  return *minutes * kMillisecondsPerMinute;
}

// What is finer than a millisecond is cut towards 1970.
std::int64_t cut(std::int64_t moment, const DateParts& parts) {
  return moment < 0 && parts.finer ? moment + 1 : moment;
}

Result<std::int64_t> days_of_parts(const DateParts& parts, std::string_view text) {
  if (parts.iso_year || parts.iso_week || parts.iso_day) {
    if (parts.year || parts.month || parts.day) {
      return parse_failure(text, "Mixing of ISO dates with natural dates is not allowed");
    }
    if (!parts.iso_year) return parse_failure(text, "The parsed date was invalid");
    return days_of_iso_week(*parts.iso_year, parts.iso_week.value_or(1), parts.iso_day.value_or(1));
  }
  if (!parts.year || !parts.month || !parts.day) {
    return Status(ErrorCode::kConversionFailure,
                  fmt::format("an incomplete date/time string has been found, with elements "
                              "missing: \"{}\"",
                              text));
  }
  const int days = parts.day_of_year ? 367 : days_in_month(*parts.year, *parts.month);
  if (*parts.month < 1 || *parts.month > 12 || *parts.day < 1 || *parts.day > days) {
    return parse_failure(text, "The parsed date was invalid");
  }
  return moved_days(parts.relative, *parts.year, *parts.month, *parts.day);
}

}  // namespace

Status parse_failure(std::string_view text, std::string_view why) {
  return {ErrorCode::kConversionFailure,
          fmt::format("Error parsing date string '{}'; {}", text, why)};
}

Result<std::int64_t> moment_of(const DateParts& parts, std::string_view text,
                               const std::optional<TimeZone>& zone) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t days, days_of_parts(parts, text));
  if (parts.hour.value_or(0) < 0 || parts.hour.value_or(0) > 23 || parts.minute.value_or(0) > 59 ||
      parts.second.value_or(0) > 59) {
    return parse_failure(text, "The parsed time was invalid");
  }
  // MongoDB reads microseconds.
  constexpr std::int64_t kMostDays = INT64_MAX / 1000 / kMillisecondsPerDay - 1;
  if (days > kMostDays || days < -kMostDays) {
    return Status(ErrorCode::kDurationOverflow,
                  "Overflow casting from a lower-precision duration "
                  "to a higher-precision duration");
  }
  const std::int64_t local = days * kMillisecondsPerDay +
                             parts.hour.value_or(0) * kMillisecondsPerHour +
                             parts.minute.value_or(0) * kMillisecondsPerMinute +
                             parts.second.value_or(0) * kMillisecondsPerSecond + parts.millisecond +
                             parts.relative.milliseconds;
  if (!parts.offset) return cut(zone ? zone->to_utc(local) : local, parts);
  if (zone && !zone->is_utc()) {
    return Status(ErrorCode::kConversionFailure,
                  "you cannot pass in a date/time string with time zone information together with "
                  "a timezone argument");
  }
  return cut(local - *parts.offset, parts);
}

std::optional<std::int64_t> read_zone(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (text[0] == '+' || text[0] == '-') return read_offset(text);
  if (starts_with_word(text, "gmt") && text.size() > 3 && (text[3] == '+' || text[3] == '-')) {
    std::string_view rest = text.substr(3);
    const auto offset = read_offset(rest);
    if (offset) text = rest;
    return offset;
  }
  return read_abbreviation(text);
}

std::optional<int> read_month_name(std::string_view& text) {
  std::size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters])) ++letters;
  const std::string_view word = text.substr(0, letters);
  for (int month = 1; month <= 12; ++month) {
    const std::string_view name = kMonthNames[month - 1];
    for (const std::string_view form : {name, name.substr(0, 3), name.substr(0, 4)}) {
      if (form.size() == 4 && name != "September" && name.size() != 4) continue;
      if (letters != form.size() || !starts_with_word(word, form)) continue;
      text.remove_prefix(letters);
      return month;
    }
  }
  return std::nullopt;
}

}  // namespace cairn::expr
