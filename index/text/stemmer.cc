#include "index/text/stemmer.h"

#include "index/text/letters.h"

#include <libstemmer.h>

#include <memory>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

namespace cairn::text {
namespace {

struct Delete {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};
using StemmerPtr = std::unique_ptr<sb_stemmer, Delete>;

// A stemmer keeps its last word, so each thread has its own.
sb_stemmer* thread_stemmer(const char* algorithm) {
  thread_local std::unordered_map<const char*, StemmerPtr> stemmers;
  StemmerPtr& stemmer = stemmers[algorithm];
  if (!stemmer) {
    stemmer.reset(sb_stemmer_new(algorithm, "UTF_8"));
    if (!stemmer) throw std::bad_alloc();
  }
  return stemmer.get();
}

std::string_view snowball(const char* algorithm, std::string_view word) {
  sb_stemmer* const stemmer = thread_stemmer(algorithm);
  const sb_symbol* const stemmed = sb_stemmer_stem(
      stemmer, reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
  if (stemmed == nullptr) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(stemmed),
          static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

constexpr std::u32string_view kNeutral = U"qx";  // consonants that no ending has

bool is_small_latin(char32_t letter) { return letter >= 'a' && letter <= 'z'; }

// MongoDB's Snowball is older than ours. What an algorithm has changed about single letters since
// is undone: it sees another letter in their place, for which it does what it once did for this
// one. `neutral`: for what was no letter of the language.
char32_t as_once(std::string_view language, char32_t letter, char32_t neutral) {
  if (language == "russian") return letter == U'ё' ? U'ђ' : letter;  // was no е
  if (language == "french") {
    if (letter == U'H') return U'Q';                          // was no mark of its own
    return letter == U'ï' || letter == U'ë' ? U'ô' : letter;  // were vowels like any
  }
  if (language == "hungarian") {
    // õ and û were written for ő and ű.
    if (letter == U'õ') return U'ő';
    if (letter == U'û') return U'ű';
    return letter == U'ő' || letter == U'ű' ? neutral : letter;
  }
  // All that is no vowel was a consonant.
  const bool danish = language == "danish";
  if (!danish && language != "finnish") return letter;
  const bool own = is_small_latin(letter) || letter == U'å' ||
                   (danish ? letter == U'æ' || letter == U'ø' : letter == U'ä' || letter == U'ö');
  return own ? letter : neutral;
}

// `stand_in`: the word as the algorithm once saw it; false: the same as now.
bool put_stand_ins(std::string_view language, std::string_view word, std::string& stand_in,
                   std::vector<char32_t>& letters) {
  stand_in.clear();
  letters.clear();
  bool any = false;
  char32_t neutral = kNeutral.front();
  while (!word.empty()) {
    const char32_t letter = take_letter(word);
    // Only what is the same letter twice looks like it.
    if (!letters.empty() && letters.back() != letter) {
      neutral = neutral == kNeutral.front() ? kNeutral.back() : kNeutral.front();
    }
    const char32_t seen = as_once(language, letter, neutral);
    any = any || seen != letter;
    letters.push_back(letter);
    append_letter(seen, stand_in);
  }
  return any;
}

}  // namespace

std::string_view stem(const Language& language, std::string_view word) {
  if (language.stemmer == nullptr) return word;
  thread_local std::string stand_in;
  thread_local std::vector<char32_t> letters;
  if (!put_stand_ins(language.name, word, stand_in, letters)) {
    return snowball(language.stemmer, word);
  }
  // Stems begin as their words do: letters are put back by their places.
  std::string_view stemmed = snowball(language.stemmer, stand_in);
  std::string_view before = stand_in;
  thread_local std::string result;
  result.clear();
  for (std::size_t i = 0; !stemmed.empty(); ++i) {
    const char32_t seen = take_letter(stemmed);
    const bool kept = !before.empty() && take_letter(before) == seen;
    append_letter(kept ? letters[i] : seen, result);
  }
  return result;
}

}  // namespace cairn::text
