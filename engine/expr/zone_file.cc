#include "engine/expr/zone_file.h"

#include "engine/expr/calendar.h"
#include "engine/expr/zone_rule.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace cairn::expr {
namespace {

constexpr std::string_view kFolder = "/usr/share/zoneinfo/";
constexpr std::size_t kTypeBytes = 6;

// Big-endian numbers from the left; zero past the end, which `ok` tells.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  T number() {
    std::uint64_t value = 0;
    for (const char byte : take(sizeof(T))) value = value << 8 | static_cast<std::uint8_t>(byte);
    return static_cast<T>(value);
  }
  std::string_view take(std::size_t size) {
    ok_ = ok_ && size <= rest_.size();
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Header {
  std::uint32_t utc_flags = 0;
  std::uint32_t standard_flags = 0;
  std::uint32_t leap_seconds = 0;
  std::uint32_t transitions = 0;
  std::uint32_t types = 0;
  std::uint32_t letters = 0;

  std::size_t body_bytes(std::size_t time_bytes) const {
    return transitions * (time_bytes + 1) + types * kTypeBytes + letters +
           leap_seconds * (time_bytes + 4) + standard_flags + utc_flags;
  }
};

std::optional<Header> read_header(Bytes& bytes) {
  if (bytes.take(4) != "TZif" || bytes.take(1) < "2") return std::nullopt;
  bytes.take(15);
  Header header;
  header.utc_flags = bytes.number<std::uint32_t>();
  header.standard_flags = bytes.number<std::uint32_t>();
  header.leap_seconds = bytes.number<std::uint32_t>();
  header.transitions = bytes.number<std::uint32_t>();
  header.types = bytes.number<std::uint32_t>();
  header.letters = bytes.number<std::uint32_t>();
  if (!bytes.ok() || header.types == 0) return std::nullopt;
  return header;
}

// "Europe/Berlin", and no path out of the folder.
bool is_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos)
    return false;
  if (name.starts_with("posix") || name.starts_with("right/")) return false;
  if (name == "Factory" || name == "localtime") return false;
  // Each zone has few names: those that were read are kept.
  if (name.back() == '/' || name.find("//") != std::string_view::npos) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
}

// The kinds of time that periods have.
std::vector<ZonePeriod> read_types(Bytes& bytes, std::uint32_t count) {
  std::vector<ZonePeriod> types(count);
  for (ZonePeriod& type : types) {
    type.offset = std::int64_t{bytes.number<std::int32_t>()} * kMillisecondsPerSecond;
    type.daylight_saving = bytes.number<std::uint8_t>() != 0;
    bytes.take(1);
  }
  return types;
}

void append_rule(std::string_view text, std::int64_t end, std::vector<ZonePeriod>& periods) {
  const auto rule = ZoneRule::parse(text);
  if (!rule) return;
  rule->append_periods(end, periods);
}

}  // namespace

std::optional<std::vector<ZonePeriod>> parse_zone_file(std::string_view file, std::int64_t end) {
  Bytes bytes(file);
  const auto first = read_header(bytes);  // of version 1, which is passed over
  if (!first) return std::nullopt;
  bytes.take(first->body_bytes(4));
  const auto header = read_header(bytes);
  if (!header) return std::nullopt;
  Bytes times(bytes.take(std::size_t{header->transitions} * 8));
  const std::string_view kinds = bytes.take(header->transitions);
  const std::vector<ZonePeriod> types = read_types(bytes, header->types);
  bytes.take(header->letters + header->leap_seconds * 12 + header->standard_flags +
             header->utc_flags);
  if (!bytes.ok()) return std::nullopt;
  std::vector<ZonePeriod> periods{types[0]};
  for (const char kind : kinds) {
    const auto type = static_cast<std::uint8_t>(kind);
    if (type >= types.size()) return std::nullopt;
    ZonePeriod period = types[type];
    period.begin = times.number<std::int64_t>();
    if (period.begin < -(std::int64_t{1} << 40)) continue;  // before time began, some files say
    period.begin *= kMillisecondsPerSecond;
    periods.push_back(period);
  }
  std::string_view footer = bytes.rest();
  if (footer.size() >= 2 && footer.front() == '\n') {
    append_rule(footer.substr(1, footer.find('\n', 1) - 1), end, periods);
  }
  return periods;
}

std::optional<std::vector<ZonePeriod>> read_zone_file(std::string_view name, std::int64_t end) {
  if (!is_name(name)) return std::nullopt;
  const std::string path = std::string(kFolder) + std::string(name);
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return std::nullopt;  // "Europe" is a folder
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse_zone_file(bytes, end);
}

}  // namespace cairn::expr
