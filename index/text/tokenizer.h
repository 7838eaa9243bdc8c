// Tokenizer: a text to the terms that a text index knows it by.
//
//   Tokenizer tokenizer;
//   tokenizer.start(text, language, Version::k3, {});
//   while (const auto term = tokenizer.next()) …
//
// Each word is lower-cased, looked up among the stop words, stemmed, and then stripped of its
// marks. Version 3 does that by Unicode, versions 1 and 2 by ASCII. Reusable; belongs to one
// thread.
#pragma once

#include "index/text/language.h"
#include "index/text/stop_words.h"

#include <optional>
#include <string>
#include <string_view>

namespace cairn::text {

struct TokenOptions {
  bool case_sensitive = false;
  bool diacritic_sensitive = false;
  bool with_stop_words = false;  // gives them too
};

class Tokenizer {
 public:
  // Views of `text` and `language` are kept.
  void start(std::string_view text, const Language& language, Version version,
             TokenOptions options);
  // The next term, valid until the next call; nullopt at the end.
  std::optional<std::string_view> next();

 private:
  std::string_view next_word();
  bool ends_word(char32_t letter) const;
  void lower(std::string_view word);
  void strip(std::string_view word);

  std::string_view rest_;
  const Language* language_ = nullptr;
  const StopWords* stop_words_ = nullptr;
  Version version_ = Version::k3;
  TokenOptions options_;
  std::string lower_;
  std::string term_;
};

// `text` as searches for phrases compare it: folded as `options` say. Appends to `out`.
void append_folded(std::string_view text, const Language& language, Version version,
                   TokenOptions options, std::string& out);

}  // namespace cairn::text
