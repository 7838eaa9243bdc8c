#include "index/text/tokenizer.h"

#include "index/text/letters.h"
#include "index/text/stemmer.h"

namespace cairn::text {
namespace {

constexpr std::string_view kAsciiDelimiters = "\t\n\v\f\r !\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";

char ascii_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

void Tokenizer::start(std::string_view text, const Language& language, Version version,
                      TokenOptions options) {
  rest_ = text;
  language_ = &language;
  stop_words_ = &stop_words(language);
  version_ = version;
  options_ = options;
}

bool Tokenizer::ends_word(char32_t letter) const {
  if (letter == '\'') return !language_->english;
  if (version_ == Version::k3) return is_delimiter(letter);
  return letter < 0x80 &&
         kAsciiDelimiters.find(static_cast<char>(letter)) != std::string_view::npos;
}

// Empty at the end.
std::string_view Tokenizer::next_word() {
  std::string_view word = rest_;
  while (!rest_.empty()) {
    const std::string_view before = rest_;
    if (!ends_word(take_letter(rest_))) continue;
    if (before.data() != word.data()) return word.substr(0, word.size() - before.size());
    word = rest_;
  }
  return word;
}

void Tokenizer::lower(std::string_view word) {
  lower_.clear();
  if (version_ != Version::k3) {
    for (const char letter : word) lower_.push_back(ascii_lower(letter));
    return;
  }
  while (!word.empty()) append_letter(fold_case(take_letter(word), language_->turkic), lower_);
}

void Tokenizer::strip(std::string_view word) {
  term_.clear();
  while (!word.empty()) {
    if (const char32_t letter = bare(take_letter(word)); letter != 0) append_letter(letter, term_);
  }
}

std::optional<std::string_view> Tokenizer::next() {
  for (;;) {
    const std::string_view word = next_word();
    if (word.empty()) return std::nullopt;
    lower(word);
    if (!options_.with_stop_words && stop_words_->contains(lower_)) continue;
    const std::string_view stemmed = stem(*language_, options_.case_sensitive ? word : lower_);
    if (version_ != Version::k3 || options_.diacritic_sensitive) {
      term_.assign(stemmed);
    } else {
      strip(stemmed);
    }
    return term_;
  }
}

void append_folded(std::string_view text, const Language& language, Version version,
                   TokenOptions options, std::string& out) {
  if (version != Version::k3) {
    for (const char letter : text)
      out.push_back(options.case_sensitive ? letter : ascii_lower(letter));
    return;
  }
  while (!text.empty()) {
    char32_t letter = take_letter(text);
    if (!options.case_sensitive) letter = fold_case(letter, language.turkic);
    if (!options.diacritic_sensitive) letter = bare(letter);
    if (letter != 0) append_letter(letter, out);
  }
}

}  // namespace cairn::text
