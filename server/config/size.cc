#include "server/config/size.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

namespace cairn::server {
namespace {

Status not_a_size(std::string_view text) {
  return Status(
      ErrorCode::kBadValue,
      "a size is a number and a unit, as in 512MB, 2GiB or 1048576, not: " + std::string(text));
}

// What one unit is worth, or 0.
double factor(std::string unit) {
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (unit.empty() || unit == "b") return 1;
  const std::size_t power = std::string_view("kmgt").find(unit[0]) + 1;
  if (power == 0) return 0;
  const std::string_view rest = std::string_view(unit).substr(1);
  if (rest.empty() || rest == "ib") return std::pow(1024.0, static_cast<double>(power));
  return rest == "b" ? std::pow(1000.0, static_cast<double>(power)) : 0;
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || !(number >= 0)) return not_a_size(text);
  std::string_view unit(stopped, static_cast<std::size_t>(end - stopped));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const double bytes = number * factor(std::string(unit));
  if (factor(std::string(unit)) == 0 || bytes >= 9e18) return not_a_size(text);
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace cairn::server
