// Collation: its specification, its order, and values made comparable by bytes.
#include "engine/bson/collation.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

CollationPtr parse(std::string_view json) {
  auto collation = parse_collation(*from_json(json));
  EXPECT_TRUE(collation.ok()) << collation.status().to_string();
  return *collation;
}

Status refusal(std::string_view json) { return parse_collation(*from_json(json)).status(); }

TEST(Collation, SimpleIsNull) {
  EXPECT_EQ(parse("{}"), nullptr);
  EXPECT_EQ(parse(R"({"locale": "simple", "strength": 2})"), nullptr);
}

TEST(Collation, SpecificationIsComplete) {
  EXPECT_EQ(to_json(parse(R"({"locale": "fr_CA", "strength": 2.0})")->specification()),
            R"({"locale":"fr_CA","caseLevel":false,"caseFirst":"off","strength":2,)"
            R"("numericOrdering":false,"alternate":"non-ignorable","maxVariable":"punct",)"
            R"("normalization":false,"backwards":true,"version":"57.1"})");
}

TEST(Collation, SameWhateverWasLeftOut) {
  const auto a = parse(R"({"locale": "en"})");
  const auto b = parse(R"({"strength": 3, "locale": "en", "caseLevel": false})");
  EXPECT_TRUE(same_collation(a.get(), b.get()));
  EXPECT_FALSE(same_collation(a.get(), nullptr));
  EXPECT_FALSE(same_collation(a.get(), parse(R"({"locale": "en", "strength": 1})").get()));
}

TEST(Collation, RefusalsByCode) {
  EXPECT_EQ(refusal(R"({"strength": 1})").code(), ErrorCode::kIDLFailedToParse);
  EXPECT_EQ(refusal(R"({"locale": 5})").code(), ErrorCode::kTypeMismatch);
  EXPECT_EQ(refusal(R"({"locale": "en", "x": 1})").code(), ErrorCode::kIDLUnknownField);
  EXPECT_EQ(refusal(R"({"locale": "en", "version": "1"})").code(),
            ErrorCode::kIncompatibleCollationVersion);
  EXPECT_EQ(refusal(R"({"locale": "xx"})").message(),
            "Field 'locale' is invalid in: { locale: \"xx\" }");
  EXPECT_EQ(refusal(R"({"locale": "EN"})").message(),
            "Field 'locale' is invalid in: { locale: \"EN\" }. Did you mean 'en'?");
  for (const char* bad : {R"({"locale": ""})", R"({"locale": "root"})", R"({"locale": "en-US"})",
                          R"({"locale": "de@collation=foo"})", R"({"locale": "en", "strength": 6})",
                          R"({"locale": "en", "caseFirst": "x"})",
                          R"({"locale": "en", "caseFirst": "upper", "strength": 2})",
                          R"({"locale": "en", "backwards": true, "strength": 1})"}) {
    EXPECT_EQ(refusal(bad).code(), ErrorCode::kBadValue) << bad;
  }
}

TEST(Collation, LocalesOfManyKinds) {
  for (const char* locale :
       {"en_US_POSIX", "de@collation=phonebook", "zh_Hant", "zh@collation=stroke", "sr_Latn",
        "es@collation=traditional", "nb", "no", "bs_Cyrl"}) {
    const Document specification = document("locale", locale);
    EXPECT_TRUE(parse_collation(specification).ok()) << locale;
  }
}

TEST(Collation, OrdersStringsAtEveryDepth) {
  const auto base = parse(R"({"locale": "en", "strength": 1})");
  EXPECT_TRUE(base->compare("éa", "EA") == 0);
  const Document a = *from_json(R"({"x": [{"y": "B"}]})");
  const Document b = *from_json(R"({"x": [{"y": "b"}]})");
  EXPECT_TRUE(compare(a.view().as_value(), b.view().as_value(), base.get()) == 0);
  EXPECT_TRUE(compare(a.view().as_value(), b.view().as_value(), nullptr) < 0);
  const auto numeric = parse(R"({"locale": "en", "numericOrdering": true})");
  EXPECT_TRUE(numeric->compare("a2", "a10") < 0);
}

TEST(Collation, SortKeysAgreeWithCompare) {
  const auto collation = parse(R"({"locale": "de", "strength": 3})");
  const std::string_view texts[] = {"", "a", "A", "ä", "ae", "b", "z", "straße", "strasse", "a b"};
  for (const auto x : texts) {
    for (const auto y : texts) {
      std::string kx;
      std::string ky;
      collation->append_sort_key(x, kx);
      collation->append_sort_key(y, ky);
      EXPECT_TRUE((kx.compare(ky) <=> 0) == collation->compare(x, y)) << x << " " << y;
    }
  }
}

}  // namespace
}  // namespace cairn
