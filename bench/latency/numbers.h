// Numbers on the command line of `cairn bench`.
#pragma once

#include "server/config/command_line.h"

#include <cairn/status.h>

#include <charconv>
#include <cstdint>
#include <string>

namespace cairn::bench {

inline Result<std::uint64_t> parse_number(const server::Arguments& arguments, const char* name,
                                          std::uint64_t otherwise, std::uint64_t least = 1) {
  if (!arguments.has(name)) return otherwise;
  const std::string text = arguments.one(name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least) return value;
  return Status(ErrorCode::kBadValue, std::string("--") + name +
                                          " must be a whole number of at least " +
                                          std::to_string(least) + ", not " + text);
}

}  // namespace cairn::bench
