#include "index/vector/recall_check.h"

#include <algorithm>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kSearches = 64;
constexpr std::uint32_t kResults = 10;
constexpr std::uint32_t kCandidates = 100;
constexpr std::uint32_t kOrderedRows = 4096;
constexpr std::uint32_t kOrderings = 32;
// Of the ten nearest, those that bytes must find by themselves.
constexpr double kAlike = 0.8;

template <class Codes>
std::vector<std::uint32_t> nearest_by(const Codes& codes, std::uint32_t query,
                                      const std::vector<std::uint32_t>& rows) {
  std::vector<float> distances(rows.size());
  codes.distances(codes.stored(query), rows.data(), rows.size(), distances.data());
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != query) all.push_back({distances[i], rows[i]});
  }
  const std::size_t keep = std::min<std::size_t>(kResults, all.size());
  std::partial_sort(all.begin(), all.begin() + std::ptrdiff_t(keep), all.end());
  std::vector<std::uint32_t> nearest;
  for (std::size_t i = 0; i < keep; ++i) nearest.push_back(all[i].id);
  return nearest;
}

// `count` rows of `rows`, evenly spread.
std::vector<std::uint32_t> spread(std::uint32_t count, std::uint32_t rows) {
  const std::uint32_t n = std::min(count, rows);
  std::vector<std::uint32_t> some;
  for (std::uint64_t i = 0; i < n; ++i) some.push_back(static_cast<std::uint32_t>(i * rows / n));
  return some;
}

}  // namespace

Result<ExactSample> exact_sample(const Segment& segment) {
  ExactSample sample{.rows = spread(kSearches, segment.size())};
  const SearchOptions options{.limit = kResults + 1, .exactness = Exactness::kExact};
  for (const std::uint32_t at : sample.rows) {
    CAIRN_ASSIGN_OR_RETURN(const RowView row, segment.row(at));
    SearchStats stats;
    CAIRN_ASSIGN_OR_RETURN(auto nearest, segment.search({.row = row}, options, stats));
    sample.nearest.push_back(std::move(nearest));
  }
  return sample;
}

Result<SampleRecall> sample_recall(const Segment& segment, const ExactSample& sample,
                                   CodeKind compare) {
  const SearchOptions options{.limit = kResults + 1, .candidates = kCandidates};
  std::uint64_t found = 0;
  std::uint64_t wanted = 0;
  SearchStats stats;
  for (std::size_t i = 0; i < sample.rows.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(const RowView row, segment.row(sample.rows[i]));
    CAIRN_ASSIGN_OR_RETURN(const auto nearest,
                           segment.search({.row = row, .compare = compare}, options, stats));
    const float farthest = sample.nearest[i].back().distance;
    // The row itself is found by anything.
    wanted += sample.nearest[i].size() - 1;
    const auto good = std::count_if(nearest.begin(), nearest.end(),
                                    [&](const Candidate& c) { return c.distance <= farthest; });
    found += static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(good - 1, 0));
  }
  const double searches = std::max<double>(1, sample.count());
  return SampleRecall{.recall = wanted == 0 ? 1.0 : double(found) / double(wanted),
                      .distances = double(stats.distances) / searches};
}

bool orders_alike(const FloatCodes& full, const ByteCodes& bytes, std::uint32_t rows) {
  const std::vector<std::uint32_t> compared = spread(kOrderedRows, rows);
  std::size_t same = 0;
  std::size_t all = 0;
  for (const std::uint32_t at : spread(kOrderings, static_cast<std::uint32_t>(compared.size()))) {
    const std::uint32_t query = compared[at];
    auto exact = nearest_by(full, query, compared);
    const auto rough = nearest_by(bytes, query, compared);
    std::sort(exact.begin(), exact.end());
    all += exact.size();
    for (const std::uint32_t id : rough) {
      same += std::binary_search(exact.begin(), exact.end(), id) ? 1 : 0;
    }
  }
  return double(same) >= kAlike * double(all);
}

}  // namespace cairn::vector
