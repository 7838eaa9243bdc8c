#include "index/vector/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cairn::vector {
namespace {

// What a distance on the graph costs, in distances of a scan.
constexpr double kRandomCost = 3.0;
// Fewer rows are scanned whatever else there is.
constexpr std::size_t kFewRows = 2000;
// What asking whether a row matches costs, in distances of a scan.
constexpr double kAskCost = 0.15;
// With at least this share of matches the plain traversal, somewhat wider, is filtered afterwards.
constexpr double kNearlyAll = 0.95;

std::uint32_t clamp_beam(double beam, const PlanInput& input) {
  const double least = double(std::max(input.limit, 1U));
  return static_cast<std::uint32_t>(std::clamp(beam, least, std::max(least, double(input.rows))));
}

}  // namespace

PlanChoice choose_plan(const PlanInput& input) {
  if (input.matches == 0 || input.limit == 0) return {.plan = Plan::kNothing};
  if (!input.has_graph || input.matches <= std::max<std::size_t>(kFewRows, input.limit)) {
    return {};
  }
  const double share = std::min(1.0, double(input.matches) / input.rows);
  const double candidates = double(std::max(input.limit, input.candidates)) * input.widening;
  const double work = input.distances_per_search * std::pow(candidates / 100.0, 0.8) *
                      std::pow(share, -0.4) * kRandomCost;
  const double scan = double(input.matches) + (input.asked ? kAskCost * double(input.rows) : 0.0);
  if (work >= scan) return {};
  if (share >= kNearlyAll) {
    return {.plan = Plan::kTraverse,
            .beam = clamp_beam(candidates / share, input),
            .most_distances = std::numeric_limits<std::uint64_t>::max()};
  }
  const double narrowed =
      std::max(2.0 * input.limit, candidates * std::sqrt(std::min(1.0, 2 * share)));
  return {.plan = Plan::kTraverseFiltered,
          .beam = clamp_beam(narrowed, input),
          .most_distances = static_cast<std::uint64_t>(scan / kRandomCost)};
}

}  // namespace cairn::vector
