#include "index/text/search.h"

#include <algorithm>

namespace cairn::text {
namespace {

// Takes a search apart: words between spaces, dashes and quotation marks.
class Reader {
 public:
  explicit Reader(std::string_view search) : search_(search) { skip_spaces(); }

  struct Token {
    std::string_view text;
    std::size_t at;
    bool after_space;  // or at the beginning
  };
  bool more() const { return at_ < search_.size(); }
  Token next() {
    const std::size_t start = at_++;
    if (!is_mark(search_[start])) {
      while (more() && search_[at_] != ' ' && !is_mark(search_[at_])) ++at_;
    }
    const Token token{search_.substr(start, at_ - start), start, after_space_};
    after_space_ = skip_spaces();
    return token;
  }

 private:
  static bool is_mark(char c) { return c == '-' || c == '"'; }
  bool skip_spaces() {
    const std::size_t start = at_;
    while (more() && search_[at_] == ' ') ++at_;
    return at_ != start;
  }

  std::string_view search_;
  std::size_t at_ = 0;
  bool after_space_ = true;
};

// What the tokens mean. A negation lasts until the next space; what is inside a negated phrase is
// no term.
class Grammar {
 public:
  explicit Grammar(std::string_view search) : search_(search) {}

  void run() {
    Reader reader(search_);
    while (reader.more()) {
      const Reader::Token token = reader.next();
      if (token.text == "\"") {
        quote(token);
      } else if (token.text == "-") {
        if (!in_phrase_ && token.after_space) negated_ = true;
      } else {
        words(token);
      }
    }
  }

  std::string wanted;  // words, a space behind each
  std::string unwanted;
  std::vector<std::string> phrases;
  std::vector<std::string> negated_phrases;

 private:
  void words(const Reader::Token& token) {
    if (in_phrase_ && negated_) return;
    if (token.after_space) negated_ = false;
    (negated_ ? unwanted : wanted).append(token.text).push_back(' ');
  }

  void quote(const Reader::Token& token) {
    if (in_phrase_) {
      (negated_ ? negated_phrases : phrases)
          .emplace_back(search_.substr(phrase_start_, token.at - phrase_start_));
    } else {
      if (token.after_space) negated_ = false;
      phrase_start_ = token.at + 1;
    }
    in_phrase_ = !in_phrase_;
  }

  std::string_view search_;
  bool negated_ = false;
  bool in_phrase_ = false;
  std::size_t phrase_start_ = 0;
};

}  // namespace

Search::Search(std::string_view search, SearchOptions options) : options_(options) {
  Grammar grammar(search);
  grammar.run();
  phrases_ = std::move(grammar.phrases);
  negated_phrases_ = std::move(grammar.negated_phrases);
  add_terms(grammar.wanted, false);
  add_terms(grammar.unwanted, true);
}

void Search::add_terms(std::string_view words, bool negated) {
  std::set<std::string, std::less<>>& terms = negated ? negated_terms_ : terms_;
  Tokenizer tokenizer;
  tokenizer.start(words, *options_.language, options_.version, {});
  while (const auto term = tokenizer.next()) {
    if (!negated) index_terms_.emplace(*term);
    if (!is_sensitive()) terms.emplace(*term);
  }
  if (!is_sensitive()) return;
  tokenizer.start(words, *options_.language, options_.version,
                  {.case_sensitive = options_.case_sensitive,
                   .diacritic_sensitive = options_.diacritic_sensitive});
  while (const auto term = tokenizer.next()) terms.emplace(*term);
}

void TextCheck::start(Terms terms) {
  found_.assign(search_->phrases().size(), false);
  term_ = terms == Terms::kSeen && !search_->is_sensitive();
  negated_ = false;
}

void TextCheck::look(std::string_view text, const Language& language) {
  if (negated_) return;
  const SearchOptions& options = search_->options();
  const TokenOptions how{.case_sensitive = options.case_sensitive,
                         .diacritic_sensitive = options.diacritic_sensitive,
                         .with_stop_words = true};
  if (!term_ || !search_->negated_terms().empty()) {
    tokenizer_.start(text, language, options.version, how);
    while (const auto term = tokenizer_.next()) {
      if (search_->negated_terms().contains(*term)) negated_ = true;
      if (!term_ && search_->terms().contains(*term)) term_ = true;
    }
  }
  if (search_->phrases().empty() && search_->negated_phrases().empty()) return;
  folded_text_.clear();
  append_folded(text, language, options.version, how, folded_text_);
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (!found_[i]) found_[i] = contains(search_->phrases()[i], language);
  }
  for (const std::string& phrase : search_->negated_phrases()) {
    if (contains(phrase, language)) negated_ = true;
  }
}

bool TextCheck::contains(std::string_view phrase, const Language& language) {
  const SearchOptions& options = search_->options();
  folded_phrase_.clear();
  append_folded(phrase, language, options.version,
                {.case_sensitive = options.case_sensitive,
                 .diacritic_sensitive = options.diacritic_sensitive},
                folded_phrase_);
  return folded_text_.find(folded_phrase_) != std::string::npos;
}

bool TextCheck::matches() const {
  return term_ && !negated_ && std::find(found_.begin(), found_.end(), false) == found_.end();
}

}  // namespace cairn::text
