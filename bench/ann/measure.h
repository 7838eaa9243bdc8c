// Recall against speed: every contender at every width, in turn, the best of some rounds each.
// Speed is by the processor time of the threads that search, one or several; the wall's is beside
// it.
#pragma once

#include "bench/ann/contender.h"
#include "bench/latency/latencies.h"

#include <functional>
#include <vector>

namespace cairn::ann {

// Per query, the distance of the limit-th nearest: what is as near is right.
struct Truth {
  std::uint32_t limit = 10;
  std::vector<float> farthest;
  std::vector<std::uint32_t> count;  // fewer than `limit` where fewer rows match
};

// By plain comparison of every query with every row that `admits`.
Truth find_truth(const DataSet& data, std::uint32_t limit,
                 const std::function<bool(std::uint32_t row, std::uint32_t query)>& admits);

// Whether a row found for a query is one of the nearest, or as near.
bool is_near(const DataSet& data, std::uint32_t row, std::uint32_t query, const Truth& truth);

struct Point {
  std::uint32_t candidates = 0;
  double recall = 0;
  double per_second = 0;  // of processor time, which other programs disturb least: of a core
  double per_second_by_wall = 0;  // in the same round, of all threads together
  bench::Latencies latencies;     // of the best round
};

// One thread, one query after the other. `before` is called for each query, outside of the time.
Point measure(Contender& contender, const DataSet& data, const Truth& truth,
              std::uint32_t candidates,
              const std::function<void(std::uint32_t query)>& before = {});
// That many threads at once, each with every query in an order of its own. The rate of a core is
// that of one whose neighbours search too, as they do in a server.
Point measure_at_once(Contender& contender, const DataSet& data, const Truth& truth,
                      std::uint32_t candidates, unsigned threads);
// Keeps the faster.
void keep_best(Point& best, Point&& other);

// Queries per second at a recall, between the points around it; 0 where they do not reach it.
double speed_at(const std::vector<Point>& curve, double recall);

}  // namespace cairn::ann
