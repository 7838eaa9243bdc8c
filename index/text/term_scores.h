// TermScores: how much each term weighs in a document's text.
//
// In one field, the repetitions of a term count 1, 1/2, 1/4, …; their sum, times 0.5 + half of the
// term's share of the field's words, times the field's weight; a tenth more where the term is the
// whole field. Fields add up. Source: COMPATIBILITY.md 4.5; compared with MongoDB's engine to the
// last bit.
#pragma once

#include "index/text/tokenizer.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cairn::text {

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

// Reusable; belongs to one thread.
class TermScores {
 public:
  using Scores = std::unordered_map<std::string, double, StringHash, std::equal_to<>>;

  void clear() { scores_.clear(); }
  // One more field's text. The order of calls is the order of the sum, down to its last bit.
  void add_field(std::string_view text, const Language& language, Version version, double weight);
  const Scores& scores() const { return scores_; }

 private:
  struct Occurrences {
    double halved = 0;  // what the last repetition counted
    double sum = 0;
    double count = 0;
  };

  Tokenizer tokenizer_;
  std::unordered_map<std::string, Occurrences, StringHash, std::equal_to<>> field_;
  Scores scores_;
};

// A term as an index holds it: what is too long is cut off and told apart by a hash.
std::string_view index_term(std::string_view term, std::string& scratch);

}  // namespace cairn::text
