// What the tests of vector indexes share: seeded data, a plain search to compare with, a folder.
#pragma once

#include "bench/ann/mixture.h"
#include "index/vector/search.h"
#include "index/vector/segment_builder.h"
#include "index/vector/space.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace cairn::vector {

// A folder of its own that goes with the object.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline RowView bytes_of(const float* row, std::size_t dimensions) {
  return {reinterpret_cast<const std::byte*>(row), dimensions * sizeof(float)};
}

// Rows of any space, made from floats: int8 by scaling, bits by sign.
struct TestRows {
  TestRows(const Space& space, const std::vector<float>& numbers);

  Space space;
  std::vector<Row> rows;

  std::vector<SourceRow> source() const;  // ids and sequences are places and places + 1
};

// By the definition, in double.
double plain_distance(const Space& space, RowView a, RowView b);

// The places of the `limit` nearest among those that `admits`.
template <class Admits>
std::vector<std::uint32_t> plain_search(const TestRows& rows, RowView query, std::size_t limit,
                                        const Admits& admits) {
  std::vector<std::pair<double, std::uint32_t>> all;
  for (std::uint32_t at = 0; at < rows.rows.size(); ++at) {
    if (admits(at)) all.emplace_back(plain_distance(rows.space, query, rows.rows[at]), at);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::uint32_t> nearest;
  for (std::size_t i = 0; i < std::min(limit, all.size()); ++i) nearest.push_back(all[i].second);
  return nearest;
}

// Admits what is in a list of ids, ascending.
class ListFilter final : public IdFilter {
 public:
  explicit ListFilter(std::span<const std::uint64_t> ids) : ids_(ids) {}
  void ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const override {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      matches[i] = std::binary_search(ids_.begin(), ids_.end(), ids[i]) ? 1 : 0;
    }
  }

 private:
  std::span<const std::uint64_t> ids_;
};

// The share of `wanted` that is in `found`.
template <class Found>
double share_of(const std::vector<std::uint32_t>& wanted, const Found& found) {
  std::set<std::uint64_t> ids;
  for (const auto& one : found) ids.insert(one.id);
  double same = 0;
  for (const std::uint32_t id : wanted) same += ids.count(id) > 0 ? 1 : 0;
  return wanted.empty() ? 1.0 : same / static_cast<double>(wanted.size());
}

}  // namespace cairn::vector
