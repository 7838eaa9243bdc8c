// What vector searches are filtered by, in memory: answers as values come, and what they take.
#include "engine/exec/vector_columns.h"

#include "engine/records/keys/vector_filter_row.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace cairn::exec {
namespace {

std::string_view bytes_of(DocumentView document) {
  return {reinterpret_cast<const char*>(document.data()), document.size()};
}

class VectorColumnsTest : public ::testing::Test {
 protected:
  VectorColumnsTest() {
    std::vector<FieldPath> paths;
    paths.emplace_back("n");
    columns_ = std::make_unique<VectorColumns>(std::move(paths));
  }
  // Rows `from` to `to` - 1 have their number as `n`, and by it a number of their own.
  void put(int from, int to) {
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(columns_->put(static_cast<std::uint64_t>(i), bytes_of(document("n", i))).ok());
    }
  }
  std::shared_ptr<ColumnCondition> below(int limit) {
    auto condition = columns_->condition(0, document("n", document("$lt", limit)));
    EXPECT_TRUE(condition.ok()) << condition.status().to_string();
    return *condition;
  }
  std::uint32_t number_of(int id) const {
    const auto rows = columns_->snapshot();
    return (*(*rows)[static_cast<std::size_t>(id) /
                     VectorColumns::kChunk])[static_cast<std::size_t>(id) % VectorColumns::kChunk];
  }

  std::unique_ptr<VectorColumns> columns_;
};

using Answer = ColumnCondition::Answer;

TEST_F(VectorColumnsTest, AnswersGrowWithTheValues) {
  put(0, 3000);
  for (int id = 0; id < 3000; ++id) {
    EXPECT_EQ((*below(1500))(number_of(id)), id < 1500 ? Answer::kYes : Answer::kNo) << id;
  }
  const auto before = below(1500);
  EXPECT_EQ(below(1500), before);
  put(3000, 9000);
  const auto after = below(1500);
  EXPECT_NE(after, before);
  for (int id = 0; id < 9000; ++id) {
    EXPECT_EQ((*after)(number_of(id)), id < 1500 ? Answer::kYes : Answer::kNo) << id;
  }
  EXPECT_EQ((*after)(0), Answer::kNo);  // of records without the field
}

TEST_F(VectorColumnsTest, ConditionsTakeMemoryThatIsCountedAndBounded) {
  put(0, 100000);
  const std::size_t values = columns_->memory();
  const auto first = below(0);
  EXPECT_GE(columns_->memory(), values + 100000);
  for (int i = 1; i < 300; ++i) below(i);
  EXPECT_LE(columns_->memory(), values + (std::size_t{8} << 20));
  EXPECT_GE(columns_->memory(), values + (std::size_t{7} << 20));
  // The latest are the ones that stay, and what a filter has stays with it.
  const auto latest = below(299);
  EXPECT_EQ(below(299), latest);
  EXPECT_NE(below(0), first);
  EXPECT_EQ((*first)(number_of(5)), Answer::kNo);
}

TEST_F(VectorColumnsTest, ValuesComeWhileOthersAreAskedFor) {
  put(0, 2000);
  const auto rows = columns_->snapshot();
  std::vector<std::jthread> askers;
  for (int thread = 0; thread < 2; ++thread) {
    askers.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        const auto condition = below(1000 + round % 3);
        std::size_t fulfil = 0;
        for (int id = 0; id < 2000; ++id) {
          const std::uint32_t number = (*(*rows)[0])[static_cast<std::size_t>(id)];
          fulfil += (*condition)(number) == Answer::kYes ? 1 : 0;
        }
        EXPECT_EQ(fulfil, 1000U + static_cast<std::size_t>(round % 3));
      }
    });
  }
  put(2000, 20000);
}

}  // namespace
}  // namespace cairn::exec
