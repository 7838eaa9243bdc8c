#include "server/log/line.h"

#include <fmt/format.h>

#include <ctime>

namespace cairn::log {
namespace {

char letter(Severity severity) { return "DIWE"[static_cast<std::size_t>(severity)]; }

std::string iso_time(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto milliseconds =
      duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     milliseconds % 1000);
}

}  // namespace

std::string format_line(std::chrono::system_clock::time_point time, Severity severity,
                        std::string_view component, std::string_view context,
                        std::string_view message, DocumentView attributes) {
  // Message and attributes are written by the JSON writer, which knows how to escape.
  const Document texts = document("ctx", context, "msg", message);
  std::string line = fmt::format(R"({{"t":{{"$date":"{}"}},"s":"{}","c":"{}",)", iso_time(time),
                                 letter(severity), component);
  line += std::string_view(to_json(texts)).substr(1);
  if (attributes.empty()) return line;
  line.pop_back();
  line += R"(,"attr":)";
  line += to_json(attributes);
  line += '}';
  return line;
}

}  // namespace cairn::log
