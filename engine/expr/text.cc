#include "engine/expr/text.h"

#include "engine/expr/date_format.h"
#include "engine/expr/dates.h"

#include <fmt/format.h>

#include <cstring>
#include <iterator>

namespace cairn::expr {
namespace {

constexpr std::string_view kIsoFormat = "%Y-%m-%dT%H:%M:%S.%LZ";

// "Jan  1 00:00:05:1": the second, without its year, and the increment.
void write_timestamp(Timestamp timestamp, std::string& out) {
  const CivilTime time = civil_time(std::int64_t{timestamp.seconds} * kMillisecondsPerSecond);
  fmt::format_to(std::back_inserter(out), "{} {:2} {:02}:{:02}:{:02}:{}",
                 kMonthNames[time.day.month - 1].substr(0, 3), time.day.day, time.clock.hour,
                 time.clock.minute, time.clock.second, timestamp.increment);
}

Status write_as_text(ValueView value, std::string& out) {
  switch (value.type()) {
    case BsonType::kInt32:
      fmt::format_to(std::back_inserter(out), "{}", value.as_int32());
      return Status();
    case BsonType::kInt64:
      fmt::format_to(std::back_inserter(out), "{}", value.as_int64());
      return Status();
    case BsonType::kDouble:
      fmt::format_to(std::back_inserter(out), "{:g}", value.as_double());
      return Status();
    case BsonType::kDecimal128:
      out = value.as_decimal128().to_string();
      return Status();
    case BsonType::kDate:
      return write_date(kIsoFormat, value.as_date().milliseconds, TimeZone(), out);
    case BsonType::kTimestamp:
      write_timestamp(value.as_timestamp(), out);
      return Status();
    default:
      return {location(16007),
              fmt::format("can't convert from BSON type {} to String", type_of(value))};
  }
}

template <typename Change>
std::string_view changed(std::string_view text, Evaluation& evaluation, Change change) {
  std::string& out = evaluation.buffer();
  out.assign(text);
  for (char& c : out) c = change(c);
  return out;
}

}  // namespace

Result<std::string_view> coerce_to_text(ValueView value, Evaluation& evaluation) {
  if (!value.has_value()) return std::string_view();
  if (value.is_string() || value.type() == BsonType::kSymbol || value.type() == BsonType::kCode) {
    return value.as_string();
  }
  std::string& text = evaluation.buffer();
  CAIRN_RETURN_IF_ERROR(write_as_text(value, text));
  return std::string_view(text);
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += is_continuation(byte) ? 0 : 1;
  return count;
}

std::size_t offset_of_code_point(std::string_view text, std::size_t n) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_continuation(text[i])) continue;
    if (n-- == 0) return i;
  }
  return text.size();
}

std::size_t find_text(std::string_view text, std::string_view sought, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* const found =
      memmem(text.data() + from, text.size() - from, sought.data(), sought.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::string_view to_lower(std::string_view text, Evaluation& evaluation) {
  return changed(text, evaluation, [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
}

std::string_view to_upper(std::string_view text, Evaluation& evaluation) {
  return changed(text, evaluation, [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
}

}  // namespace cairn::expr
