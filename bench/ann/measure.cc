#include "bench/ann/measure.h"

#include "bench/latency/processor_time.h"

#include "index/vector/kernels.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace cairn::ann {
namespace {

// Sums in another order differ in the last bits.
constexpr float kTolerance = 1e-6F;

float distance(const DataSet& data, std::uint32_t row, std::uint32_t query) {
  return 1.0F -
         vector::kernels().dot_f32(data.query(query), data.row(row), std::size_t{data.dimensions});
}

}  // namespace

Truth find_truth(const DataSet& data, std::uint32_t limit,
                 const std::function<bool(std::uint32_t row, std::uint32_t query)>& admits) {
  Truth truth{.limit = limit};
  std::vector<float> distances;
  for (std::uint32_t query = 0; query < data.query_count(); ++query) {
    distances.clear();
    for (std::uint32_t row = 0; row < data.count(); ++row) {
      if (!admits || admits(row, query)) distances.push_back(distance(data, row, query));
    }
    const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(limit, distances.size()));
    truth.count.push_back(count);
    if (count > 0) {
      std::nth_element(distances.begin(), distances.begin() + count - 1, distances.end());
    }
    truth.farthest.push_back(count > 0 ? distances[count - 1] : 0);
  }
  return truth;
}

bool is_near(const DataSet& data, std::uint32_t row, std::uint32_t query, const Truth& truth) {
  return distance(data, row, query) <= truth.farthest[query] + kTolerance;
}

Point measure(Contender& contender, const DataSet& data, const Truth& truth,
              std::uint32_t candidates, const std::function<void(std::uint32_t query)>& before) {
  Point point{.candidates = candidates};
  std::vector<std::uint32_t> places(truth.limit);
  std::chrono::nanoseconds total{0};
  double processor = 0;
  std::uint64_t wanted = 0;
  std::uint64_t found = 0;
  for (std::uint32_t query = 0; query < data.query_count(); ++query) {
    if (before) before(query);
    const double processor_before = bench::thread_seconds();
    const auto began = std::chrono::steady_clock::now();
    const std::uint32_t count =
        contender.search(data.query(query), truth.limit, candidates, places.data());
    const auto took = std::chrono::steady_clock::now() - began;
    processor += bench::thread_seconds() - processor_before;
    point.latencies.add(took);
    total += took;
    wanted += truth.count[query];
    for (std::uint32_t i = 0; i < count; ++i) {
      found += is_near(data, places[i], query, truth) ? 1 : 0;
    }
  }
  point.recall = wanted == 0 ? 1.0 : double(std::min(found, wanted)) / double(wanted);
  point.per_second = data.query_count() / processor;
  point.per_second_by_wall = data.query_count() / std::chrono::duration<double>(total).count();
  return point;
}

void keep_best(Point& best, Point&& other) {
  if (other.per_second > best.per_second) best = std::move(other);
}

double speed_at(const std::vector<Point>& curve, double recall) {
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (curve[i].recall < recall) continue;
    if (i == 0) return curve[0].per_second;
    const Point& a = curve[i - 1];
    const Point& b = curve[i];
    const double share = (recall - a.recall) / (b.recall - a.recall);
    return std::exp(std::log(a.per_second) +
                    share * (std::log(b.per_second) - std::log(a.per_second)));
  }
  return 0;
}

}  // namespace cairn::ann
