// Language: what a text is written in, as text indexes know it: "none" and fifteen languages with a
// Snowball stemmer and a list of stop words. Immutable; any thread. Source: MongoDB's manual, "Text
// Search Languages"; the names that each index version takes were read off its engine.
#pragma once

#include <cstdint>
#include <string_view>

namespace cairn::text {

// textIndexVersion. 1 and 2 know ASCII alone; 3 knows Unicode. 1 takes any name for a language.
enum class Version : std::uint8_t { k1 = 1, k2 = 2, k3 = 3 };

struct Language {
  std::string_view name;       // in English: "german"
  std::string_view code;       // ISO 639-1: "de"; "" of "none"
  std::string_view long_code;  // ISO 639-2, which version 1 takes
  std::string_view other_long_code;
  const char* stemmer;          // Snowball's name for it; nullptr: words stay as they are
  std::string_view stop_words;  // whose list: a name of this table, or ""
  bool english = false;         // an apostrophe is part of a word
  bool turkic = false;          // I and i are letters of their own
};

// nullptr: version 2 or 3, and no such language. `name` in any case.
const Language* find_language(std::string_view name, Version version);

}  // namespace cairn::text
