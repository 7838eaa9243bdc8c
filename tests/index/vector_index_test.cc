// A whole index against a model that remembers everything: snapshots, deaths, updates, merges.
#include "tests/index/vector_data.h"

#include "index/vector/index.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 16;
constexpr Space kSpace{Element::kFloat32, Metric::kEuclidean, kDimensions};

struct Version {
  std::uint64_t id;
  std::uint64_t came;
  std::uint64_t went;  // 0: it is there
  Row row;
};

class Model {
 public:
  explicit Model(unsigned seed) : random_(seed) {}

  Row random_row() {
    std::vector<float> numbers(kDimensions);
    for (float& number : numbers) number = normal_(random_);
    return *prepare(kSpace, bytes_of(numbers.data(), kDimensions));
  }

  void insert(Index& index, std::uint64_t id, std::uint64_t sequence) {
    versions_.push_back({id, sequence, 0, random_row()});
    living_[id] = versions_.size() - 1;
    index.insert(id, sequence, versions_.back().row);
  }
  void erase(Index& index, std::uint64_t id, std::uint64_t sequence) {
    if (const auto found = living_.find(id); found != living_.end()) {
      versions_[found->second].went = sequence;
      living_.erase(found);
    }
    index.erase(id, sequence);
  }
  // One random write.
  void write(Index& index, std::uint64_t sequence) {
    const std::uint64_t id = random_() % 400;
    const bool there = living_.count(id) > 0;
    if (there) erase(index, id, sequence);
    if (!there || random_() % 2 == 0) insert(index, id, sequence);
  }

  std::vector<Hit> nearest(RowView query, std::uint64_t read,
                           const std::vector<std::uint64_t>* matching) const {
    std::vector<Hit> hits;
    for (const Version& v : versions_) {
      const bool there = v.came <= read && (v.went == 0 || v.went > read);
      if (!there) continue;
      if (matching != nullptr && !std::binary_search(matching->begin(), matching->end(), v.id)) {
        continue;
      }
      hits.push_back({v.id, static_cast<float>(plain_distance(kSpace, query, v.row))});
    }
    std::sort(hits.begin(), hits.end(),
              [](const Hit& a, const Hit& b) { return a.distance < b.distance; });
    if (hits.size() > 10) hits.resize(10);
    return hits;
  }

  std::mt19937& random() { return random_; }

 private:
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
  std::vector<Version> versions_;
  std::map<std::uint64_t, std::size_t> living_;
};

void expect_same(const std::vector<Hit>& found, const std::vector<Hit>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].id, wanted[i].id);
    EXPECT_NEAR(found[i].distance, wanted[i].distance, 1e-3);
  }
}

class VectorIndex : public ::testing::TestWithParam<unsigned> {
 protected:
  // Sequences that may still be read: all from here on.
  void check(const Index& index, std::uint64_t oldest, std::uint64_t latest) {
    const Row query = model_.random_row();
    std::vector<std::uint64_t> matching;
    for (std::uint64_t id = model_.random()() % 3; id < 400; id += 1 + model_.random()() % 5) {
      matching.push_back(id);
    }
    const std::span<const std::uint64_t> ids = matching;
    SearchStats stats;
    for (const std::uint64_t read : {oldest, (oldest + latest) / 2, latest}) {
      const ListFilter filter(ids);
      for (const Query& asked : {Query{.row = query}, Query{.row = query, .matching = &ids},
                                 Query{.row = query, .filter = &filter}}) {
        const auto found =
            index.search(asked, {.exactness = Exactness::kExact, .read_sequence = read}, stats);
        ASSERT_TRUE(found.ok());
        const bool all = asked.matching == nullptr && asked.filter == nullptr;
        expect_same(*found, model_.nearest(query, read, all ? nullptr : &matching));
      }
    }
  }

  TestFolder folder_;
  Model model_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Seeds, VectorIndex, ::testing::Values(1U, 2U, 3U, 4U));

TEST_P(VectorIndex, AnswersAsTheModelAtEverySequence) {
  Index index({.segment = {.space = kSpace}, .delta_rows = 64});
  std::uint64_t oldest = 1;
  int files = 0;
  for (std::uint64_t sequence = 1; sequence <= 3000; ++sequence) {
    model_.write(index, sequence);
    if (model_.random()() % 40 == 0) check(index, oldest, sequence);
    if (model_.random()() % 150 != 0) continue;
    if (model_.random()() % 2 == 0) index.freeze();
    // Nobody reads what is older than this from now on.
    oldest = sequence - model_.random()() % 50;
    const auto merged =
        index.merge(choose_merge(*index.view()), folder_ / std::to_string(files++), oldest);
    ASSERT_TRUE(merged.ok()) << merged.status().to_string();
    // Writes while the merge was at work.
    for (int i = 0; i < 20; ++i) model_.write(index, ++sequence);
    index.install(*merged);
    check(index, oldest, sequence);
  }
  EXPECT_GT(files, 5);
  EXPECT_LE(index.view()->segments.size(), 4);
}

TEST_P(VectorIndex, IsTheSameAfterARestartFromItsSegments) {
  std::vector<std::string> files;
  std::uint64_t sequence = 0;
  {
    Index index({.segment = {.space = kSpace}, .delta_rows = 64});
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 300; ++i) model_.write(index, ++sequence);
      index.freeze();
      Merge parts;
      parts.deltas = index.view()->deltas;
      parts.deltas.pop_back();
      files.push_back((folder_ / std::to_string(round)).string());
      // Older readers are there: dead rows stay, and are known to be dead.
      const auto merged = index.merge(parts, files.back(), 0);
      ASSERT_TRUE(merged.ok());
      index.install(*merged);
    }
  }
  Index again({.segment = {.space = kSpace}, .delta_rows = 64});
  for (const std::string& file : files) again.add(*Segment::open(file, Residence::kLoaded));
  // Deaths of rows that were sealed before are told again, as the engine's log does.
  const Row query = model_.random_row();
  SearchStats stats;
  const auto found = again.search({.row = query}, {.limit = 5}, stats);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->size(), 5);
  EXPECT_EQ(stats.segments, 4 - 1);
}

TEST(VectorIndexes, AnEmptyOneFindsNothing) {
  const Index index({.segment = {.space = kSpace}});
  const Row query(kSpace.row_bytes());
  SearchStats stats;
  const auto found = index.search({.row = query}, {}, stats);
  EXPECT_TRUE(found.ok() && found->empty());
}

}  // namespace
}  // namespace cairn::vector
