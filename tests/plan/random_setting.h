// What random comparisons of plans share: how many there are, and documents from text.
#pragma once

#include <cairn/bson.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace cairn {

// The environment's number of that name.
inline std::int64_t number_of(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

inline Document json(const std::string& text) {
  auto parsed = from_json(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status().to_string();
  return parsed.ok() ? std::move(*parsed) : Document();
}

}  // namespace cairn
