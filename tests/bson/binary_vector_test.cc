// Every case of the specification "bson-binary-vector", and bits one by one.
#include "engine/bson/binary_vector.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/bson/spec_tests.h"

namespace cairn::test {
namespace {

BinaryView binary_of(std::string_view payload) {
  return {kVectorSubtype, {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}};
}

std::string document_with(const std::string& key, std::string_view payload) {
  DocumentBuilder builder;
  builder.append(key, binary_of(payload));
  return builder.take().bytes();
}

// Bytes of the vector as the case lists them: whole bytes for packed_bit.
void expect_elements(const BinaryVectorView& vector, DocumentView expected) {
  std::size_t i = 0;
  for (const Element& number : expected) {
    if (vector.element == VectorElement::kPackedBit) {
      EXPECT_EQ(vector.data[i++], number.value.to_double());
    } else {
      EXPECT_EQ(static_cast<float>(vector[i++]), static_cast<float>(number.value.to_double()));
    }
  }
  EXPECT_EQ(i, vector.element == VectorElement::kPackedBit ? vector.data.size() : vector.size());
}

void check(const std::string& key, DocumentView test) {
  const auto element =
      static_cast<VectorElement>(std::stoi(text_of(test["dtype_hex"]), nullptr, 16));
  const bool valid = test["valid"].as_bool();
  const std::string canonical = bytes_from_hex(text_of(test["canonical_bson"]));
  const int padding = test["padding"].missing() ? 0 : test["padding"].as_int32();

  if (!canonical.empty()) {
    const auto document = Document::from_bytes(canonical);
    ASSERT_TRUE(document.ok());
    const auto vector = decode_binary_vector((*document)[key].as_binary());
    ASSERT_EQ(vector.ok(), valid);
    if (valid) {
      EXPECT_EQ(vector->element, element);
      EXPECT_EQ(vector->padding, padding);
      expect_elements(*vector, test["vector"].as_document());
    }
  }
  if (test["vector"].missing()) return;
  const auto payload = encode_binary_vector(element, test["vector"].as_document(), padding);
  ASSERT_EQ(payload.ok(), valid) << payload.status().to_string();
  if (valid) {
    EXPECT_EQ(document_with(key, *payload), canonical);
  }
}

TEST(BinaryVector, EverySpecificationCase) {
  const auto folder = spec_tests_folder();
  if (!folder) GTEST_SKIP() << "no spec-tests folder: set CAIRN_SPEC_TESTS";
  int cases = 0;
  for (const SpecFile& file : read_spec_suite(*folder, "bson-binary-vector")) {
    for (const Element& element : file.content["tests"].as_document()) {
      const DocumentView test = element.value.as_document();
      SCOPED_TRACE(file.name + ": " + text_of(test["description"]));
      check(text_of(file.content["test_key"]), test);
      ++cases;
    }
  }
  constexpr int kCasesWhenWritten = 22;
  EXPECT_GE(cases, kCasesWhenWritten);
}

TEST(BinaryVector, BitsCountFromTheHighest) {
  const auto payload = encode_binary_vector(
      VectorElement::kPackedBit, array(0b1010'0000, 0b1100'0000).view().as_document(), 5);
  ASSERT_TRUE(payload.ok());
  const auto vector = decode_binary_vector(binary_of(*payload));
  ASSERT_TRUE(vector.ok());
  ASSERT_EQ(vector->size(), 11U);
  const std::array<int, 11> bits = {1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0};
  for (std::size_t i = 0; i < bits.size(); ++i) EXPECT_EQ((*vector)[i], bits[i]) << i;
}

TEST(BinaryVector, RefusesWhatBreaksTheRules) {
  EXPECT_FALSE(decode_binary_vector(binary_of("")).ok());
  EXPECT_FALSE(decode_binary_vector(binary_of("\x27")).ok());
  EXPECT_FALSE(decode_binary_vector(binary_of(std::string("\x11\0", 2))).ok()) << "unknown type";
  EXPECT_FALSE(decode_binary_vector({0, {}}).ok()) << "not subtype 9";
  const Value bytes = array(0b0000'0001);
  EXPECT_FALSE(encode_binary_vector(VectorElement::kPackedBit, bytes.view().as_document(), 1).ok())
      << "a one in the padding";
}

TEST(BinaryVector, FloatsRoundTrip) {
  const std::array<float, 3> numbers = {1.5F, -0.25F, 3e38F};
  const std::string payload = encode_binary_vector(numbers);
  const auto vector = decode_binary_vector(binary_of(payload));
  ASSERT_TRUE(vector.ok());
  ASSERT_EQ(vector->size(), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ((*vector)[i], numbers[i]);
}

}  // namespace
}  // namespace cairn::test
