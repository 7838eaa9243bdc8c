// index/text against what MongoDB's engine answers (parsedTextQuery of its explain, textScore of
// its find).
#include "index/text/language.h"
#include "index/text/letters.h"
#include "index/text/search.h"
#include "index/text/term_scores.h"
#include "index/text/tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cairn::text {
namespace {

using Terms = std::vector<std::string>;

const Language& language(std::string_view name, Version version = Version::k3) {
  const Language* const found = find_language(name, version);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

Terms terms(std::string_view text, std::string_view name, TokenOptions options = {},
            Version version = Version::k3) {
  Tokenizer tokenizer;
  tokenizer.start(text, language(name, version), version, options);
  Terms terms;
  while (const auto term = tokenizer.next()) terms.emplace_back(*term);
  return terms;
}

TEST(Languages, HaveNamesAndCodesInAnyCase) {
  EXPECT_EQ(find_language("FRENCH", Version::k3)->name, "french");
  EXPECT_EQ(find_language("nb", Version::k2)->name, "norwegian");
  EXPECT_EQ(find_language("None", Version::k3)->name, "none");
  for (const char* unknown : {"klingon", "no", "fra", ""})
    EXPECT_EQ(find_language(unknown, Version::k3), nullptr);
}

TEST(Languages, OfVersionOneAreAnything) {
  EXPECT_EQ(find_language("klingon", Version::k1)->name, "none");
  EXPECT_EQ(terms("the children", "dan", {}, Version::k1), (Terms{"the", "childr"}));
}

struct Tokens {
  const char* why;
  const char* language;
  const char* text;
  Terms terms;
};

TEST(Tokenizer, GivesTermsAsMongoDbHasThem) {
  const Tokens cases[] = {
      {"stop words go, words are stemmed", "english", "The fishing children", {"fish", "children"}},
      {"without a language words stay", "none", "The Fishing", {"the", "fishing"}},
      {"an apostrophe is part of an English word", "english", "world's l'eau", {"world", "l'eau"}},
      {"and of no other", "french", "l'eau", {"eau"}},
      {"an underscore is a letter", "english", "foo_bar a-b", {"foo_bar", "b"}},
      {"a stem is found before marks are taken off", "english", "naïve café", {"naiv", "cafe"}},
      {"stop words have their marks", "french", "été ete", {"ete"}},
      {"simple folding has no two letters for one", "none", "ß STRASSE Ǆ", {"ß", "strasse", "ǆ"}},
      {"the dotted capital is no i, but for Turkish", "none", "İI", {"Ii"}},
      {"which has two of them", "turkish", "İI", {"iı"}},
      {"as old Snowball: ё is not е", "russian", "ёлка летён", {"елка", "летен"}},
      {"as old Snowball: ő is no letter", "hungarian", "fűl lőtt", {"ful", "lott"}},
      {"as old Snowball: ï is a vowel like any", "french", "benzoïque", {"benzoiqu"}},
      {"quotation marks and ideographic stops part words", "none", "«a»b。c", {"a", "b", "c"}},
  };
  for (const Tokens& one : cases) EXPECT_EQ(terms(one.text, one.language), one.terms) << one.why;
}

TEST(Tokenizer, KeepsCaseAndMarksOnDemand) {
  EXPECT_EQ(terms("The CAFÉ", "english", {.case_sensitive = true}), (Terms{"CAFE"}));
  EXPECT_EQ(terms("The CAFÉ", "english", {.diacritic_sensitive = true}), (Terms{"café"}));
  EXPECT_EQ(terms("CAFÉ", "english", {.case_sensitive = true, .diacritic_sensitive = true}),
            (Terms{"CAFÉ"}));
}

TEST(Tokenizer, OfOldVersionsKnowsAscii) {
  EXPECT_EQ(terms("CAFÉ «x»", "none", {}, Version::k2), (Terms{"cafÉ", "«x»"}));
}

TEST(Letters, BytesThatAreNoUtf8AreTakenAlone) {
  std::string_view text =
      "\xFF"
      "a";
  EXPECT_EQ(take_letter(text), U'\uFFFD');
  EXPECT_EQ(text, "a");
}

struct Parsed {
  const char* search;
  Terms terms;
  Terms negated;
  Terms phrases;
  Terms negated_phrases;
};

TEST(Search, IsParsedAsMongoDbDoes) {
  const Parsed cases[] = {
      {"", {}, {}, {}, {}},
      {"\"x y\" z", {"x", "y", "z"}, {}, {"x y"}, {}},
      {"-\"x y\" z", {"z"}, {}, {}, {"x y"}},
      {"- x", {"x"}, {}, {}, {}},
      {"-x-y z", {"z"}, {"x", "y"}, {}, {}},
      {"x-y", {"x", "y"}, {}, {}, {}},
      {"x --y", {"x"}, {"y"}, {}, {}},
      {"\"x", {"x"}, {}, {}, {}},
      {"-\"x y", {}, {}, {}, {}},
      {"x\t-y", {"x", "y"}, {}, {}, {}},
      {"-x\"y z\"w", {}, {"w", "x"}, {}, {"y z"}},
      {"\"x -y\" z", {"x", "y", "z"}, {}, {"x -y"}, {}},
      {"\"\"", {}, {}, {""}, {}},
  };
  for (const Parsed& one : cases) {
    const Search search(one.search, {.language = &language("none")});
    EXPECT_EQ(Terms(search.terms().begin(), search.terms().end()), one.terms) << one.search;
    EXPECT_EQ(Terms(search.negated_terms().begin(), search.negated_terms().end()), one.negated)
        << one.search;
    EXPECT_EQ(search.phrases(), one.phrases) << one.search;
    EXPECT_EQ(search.negated_phrases(), one.negated_phrases) << one.search;
  }
}

bool matches(const char* search, SearchOptions options, const char* text) {
  options.language = &language("english");
  const Search parsed(search, options);
  TextCheck check(parsed);
  check.start(TextCheck::Terms::kUnknown);
  check.look(text, language("english"));
  return check.matches();
}

TEST(TextCheck, LooksAtTermsPhrasesAndNegations) {
  EXPECT_TRUE(matches("cats", {}, "A Cat"));
  EXPECT_FALSE(matches("cats", {}, "A dog"));
  EXPECT_FALSE(matches("cats", {.case_sensitive = true}, "A Cat"));
  EXPECT_TRUE(matches("\"OLE ca\" cafe", {}, "olé Café"));
  EXPECT_FALSE(matches("\"ole ca\" cafe", {.diacritic_sensitive = true}, "olé cafe"));
  EXPECT_FALSE(matches("cat -dog", {}, "cat dogs"));
  EXPECT_FALSE(matches("cat -\"t d\"", {}, "cat dogs"));
}

TEST(TermScores, AreMongoDbs) {
  const auto score = [](const char* text, const char* term, double weight = 1) {
    TermScores scores;
    scores.add_field(text, language("english"), Version::k3, weight);
    return scores.scores().at(term);
  };
  EXPECT_EQ(score("hello there", "hello"), 1);
  EXPECT_EQ(score("hello world", "hello"), 0.75);
  EXPECT_EQ(score("Cat", "cat"), 1.1);
  EXPECT_EQ(score("cats", "cat"), 1);
  EXPECT_EQ(score("cat cat dog", "cat"), 1.5 * (0.5 * 2 / 3 + 0.5));
  EXPECT_EQ(score("cat cat", "cat", 3), 4.5);
}

}  // namespace
}  // namespace cairn::text
