// Search: what `$search` asks for: terms, "phrases", and -negations of either.
// Source: MongoDB's manual, "$text"; the borders of its grammar were read off its engine.
#pragma once

#include "index/text/language.h"
#include "index/text/tokenizer.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::text {

struct SearchOptions {
  const Language* language = nullptr;
  Version version = Version::k3;
  bool case_sensitive = false;
  bool diacritic_sensitive = false;
};

class Search {
 public:
  Search(std::string_view search, SearchOptions options);

  // What to look for in the index, ascending: as indexed, whatever the options.
  const std::set<std::string, std::less<>>& index_terms() const { return index_terms_; }
  // What a text is asked for.
  const std::set<std::string, std::less<>>& terms() const { return terms_; }
  const std::set<std::string, std::less<>>& negated_terms() const { return negated_terms_; }
  const std::vector<std::string>& phrases() const { return phrases_; }
  const std::vector<std::string>& negated_phrases() const { return negated_phrases_; }
  const SearchOptions& options() const { return options_; }

  // Whether what the index finds for any of `index_terms` needs no look at the text.
  bool index_is_enough() const {
    return !is_sensitive() && negated_terms_.empty() && phrases_.empty() &&
           negated_phrases_.empty();
  }
  bool is_sensitive() const { return options_.case_sensitive || options_.diacritic_sensitive; }

 private:
  void add_terms(std::string_view words, bool negated);

  SearchOptions options_;
  std::set<std::string, std::less<>> index_terms_;
  std::set<std::string, std::less<>> terms_;
  std::set<std::string, std::less<>> negated_terms_;
  std::vector<std::string> phrases_;
  std::vector<std::string> negated_phrases_;
};

// Whether the texts of a document are what a search asks for: `start`, a `look` at every text in
// any order, and then `matches` tells. Reusable; belongs to one thread.
class TextCheck {
 public:
  // `search` outlives the object.
  explicit TextCheck(const Search& search) : search_(&search) {}
  // A new document. Whether it has one of the terms may be known already, but for sensitive
  // searches.
  enum class Terms : bool { kUnknown, kSeen };
  void start(Terms terms);
  void look(std::string_view text, const Language& language);
  bool matches() const;

 private:
  bool contains(std::string_view phrase, const Language& language);

  const Search* search_;
  Tokenizer tokenizer_;
  std::string folded_text_;
  std::string folded_phrase_;
  std::vector<bool> found_;  // per phrase
  bool term_ = false;        // a wanted one
  bool negated_ = false;     // something that must not be there
};

}  // namespace cairn::text
