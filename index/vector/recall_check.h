// The recall of a segment, found by searching for some of its own rows while it is built.
// Thread-safety: pure.
#pragma once

#include "index/vector/segment.h"

#include <cstdint>
#include <vector>

namespace cairn::vector {

// Some rows of a segment, and the rows that are really nearest to each.
struct ExactSample {
  std::vector<std::uint32_t> rows;
  std::vector<std::vector<Candidate>> nearest;

  std::uint32_t count() const { return static_cast<std::uint32_t>(rows.size()); }
};

struct SampleRecall {
  double recall = 1.0;
  double distances = 0;  // per search
};

Result<ExactSample> exact_sample(const Segment& segment);
// Of searches with 100 candidates. A result that is as near as the last exact one counts, as
// near-ties have no right order.
Result<SampleRecall> sample_recall(const Segment& segment, const ExactSample& sample,
                                   CodeKind compare);

// Whether bytes order rows nearly as full precision does: links are found by them.
bool orders_alike(const FloatCodes& full, const ByteCodes& bytes, std::uint32_t rows);

}  // namespace cairn::vector
