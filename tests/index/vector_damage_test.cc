// Damaged segment files: an error or the same answers, never a crash, never another answer.
#include "tests/index/vector_data.h"

#include "index/vector/segment.h"

#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 32;
constexpr std::uint32_t kRows = 700;

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  return {bytes, bytes + text.size()};
}

class VectorDamage : public ::testing::TestWithParam<Quantization> {
 protected:
  void SetUp() override {
    data_ = ann::make_mixture(kRows, 1, kDimensions, 9);
    const TestRows rows(kSpace, data_.rows);
    auto source = rows.source();
    source[5].died = 900;
    const auto path = folder_ / "segment";
    ASSERT_TRUE(build_segment(path, {.space = kSpace, .quantization = GetParam()}, source).ok());
    whole_ = read_file(path);
    expected_ = answers(*Segment::parse(whole_));
    ASSERT_TRUE(expected_.ok());
  }

  using Answers = Result<std::vector<std::pair<std::uint32_t, float>>>;

  Answers answers(const std::shared_ptr<const Segment>& segment) {
    SearchStats stats;
    std::vector<std::pair<std::uint32_t, float>> all;
    for (const auto exactness : {Exactness::kApproximate, Exactness::kExact}) {
      CAIRN_ASSIGN_OR_RETURN(const auto found,
                             segment->search({.row = bytes_of(data_.query(0), kDimensions)},
                                             {.limit = 20, .exactness = exactness}, stats));
      for (const Candidate& c : found) all.emplace_back(c.id, c.distance);
    }
    return all;
  }

  // Whether the bytes are refused, by opening or by searching; else they must answer as before.
  bool refused(std::span<const std::byte> bytes, std::size_t at) {
    const auto segment = Segment::parse(bytes);
    if (!segment.ok()) return true;
    const Answers found = answers(*segment);
    if (!found.ok()) return true;
    EXPECT_EQ(*found, *expected_) << "byte " << at;
    return !(*segment)->check_rows().ok();
  }

  static constexpr Space kSpace{Element::kFloat32, Metric::kCosine, kDimensions};
  TestFolder folder_;
  ann::DataSet data_;
  std::vector<std::byte> whole_;
  Answers expected_{std::vector<std::pair<std::uint32_t, float>>()};
};

INSTANTIATE_TEST_SUITE_P(Codes, VectorDamage,
                         ::testing::Values(Quantization::kNone, Quantization::kScalar,
                                           Quantization::kBinary));

TEST_P(VectorDamage, FlippedBits) {
  std::mt19937 random(4);
  std::size_t refusals = 0;
  std::size_t tried = 0;
  std::vector<std::byte> bytes = whole_;
  // The whole header, and bytes here and there after it.
  for (std::size_t at = 0; at < bytes.size(); at += at < 1500 ? 1 : 1 + random() % 600) {
    const auto flipped = static_cast<std::byte>(1U << (random() % 8));
    bytes[at] ^= flipped;
    refusals += refused(bytes, at) ? 1 : 0;
    ++tried;
    bytes[at] ^= flipped;
  }
  // The rest of the header's block, and the ends of sections, hold nothing.
  EXPECT_GT(refusals, tried / 4);
}

TEST_P(VectorDamage, TruncatedFiles) {
  std::mt19937 random(5);
  for (std::size_t size = 0; size < whole_.size(); size += 1 + random() % 2000) {
    // A block of its own: what lies beyond may not be read.
    const std::vector<std::byte> part(whole_.begin(), whole_.begin() + std::ptrdiff_t(size));
    EXPECT_TRUE(refused(part, size)) << size;
  }
}

TEST_P(VectorDamage, FilesThatAreNotThere) {
  EXPECT_FALSE(Segment::open(folder_ / "none").ok());
  std::ofstream(folder_ / "empty").flush();
  EXPECT_FALSE(Segment::open(folder_ / "empty").ok());
  EXPECT_FALSE(build_segment(folder_ / "no" / "folder", {.space = kSpace}, {}).ok());
}

}  // namespace
}  // namespace cairn::vector
