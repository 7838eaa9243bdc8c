#include "bench/ann/measure.h"

#include "bench/latency/processor_time.h"

#include "index/vector/kernels.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

namespace cairn::ann {
namespace {

// Sums in another order differ in the last bits.
constexpr float kTolerance = 1e-6F;

float distance(const DataSet& data, std::uint32_t row, std::uint32_t query) {
  return 1.0F -
         vector::kernels().dot_f32(data.query(query), data.row(row), std::size_t{data.dimensions});
}

// What a thread asked and was told.
struct Asked {
  std::uint64_t queries = 0;
  std::uint64_t wanted = 0;
  std::uint64_t found = 0;
  double seconds = 0;
  double processor_seconds = 0;
  bench::Latencies latencies;

  void add(const Asked& other) {
    queries += other.queries;
    wanted += other.wanted;
    found += other.found;
    seconds += other.seconds;
    processor_seconds += other.processor_seconds;
    latencies.merge(other.latencies);
  }
};

// Every query once, beginning with `first`.
void ask_all(Contender& contender, const DataSet& data, const Truth& truth,
             std::uint32_t candidates, std::uint32_t first,
             const std::function<void(std::uint32_t query)>& before, Asked& out) {
  std::vector<std::uint32_t> places(truth.limit);
  for (std::uint32_t i = 0; i < data.query_count(); ++i) {
    const std::uint32_t query = (first + i) % data.query_count();
    if (before) before(query);
    const double processor_before = bench::thread_seconds();
    const auto began = std::chrono::steady_clock::now();
    const std::uint32_t count =
        contender.search(data.query(query), truth.limit, candidates, places.data());
    const auto took = std::chrono::steady_clock::now() - began;
    out.processor_seconds += bench::thread_seconds() - processor_before;
    out.latencies.add(took);
    out.seconds += std::chrono::duration<double>(took).count();
    out.wanted += truth.count[query];
    for (std::uint32_t at = 0; at < count; ++at) {
      out.found += is_near(data, places[at], query, truth) ? 1 : 0;
    }
  }
  out.queries += data.query_count();
}

// `seconds`: by the clock, of the longest thread.
Point point_of(Asked&& asked, std::uint32_t candidates, double seconds) {
  Point point{.candidates = candidates};
  point.recall =
      asked.wanted == 0 ? 1.0 : double(std::min(asked.found, asked.wanted)) / double(asked.wanted);
  point.per_second = double(asked.queries) / asked.processor_seconds;
  point.per_second_by_wall = double(asked.queries) / seconds;
  point.latencies = std::move(asked.latencies);
  return point;
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
  Asked asked;
  ask_all(contender, data, truth, candidates, 0, before, asked);
  const double seconds = asked.seconds;
  return point_of(std::move(asked), candidates, seconds);
}

Point measure_at_once(Contender& contender, const DataSet& data, const Truth& truth,
                      std::uint32_t candidates, unsigned threads) {
  std::vector<Asked> asked(threads);
  std::barrier ready(threads);
  {
    std::vector<std::jthread> running;
    for (unsigned i = 0; i < threads; ++i) {
      running.emplace_back([&, i] {
        ready.arrive_and_wait();
        ask_all(contender, data, truth, candidates, data.query_count() / threads * i, {}, asked[i]);
      });
    }
  }
  Asked all;
  double longest = 0;
  for (const Asked& each : asked) {
    longest = std::max(longest, each.seconds);
    all.add(each);
  }
  return point_of(std::move(all), candidates, longest);
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
