// Every case of the specification "bson-corpus". The rules per kind of case are those of its
// README, "Testing validity".
#include <gtest/gtest.h>

#include <cmath>

#include <cairn/bson.h>

#include "tests/bson/rebuild.h"
#include "tests/bson/spec_tests.h"

namespace cairn::test {
namespace {

// `text` as the document it stands for, or a failure.
Document parse(std::string_view text) {
  auto document = from_json(text);
  EXPECT_TRUE(document.ok()) << text << ": " << document.status().to_string();
  return document ? std::move(*document) : Document();
}

Document decode(std::string_view hex) {
  auto document = Document::from_bytes(bytes_from_hex(hex));
  EXPECT_TRUE(document.ok()) << hex << ": " << document.status().to_string();
  return document ? std::move(*document) : Document();
}

// Texts of JSON, equal up to white space and to how a string is escaped: what a JSON parser leaves
// of them, with the wrappers' keys hidden so that nothing is interpreted.
std::string normalised(std::string_view text) {
  std::string hidden(text);
  for (std::size_t at = 0; (at = hidden.find("\"$", at)) != hidden.npos; ++at) hidden[at + 1] = '%';
  return to_json(parse(hidden), JsonMode::kRelaxed);
}

void check_valid(DocumentView test) {
  const std::string hex = text_of(test["canonical_bson"]);
  const std::string canonical = text_of(test["canonical_extjson"]);
  const bool lossy = test["lossy"].truthy();
  const Document document = decode(hex);

  EXPECT_EQ(rebuild(document), document);
  EXPECT_EQ(normalised(to_json(document, JsonMode::kCanonical)), normalised(canonical));
  if (!lossy) {
    EXPECT_EQ(parse(canonical), document) << canonical;
  }
  EXPECT_EQ(normalised(to_json(parse(canonical), JsonMode::kCanonical)), normalised(canonical));

  if (const std::string bson = text_of(test["degenerate_bson"]); !bson.empty()) {
    EXPECT_EQ(rebuild(decode(bson)), document);
    EXPECT_EQ(normalised(to_json(rebuild(decode(bson)), JsonMode::kCanonical)),
              normalised(canonical));
  }
  if (const std::string text = text_of(test["degenerate_extjson"]); !text.empty()) {
    EXPECT_EQ(normalised(to_json(parse(text), JsonMode::kCanonical)), normalised(canonical));
    if (!lossy) {
      EXPECT_EQ(parse(text), document) << text;
    }
  }
  if (const std::string text = text_of(test["relaxed_extjson"]); !text.empty()) {
    EXPECT_EQ(normalised(to_json(document, JsonMode::kRelaxed)), normalised(text));
    EXPECT_EQ(normalised(to_json(parse(text), JsonMode::kRelaxed)), normalised(text));
  }
  // What a driver without the deprecated types makes of them: Cairn keeps the types, so these are
  // cases of their own.
  if (const std::string bson = text_of(test["converted_bson"]); !bson.empty()) {
    const std::string text = text_of(test["converted_extjson"]);
    EXPECT_EQ(parse(text), decode(bson));
    EXPECT_EQ(normalised(to_json(decode(bson), JsonMode::kCanonical)), normalised(text));
  }
}

void check_decode_error(DocumentView test) {
  const std::string hex = text_of(test["bson"]);
  const auto document = Document::from_bytes(bytes_from_hex(hex));
  ASSERT_FALSE(document.ok()) << hex;
  EXPECT_EQ(document.status().code(), ErrorCode::kInvalidBSON) << document.status().to_string();
}

void check_parse_error(DocumentView file, DocumentView test) {
  const std::string text = text_of(test["string"]);
  constexpr int kDecimal128 = 0x13;
  if (std::stoi(text_of(file["bson_type"]), nullptr, 16) == kDecimal128) {
    EXPECT_FALSE(Decimal128::from_string(text).ok()) << text;
    return;
  }
  const auto document = from_json(text);
  ASSERT_FALSE(document.ok()) << text << " is read as " << to_json(*document);
  EXPECT_EQ(document.status().code(), ErrorCode::kFailedToParse) << document.status().to_string();
}

TEST(BsonCorpus, EveryCase) {
  const auto folder = spec_tests_folder();
  if (!folder) GTEST_SKIP() << "no spec-tests folder: set CAIRN_SPEC_TESTS";
  int cases = 0;
  for (const SpecFile& file : read_spec_suite(*folder, "bson-corpus")) {
    for (const std::string kind : {"valid", "decodeErrors", "parseErrors"}) {
      if (!file.content[kind].is_array()) continue;
      for (const Element& element : file.content[kind].as_document()) {
        const DocumentView test = element.value.as_document();
        SCOPED_TRACE(file.name + ", " + kind + ": " + text_of(test["description"]));
        ++cases;
        if (kind == "valid") check_valid(test);
        if (kind == "decodeErrors") check_decode_error(test);
        if (kind == "parseErrors") check_parse_error(file.content, test);
      }
    }
  }
  RecordProperty("cases", cases);
  constexpr int kCasesWhenWritten = 900;
  EXPECT_GE(cases, kCasesWhenWritten);
}

}  // namespace
}  // namespace cairn::test
