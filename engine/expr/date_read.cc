// The text is taken apart from the left: of all rules the one that matches most of it is applied;
// of two that match as much, the first. Source: the forms that PHP's manual describes ("Supported
// Date and Time Formats"), which MongoDB's parser shares.
#include "engine/expr/date_read.h"

#include "engine/bson/date.h"
#include "engine/expr/regex.h"
#include "engine/expr/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace cairn::expr {
namespace {

// What a rule found, by group.
class Match {
 public:
  Match(std::string_view text, const Regex::Groups& groups) : text_(text), groups_(groups) {}

  bool has(std::size_t i) const { return groups_[i].has_value(); }
  std::string_view text(std::size_t i) const {
    return has(i) ? text_.substr(groups_[i]->begin, groups_[i]->end - groups_[i]->begin)
                  : std::string_view();
  }
  std::int64_t number(std::size_t i) const {
    std::int64_t number = 0;
    for (const char c : text(i)) number = number * 10 + (c - '0');
    return number;
  }

 private:
  std::string_view text_;
  const Regex::Groups& groups_;
};

using Apply = bool (*)(const Match& match, DateParts& parts);

// Every setter says whether the part was not there yet.
bool set_date(DateParts& parts, std::optional<std::int64_t> year, std::int64_t month,
              std::int64_t day) {
  if (parts.month) return false;
  if (year) parts.year = year;
  parts.month = static_cast<int>(month);
  parts.day = static_cast<int>(day);
  return true;
}

bool set_time(DateParts& parts, std::int64_t hour, std::int64_t minute, std::int64_t second) {
  if (parts.has_time()) return false;
  parts.hour = static_cast<int>(hour);
  parts.minute = static_cast<int>(minute);
  parts.second = static_cast<int>(second);
  return true;
}

std::int64_t year_of(const Match& match, std::size_t i) {
  const std::int64_t year = match.number(i);
  if (match.text(i).size() >= 4 || year >= 100) return year;
  return year < 70 ? year + 2000 : year + 1900;
}

int month_of(const Match& match, std::size_t i) {
  constexpr std::string_view kRoman[] = {"I",   "II",   "III", "IV", "V",  "VI",
                                         "VII", "VIII", "IX",  "X",  "XI", "XII"};
  std::string_view name = match.text(i);
  for (int month = 1; month <= 12; ++month) {
    if (name == kRoman[month - 1]) return month;
  }
  return read_month_name(name).value_or(0);
}

bool apply_zone(const Match& match, std::size_t i, DateParts& parts) {
  if (!match.has(i) || match.text(i).empty()) return true;
  std::string_view text = match.text(i);
  if (text.starts_with('(')) text.remove_prefix(1);
  if (text.ends_with(')')) text.remove_suffix(1);
  const auto offset = read_zone(text);
  if (!offset || !text.empty() || parts.offset) return false;
  parts.offset = offset;
  return true;
}

int fraction(std::string_view digits) {
  int milliseconds = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    milliseconds = milliseconds * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  return milliseconds;
}

// Hour, minute, second, fraction, zone from a group on.
bool apply_time(const Match& match, std::size_t i, DateParts& parts) {
  if (!set_time(parts, match.number(i), match.number(i + 1), match.number(i + 2))) return false;
  const std::string_view digits = match.text(i + 3);
  parts.millisecond = fraction(digits);
  parts.finer = digits.find_first_not_of('0', 3) != std::string_view::npos;
  return apply_zone(match, i + 4, parts);
}

// Hour (1 to 12), minute, second, 'a' or 'p' from a group on.
bool apply_time12(const Match& match, std::size_t i, DateParts& parts) {
  const char half = match.text(i + 3)[0];
  const bool afternoon = half == 'p' || half == 'P';
  return set_time(parts, match.number(i) % 12 + (afternoon ? 12 : 0), match.number(i + 1),
                  match.number(i + 2));
}

bool apply_week(const Match& match, DateParts& parts) {
  const std::int64_t day = match.has(3) ? match.number(3) : 1;
  const CivilDay civil = civil_day(days_of_iso_week(match.number(1), match.number(2), day));
  return set_date(parts, civil.year, civil.month, civil.day);
}

bool apply_timestamp(const Match& match, DateParts& parts) {
  const std::string_view text = match.text(1);
  const bool before = text[0] == '-';
  std::int64_t seconds = 0;
  for (const char c : text.substr(before ? 1 : 0)) seconds = seconds * 10 + (c - '0');
  const CivilTime time = civil_time((before ? -seconds : seconds) * kMillisecondsPerSecond);
  parts.offset = 0;
  return set_date(parts, time.day.year, time.day.month, time.day.day) &&
         set_time(parts, time.clock.hour, time.clock.minute, time.clock.second);
}

bool apply_relative_day(const Match& match, DateParts& parts) {
  const char first = static_cast<char>(match.text(1)[0] | 0x20);
  if (first == 'n' && match.text(1).size() == 3) return true;  // now
  parts.forget_time();
  if (first == 'y') parts.relative.days -= 1;
  if (first == 't' && match.text(1).size() == 8) parts.relative.days += 1;
  if (first == 'n') return set_time(parts, 12, 0, 0);  // noon
  return true;
}

// "monday"; "weekday" is Monday too.
bool apply_weekday(const Match& match, DateParts& parts) {
  const std::string_view name = match.text(1);
  parts.forget_time();
  parts.relative.weekday = read_weekday(name).value_or(1);
  if (parts.relative.self != RelativeDate::Self::kSameWeek) {
    parts.relative.self = RelativeDate::Self::kMayBe;
  }
  return true;
}

// A sign or several, a number, a unit.
bool apply_amount(const Match& match, DateParts& parts) {
  const auto minuses = std::ranges::count(match.text(1), '-');
  const std::int64_t amount = minuses % 2 == 1 ? -match.number(2) : match.number(2);
  if (read_weekday(match.text(3))) parts.forget_time();
  parts.relative.add(amount, match.text(3), RelativeDate::Self::kMayBe);
  return true;
}

// "next", "third", …
std::int64_t ordinal(std::string_view word) {
  constexpr std::string_view kOrdinals[] = {"fir", "sec", "thi", "fou", "fif", "six",
                                            "sev", "eig", "nin", "ten", "ele", "twe"};
  if (word.size() == 4 && (word[1] | 0x20) == 'h') return 0;  // "this"
  std::string start(word.substr(0, 3));
  for (char& c : start) c = static_cast<char>(c | 0x20);
  for (std::size_t i = 0; i < std::size(kOrdinals); ++i) {
    if (kOrdinals[i] == start) return static_cast<std::int64_t>(i) + 1;
  }
  return start == "nex" ? 1 : -1;  // "last", "previous"
}

// An ordinal, a unit. With a week, the weekday (Monday, if there is none) is one of that week.
bool apply_ordinal(const Match& match, DateParts& parts) {
  using Self = RelativeDate::Self;
  const std::int64_t amount = ordinal(match.text(1));
  const std::string_view unit = match.text(2);
  if (read_weekday(unit)) parts.forget_time();
  parts.relative.add(amount, unit, amount == 0 ? Self::kMayBe : Self::kLater);
  if (unit.size() == 4 && (unit[0] | 0x20) == 'w') {
    parts.relative.self = Self::kSameWeek;
    if (!parts.relative.weekday) parts.relative.weekday = 1;
  }
  return true;
}

// "third friday of", "last monday of".
bool apply_weekday_of(const Match& match, DateParts& parts) {
  using Edge = RelativeDate::Edge;
  const std::int64_t amount = ordinal(match.text(1));
  parts.forget_time();
  parts.relative.edge = amount > 0 ? Edge::kWeekdays : Edge::kLastWeekday;
  parts.relative.add(amount, match.text(2), RelativeDate::Self::kMayBe);
  return true;
}

// "first day of", "last day of".
bool apply_edge(const Match& match, DateParts& parts) {
  using Edge = RelativeDate::Edge;
  const bool last = (match.text(1)[0] | 0x20) == 'l';
  parts.forget_time();
  parts.relative.edge = last ? Edge::kLastDay : Edge::kFirstDay;
  return true;
}

// "back of 7pm" is a quarter past, "front of 7pm" a quarter to.
bool apply_quarter(const Match& match, DateParts& parts) {
  const bool back = (match.text(1)[0] | 0x20) == 'b';
  std::int64_t hour = match.number(2);
  if (match.has(3)) hour = hour % 12 + ((match.text(3)[0] | 0x20) == 'p' ? 12 : 0);
  parts.forget_time();
  return set_time(parts, back ? hour : hour - 1, back ? 15 : 45, 0);
}

bool apply_ago(const Match&, DateParts& parts) {
  parts.relative.turn_back();
  return true;
}

bool apply_four_digits(const Match& match, DateParts& parts) {
  if (!parts.has_time()) return set_time(parts, match.number(1), match.number(2), 0);
  parts.year = match.number(1) * 100 + match.number(2);
  return true;
}

#define HOUR24 "(2[0-4]|[01]?[0-9])"
#define HOUR24_LZ "([01][0-9]|2[0-4])"
#define HOUR12 "(1[0-2]|0?[1-9])"
#define MINUTE "([0-5]?[0-9])"
#define MINUTE_LZ "([0-5][0-9])"
#define SECOND "(60|[0-5]?[0-9])"
#define SECOND_LZ "(60|[0-5][0-9])"
#define MERIDIAN "([ap])\\.?m\\.?(?=[ \\t]|$)"
#define DAY_NAME "(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|wed|thur?s?|fri|sat|sun"
#define UNIT                                                                                \
  "(?:ms|msecs?|milliseconds?|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|weekdays?|" \
  "fort?h?nights?|months?|years?|" DAY_NAME ")(?![a-z])"
#define ORDINAL                                                                               \
  "(first|second|third|fourth|fifth|sixth|seventh|eighth?|ninth|tenth|eleventh|twelfth|next|" \
  "last|previous|this)[ \\t]+"
// What begins something else is no zone.
#define NO_ZONE                                                                               \
  "(?!(?:yesterday|now|noon|midnight|today|tomorrow|ago|back|front|weekdays?|next|last|this|" \
  "first|second|third|fourth|fifth|sixth|eighth?|ninth|tenth|" FULL_MONTH "|" SHORT_MONTH     \
  "|" DAY_NAME ")(?![a-z]))"
#define OFFSET                                                                   \
  "(?:gmt)?[+-](?:(?:2[0-4]|[01][0-9]|[0-9](?![0-9])):?[0-5][0-9]|[0-9]{1,2}:?)" \
  "(?![0-9]*[ \\t]*" UNIT ")"
#define ZONE_NAME NO_ZONE "\\(?[a-z]{1,6}\\)?(?![a-z/_])"
#define ZONE "(?:[ \\t]*(" OFFSET "|" ZONE_NAME "))?"
#define DAY "(3[01]|[0-2]?[0-9])(?:st|nd|rd|th)?"
#define DAY_LZ "(0[0-9]|[12][0-9]|3[01])"
#define MONTH "(1[0-2]|0?[0-9])"
#define MONTH_LZ "(0[0-9]|1[0-2])"
#define YEAR "([0-9]{1,4})"
#define YEAR4 "([0-9]{4})"
#define FULL_MONTH \
  "january|february|march|april|may|june|july|august|september|october|november|december"
#define SHORT_MONTH "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
#define ROMAN "(?-i:VIII|VII|VI|IV|V|III|II|IX|I|XII|XI|X)"
#define MONTH_NAME "(" FULL_MONTH "|" SHORT_MONTH "|" ROMAN ")"
#define TIME24 "t?" HOUR24 "[:.]" MINUTE "(?:[:.]" SECOND "(?:\\.([0-9]+))?)?" ZONE

struct Form {
  const char* pattern;
  Apply apply;
};

constexpr Form kForms[] = {
    {"(yesterday|now|noon|midnight|today|tomorrow)", apply_relative_day},
    {"@(-?[0-9]{1,13})", apply_timestamp},
    {HOUR12 "(?:[:.]" MINUTE "(?:[:.]" SECOND_LZ ")?)?[ \\t]*" MERIDIAN,
     [](const Match& m, DateParts& p) { return apply_time12(m, 1, p); }},
    {TIME24, [](const Match& m, DateParts& p) { return apply_time(m, 1, p); }},
    {"t" HOUR24 "()()()" ZONE, [](const Match& m, DateParts& p) { return apply_time(m, 1, p); }},
    {"t?" HOUR24_LZ MINUTE_LZ, apply_four_digits},
    {"t?" HOUR24_LZ MINUTE_LZ SECOND_LZ "()" ZONE,
     [](const Match& m, DateParts& p) { return apply_time(m, 1, p); }},
    {MONTH "/" DAY "(?:/" YEAR ")?",
     [](const Match& m, DateParts& p) {
       return set_date(p, m.has(3) ? std::optional(year_of(m, 3)) : std::nullopt, m.number(1),
                       m.number(2));
     }},
    {"([+-])([0-9]{5,9})-" MONTH_LZ "-" DAY_LZ,
     [](const Match& m, DateParts& p) {
       return set_date(p, m.text(1) == "-" ? -m.number(2) : m.number(2), m.number(3), m.number(4));
     }},
    {"([+-]?)" YEAR4 "-" MONTH_LZ "-" DAY_LZ,
     [](const Match& m, DateParts& p) {
       return set_date(p, m.text(1) == "-" ? -m.number(2) : m.number(2), m.number(3), m.number(4));
     }},
    {YEAR4 "/" MONTH "/" DAY "/?",
     [](const Match& m, DateParts& p) {
       return set_date(p, m.number(1), m.number(2), m.number(3));
     }},
    {YEAR4 "-" MONTH,
     [](const Match& m, DateParts& p) { return set_date(p, m.number(1), m.number(2), 1); }},
    {YEAR "-" MONTH "-" DAY,
     [](const Match& m, DateParts& p) {
       return set_date(p, year_of(m, 1), m.number(2), m.number(3));
     }},
    {DAY "[ \\t.-]*" MONTH_NAME "[ \\t.-]*" YEAR,
     [](const Match& m, DateParts& p) {
       return set_date(p, year_of(m, 3), month_of(m, 2), m.number(1));
     }},
    {DAY "[.\\t-]" MONTH "[.-]" YEAR4,
     [](const Match& m, DateParts& p) {
       return set_date(p, m.number(3), m.number(2), m.number(1));
     }},
    {DAY "[.\\t]" MONTH "\\.([0-9]{2})",
     [](const Match& m, DateParts& p) {
       return set_date(p, year_of(m, 3), m.number(2), m.number(1));
     }},
    {MONTH_NAME "[ .\\t-]*" YEAR4,
     [](const Match& m, DateParts& p) { return set_date(p, m.number(2), month_of(m, 1), 1); }},
    {YEAR4 "[ .\\t-]*" MONTH_NAME,
     [](const Match& m, DateParts& p) { return set_date(p, m.number(1), month_of(m, 2), 1); }},
    {MONTH_NAME "[ .\\t-]*" DAY "[,.stndrh\\t ]+" YEAR,
     [](const Match& m, DateParts& p) {
       return set_date(p, year_of(m, 3), month_of(m, 1), m.number(2));
     }},
    {MONTH_NAME "[ .\\t-]*" DAY "[,.stndrh\\t ]*",
     [](const Match& m, DateParts& p) {
       return set_date(p, std::nullopt, month_of(m, 1), m.number(2));
     }},
    {MONTH_NAME "[ .\\t-]*" DAY "[,.stndrh\\t ]*" TIME24,
     [](const Match& m, DateParts& p) {
       return set_date(p, std::nullopt, month_of(m, 1), m.number(2)) && apply_time(m, 3, p);
     }},
    {DAY "[ .\\t-]*" MONTH_NAME,
     [](const Match& m, DateParts& p) {
       return set_date(p, std::nullopt, month_of(m, 2), m.number(1));
     }},
    {YEAR4 MONTH_LZ DAY_LZ,
     [](const Match& m, DateParts& p) {
       return set_date(p, m.number(1), m.number(2), m.number(3));
     }},
    {YEAR4 MONTH_LZ DAY_LZ "t?" HOUR24 ":?" MINUTE_LZ ":?" SECOND_LZ "()" ZONE,
     [](const Match& m, DateParts& p) {
       return set_date(p, m.number(1), m.number(2), m.number(3)) && apply_time(m, 4, p);
     }},
    {YEAR4 ":" MONTH_LZ ":" DAY_LZ " " HOUR24_LZ ":" MINUTE_LZ ":" SECOND_LZ "()()",
     [](const Match& m, DateParts& p) {
       return set_date(p, m.number(1), m.number(2), m.number(3)) && apply_time(m, 4, p);
     }},
    {YEAR4 "[.-]?(00[1-9]|0[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])",
     [](const Match& m, DateParts& p) {
       return set_date(p, m.number(1), 1, m.number(2));  // refused behind January
     }},
    {YEAR4 "-?w([0-4][0-9]|5[0-3])(?:-?([0-7]))?", apply_week},
    {YEAR "-(" SHORT_MONTH "|may)-" DAY_LZ,
     [](const Match& m, DateParts& p) {
       return set_date(p, year_of(m, 1), month_of(m, 2), m.number(3));
     }},
    {"(" SHORT_MONTH "|may)-" DAY_LZ "-" YEAR,
     [](const Match& m, DateParts& p) {
       return set_date(p, year_of(m, 3), month_of(m, 1), m.number(2));
     }},
    {DAY "/(" SHORT_MONTH "|may)/" YEAR4 ":" HOUR24_LZ ":" MINUTE_LZ ":" SECOND_LZ "()" ZONE,
     [](const Match& m, DateParts& p) {
       return set_date(p, m.number(3), month_of(m, 2), m.number(1)) && apply_time(m, 4, p);
     }},
    {YEAR4,
     [](const Match& m, DateParts& p) {
       p.year = m.number(1);
       return true;
     }},
    {"(weekdays?|" DAY_NAME ")(?![a-z])", apply_weekday},
    {"([+-]*[ \\t]*)([0-9]{1,12})[ \\t]*(" UNIT ")", apply_amount},
    {ORDINAL "(" UNIT ")", apply_ordinal},
    {ORDINAL "(" DAY_NAME ")[ \\t]+of(?![a-z])", apply_weekday_of},
    {"(first|last) day of(?![a-z])", apply_edge},
    {"(back|front) of " HOUR24 "(?:[ \\t]*" MERIDIAN ")?", apply_quarter},
    {"ago(?![a-z])", apply_ago},
    {"(" OFFSET "|" ZONE_NAME ")(?![a-z/_])",
     [](const Match& m, DateParts& p) { return apply_zone(m, 1, p); }},
    {"[ .,\\t\\n]+", [](const Match&, DateParts&) { return true; }},
};

struct Rule {
  Regex regex;
  Apply apply;
};

const std::vector<Rule>& rules() {
  static const auto& compiled = *new std::vector<Rule>([] {
    std::vector<Rule> made;
    for (const Form& form : kForms) {
      made.push_back(
          {*Regex::compile(std::string("\\G(?:") + form.pattern + ")", "i"), form.apply});
    }
    return made;
  }());
  return compiled;
}

// Where the longest match ends; `from` where nothing applies.
std::size_t apply_longest(std::string_view text, std::size_t from, DateParts& parts) {
  thread_local Regex::Groups groups;
  thread_local Regex::Groups longest;
  const Rule* best = nullptr;
  std::size_t end = from;
  for (const Rule& rule : rules()) {
    const Result<bool> found = rule.regex.find(text, from, groups);
    if (!found.ok() || !*found || groups[0]->end <= end) continue;
    best = &rule;
    end = groups[0]->end;
    std::swap(groups, longest);
  }
  if (best == nullptr || !best->apply(Match(text, longest), parts)) return from;
  return end;
}

constexpr std::string_view kMillisecondsIso = "2017-02-08T12:10:40.787Z";

}  // namespace

Result<std::int64_t> read_date(std::string_view text, const std::optional<TimeZone>& zone) {
  if (text.size() <= kMillisecondsIso.size() && (!zone || zone->is_utc())) {
    if (const auto iso = parse_iso8601(text)) return iso->milliseconds;  // what most texts are
  }
  DateParts parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = apply_longest(text, at, parts);
    if (next == at) {
      return parse_failure(
          text, fmt::format("{}: Unexpected character '{}'", at, first_character(text.substr(at))));
    }
    at = next;
  }
  return moment_of(parts, text, zone);
}

}  // namespace cairn::expr
