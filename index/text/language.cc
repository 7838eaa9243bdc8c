#include "index/text/language.h"

#include <algorithm>
#include <array>

namespace cairn::text {
namespace {

constexpr Language kNone{"none", "", "", "", nullptr, ""};

constexpr std::array kLanguages = {
    Language{"danish", "da", "dan", "", "danish", "danish"},
    Language{"dutch", "nl", "nld", "dut", "dutch", "dutch"},
    Language{"english", "en", "eng", "", "english", "english", true},
    Language{"finnish", "fi", "fin", "", "finnish", "finnish"},
    Language{"french", "fr", "fra", "fre", "french", "french"},
    Language{"german", "de", "deu", "ger", "german", "german"},
    Language{"hungarian", "hu", "hun", "", "hungarian", "hungarian"},
    Language{"italian", "it", "ita", "", "italian", "italian"},
    Language{"norwegian", "nb", "nor", "", "norwegian", "norwegian"},
    Language{"portuguese", "pt", "por", "", "portuguese", "portuguese"},
    Language{"romanian", "ro", "ron", "rum", "romanian", "romanian"},
    Language{"russian", "ru", "rus", "", "russian", "russian"},
    Language{"spanish", "es", "spa", "esl", "spanish", "spanish"},
    Language{"swedish", "sv", "swe", "", "swedish", "swedish"},
    Language{"turkish", "tr", "tur", "", "turkish", "turkish", false, true},
};

bool same(std::string_view a, std::string_view lower) {
  const auto equal = [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; };
  return !lower.empty() && std::equal(a.begin(), a.end(), lower.begin(), lower.end(), equal);
}

// What version 1 makes of a code: the stemmer, and no stop words.
const Language* stemmer_alone(std::string_view code) {
  static const auto kCoded = [] {
    auto coded = kLanguages;
    for (Language& language : coded) language.stop_words = "";
    return coded;
  }();
  for (const Language& language : kCoded) {
    if (same(code, language.code) || same(code, language.long_code) ||
        same(code, language.other_long_code)) {
      return &language;
    }
  }
  return nullptr;
}

}  // namespace

const Language* find_language(std::string_view name, Version version) {
  if (same(name, kNone.name)) return &kNone;
  for (const Language& language : kLanguages) {
    if (same(name, language.name)) return &language;
    if (!same(name, language.code)) continue;
    if (version != Version::k1 || language.english) return &language;
  }
  if (version != Version::k1) return nullptr;
  const Language* coded = stemmer_alone(name);
  return coded != nullptr ? coded : &kNone;
}

}  // namespace cairn::text
