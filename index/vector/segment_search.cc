// Searching a segment: plan, candidates by codes, then full precision for all that may be among the
// nearest.
#include "index/vector/plan.h"
#include "index/vector/segment.h"
#include "index/vector/shortlist.h"
#include "index/vector/traverse.h"

#include <algorithm>
#include <array>
#include <random>
#include <type_traits>

namespace cairn::vector {
namespace {

constexpr std::size_t kScanAtOnce = 64;
constexpr std::size_t kRerankAtOnce = 8;
constexpr std::uint32_t kLookEvery = 4096;  // scanned rows
// Of the first rows that a filtered traversal asks for, at least this share of those that must
// match by chance does; else it gives up.
constexpr std::uint32_t kFirstAsked = 128;
constexpr double kLeastOfExpected = 0.4;

}  // namespace

template <class Codes>
class SegmentSearch {
 public:
  SegmentSearch(const Segment& segment, const Codes& codes, const SegmentQuery& query,
                const SearchOptions& options, SearchStats& stats, Scratch& scratch)
      : segment_(segment),
        codes_(codes),
        query_(query),
        options_(options),
        stats_(stats),
        scratch_(scratch),
        prepared_(codes.prepare(query.row)) {
    work_.cancelled = options.cancelled;
  }

  Result<std::vector<Candidate>> run() {
    if (std::is_same_v<Codes, FloatCodes>) CAIRN_RETURN_IF_ERROR(segment_.check_rows());
    const PlanChoice choice = plan();
    ++stats_.segments;
    stats_.plan = std::max(stats_.plan, choice.plan);
    if (choice.plan == Plan::kNothing) return std::vector<Candidate>();
    if (choice.plan == Plan::kScan) {
      ++stats_.scans;
      scan();
    } else {
      traverse(choice);
    }
    stats_.distances += work_.distances;
    if (work_.stopped) return Status(ErrorCode::kInterrupted, "a vector search was ended");
    return finish();
  }

 private:
  bool everything_visible() const {
    return segment_.last_sequence() <= options_.read_sequence &&
           (query_.deaths == nullptr || query_.deaths->count() == 0);
  }

  PlanChoice plan() {
    filtered_ = query_.matching != nullptr || query_.filter != nullptr || !everything_visible();
    matches_ = segment_.size();
    if (query_.matching != nullptr) {
      matches_ = query_.matching->count();
    } else if (query_.deaths != nullptr) {
      // Not of those that die while this is going on, whose newer rows are not seen either.
      matches_ -= std::min(query_.deaths->count_at(options_.read_sequence), matches_);
    }
    if (query_.filter != nullptr) matches_ = estimate_matches(matches_);
    if (options_.exactness == Exactness::kExact) {
      certainty_ = Certainty::kCertain;
      return {.plan = options_.limit == 0 ? Plan::kNothing : Plan::kScan};
    }
    return choose_plan({.rows = segment_.size(),
                        .matches = matches_,
                        .has_graph = segment_.has_graph(),
                        .filtered = filtered_,
                        .asked = query_.filter != nullptr,
                        .distances_per_search = segment_.distances_per_search(),
                        .widening = std::is_same_v<Codes, FloatCodes> ? 1.0F : segment_.widening(),
                        .limit = options_.limit,
                        .candidates = options_.candidates});
  }

  // About how many of `living` rows the filter admits: some are asked, picked at random, always the
  // same ones.
  std::size_t estimate_matches(std::size_t living) const {
    constexpr std::size_t kBatches = 16;
    std::minstd_rand random(1);
    std::array<std::uint64_t, IdFilter::kMostAtOnce> ids;
    std::array<std::uint8_t, IdFilter::kMostAtOnce> matches;
    std::size_t matched = 0;
    for (std::size_t batch = 0; batch < kBatches; ++batch) {
      for (std::uint64_t& id : ids) id = segment_.ids_[random() % segment_.size()];
      query_.filter->ask(ids, matches.data());
      for (const std::uint8_t one : matches) matched += one;
    }
    const double share = (static_cast<double>(matched) + 0.5) / (kBatches * ids.size());
    return std::max<std::size_t>(
        1, static_cast<std::size_t>(static_cast<double>(living) * std::min(share, 1.0)));
  }

  bool admits(std::uint32_t at) const {
    if (query_.matching != nullptr) return query_.matching->test(at);
    return segment_.visible(at, query_, options_) &&
           (query_.filter == nullptr || query_.filter->admits(segment_.ids_[at]));
  }

  void traverse(const PlanChoice& choice) {
    work_.most_distances = choice.most_distances;
    scratch_.pending.clear();
    if (choice.plan == Plan::kTraverse) {
      traverse_all(choice.beam);
    } else {
      traverse_filtered(choice.beam);
    }
    const bool short_of = scratch_.pending.size() < std::min<std::size_t>(options_.limit, matches_);
    if (work_.stopped || (!short_of && !work_.over_budget())) return;
    ++stats_.fallbacks;
    scan();
  }

  Candidate start() {
    const SealedLinks& links = *segment_.links_;
    const Candidate nearest =
        descend(links, links.entry, links.top_level, 0, codes_, prepared_, scratch_, work_);
    scratch_.visited.forget();
    scratch_.visited.enter(nearest.id);
    return nearest;
  }

  void traverse_all(std::uint32_t width) {
    const Candidate nearest = start();
    Beam& beam = scratch_.beam;
    beam.start(width);
    beam.add(nearest.distance, nearest.id);
    widen(*segment_.links_, 0, codes_, prepared_, scratch_, work_);
    for (std::size_t i = 0; i < beam.size(); ++i) {
      const Candidate candidate = beam.at(i);
      if (!filtered_ || admits(candidate.id)) propose(candidate);
    }
  }

  void traverse_filtered(std::uint32_t width) {
    const Candidate nearest = start();
    const bool chosen = query_.matching != nullptr || query_.filter != nullptr;
    const double expected =
        static_cast<double>(matches_) / segment_.size() * static_cast<double>(kFirstAsked);
    std::uint32_t asked = 0;
    std::uint32_t admitted = 0;
    const auto admit = [&](std::uint32_t at) {
      const bool one = admits(at);
      admitted += one ? 1 : 0;
      // Nothing around the query matches: what does is far off and much alike, and a traversal
      // would end with what it happens to meet.
      if (++asked == kFirstAsked && chosen && admitted < kLeastOfExpected * expected) {
        work_.most_distances = 0;
      }
      return one;
    };
    widen_filtered(*segment_.links_, nearest, width, codes_, prepared_, admit, scratch_, work_);
    for (const Candidate& candidate : scratch_.found) propose(candidate);
  }

  // Puts a candidate among those that full precision will decide on, by its least distance.
  void propose(Candidate candidate) {
    scratch_.pending.push_back(
        {candidate.distance - codes_.slack(prepared_, candidate.id, certainty_), candidate.id});
  }

  // Everything that matches.
  void scan() {
    Shortlist shortlist(scratch_, options_.limit, options_.beyond);
    std::array<std::uint32_t, kScanAtOnce> ids;
    std::size_t count = 0;
    const auto take = [&](std::uint32_t at) {
      ids[count++] = at;
      if (count < ids.size()) return;
      weigh(ids.data(), count, shortlist);
      count = 0;
    };
    if (query_.matching != nullptr) {
      query_.matching->for_each([&](std::uint32_t at) {
        if (!work_.stopped) take(at);
      });
    } else if (query_.filter != nullptr) {
      for_each_admitted(take);
    } else {
      for (std::uint32_t at = 0; at < segment_.size() && !work_.stopped; ++at) {
        if (!filtered_ || segment_.visible(at, query_, options_)) take(at);
      }
    }
    weigh(ids.data(), count, shortlist);
  }

  template <class Take>
  void for_each_admitted(const Take& take) {
    std::array<std::uint8_t, IdFilter::kMostAtOnce> matches;
    std::uint32_t asked = 0;
    for (std::uint32_t begin = 0; begin < segment_.size() && !work_.stopped;) {
      const std::uint32_t count = std::min<std::uint32_t>(matches.size(), segment_.size() - begin);
      query_.filter->ask(segment_.ids_.subspan(begin, count), matches.data());
      for (std::uint32_t i = 0; i < count; ++i) {
        if (matches[i] != 0 && segment_.visible(begin + i, query_, options_)) take(begin + i);
      }
      begin += count;
      // Few may match: then `weigh` seldom looks.
      asked += count;
      if (asked < kLookEvery) continue;
      asked = 0;
      look();
    }
  }

  void look() {
    if (options_.cancelled != nullptr && *options_.cancelled && (*options_.cancelled)()) {
      work_.stopped = true;
    }
  }

  void weigh(const std::uint32_t* ids, std::size_t count, Shortlist& shortlist) {
    std::array<float, kScanAtOnce> distances;
    codes_.distances(prepared_, ids, count, distances.data());
    work_.distances += count;
    scanned_ += static_cast<std::uint32_t>(count);
    if (scanned_ >= kLookEvery) {
      scanned_ = 0;
      look();
    }
    const float slack = codes_.most_slack(prepared_, certainty_);
    for (std::size_t i = 0; i < count; ++i) {
      if (distances[i] > shortlist.most() + slack) continue;
      shortlist.offer(distances[i], codes_.slack(prepared_, ids[i], certainty_), ids[i]);
    }
    shortlist.tidy();
  }

  Result<std::vector<Candidate>> finish() {
    auto& pending = scratch_.pending;
    if (codes_.exact()) {
      const std::size_t keep = std::min<std::size_t>(options_.limit, pending.size());
      std::partial_sort(pending.begin(), pending.begin() + std::ptrdiff_t(keep), pending.end());
      return std::vector<Candidate>(pending.begin(), pending.begin() + std::ptrdiff_t(keep));
    }
    std::sort(pending.begin(), pending.end());
    return rerank();
  }

  Result<std::vector<Candidate>> rerank() {
    const FloatCodes full(segment_.space_, reinterpret_cast<const float*>(segment_.rows_.data()));
    const FloatCodes::Query query = full.prepare(query_.row);
    const auto& pending = scratch_.pending;
    Nearest nearest(options_.limit, options_.beyond);
    std::array<std::uint32_t, kRerankAtOnce> ids;
    std::array<float, kRerankAtOnce> distances;
    for (std::size_t at = 0; at < pending.size(); at += ids.size()) {
      if (nearest.beyond(pending[at].distance)) break;
      const std::size_t count = std::min(ids.size(), pending.size() - at);
      for (std::size_t i = 0; i < count; ++i) {
        ids[i] = pending[at + i].id;
        const Result<RowView> row = segment_.row(ids[i]);
        if (!row.ok()) return row.status();
      }
      full.distances(query, ids.data(), count, distances.data());
      stats_.reranked += count;
      for (std::size_t i = 0; i < count; ++i) nearest.offer({distances[i], ids[i]});
    }
    return nearest.take();
  }

  const Segment& segment_;
  const Codes& codes_;
  const SegmentQuery& query_;
  const SearchOptions& options_;
  SearchStats& stats_;
  Scratch& scratch_;
  const typename Codes::Query prepared_;
  Certainty certainty_ = Certainty::kLikely;
  Work work_;
  bool filtered_ = false;
  std::size_t matches_ = 0;
  std::uint32_t scanned_ = 0;
};

Result<std::vector<Candidate>> Segment::search(const SegmentQuery& query,
                                               const SearchOptions& options,
                                               SearchStats& stats) const {
  if (query.row.size() != space_.row_bytes()) {
    return Status(ErrorCode::kBadValue, "a query vector must have as many numbers as the index");
  }
  auto scratch = scratch_->take();
  // Signs are too rough for certainty: everything would be pending.
  const bool full = space_.element == Element::kFloat32 &&
                    (query.compare == CodeKind::kRows ||
                     (options.exactness == Exactness::kExact && kind_ == CodeKind::kSigns));
  if (full) {
    const FloatCodes rows(space_, reinterpret_cast<const float*>(rows_.data()));
    return SegmentSearch<FloatCodes>(*this, rows, query, options, stats, *scratch).run();
  }
  return std::visit(
      [&](const auto& codes) -> Result<std::vector<Candidate>> {
        using Codes = std::decay_t<decltype(codes)>;
        if constexpr (std::is_same_v<Codes, std::monostate>) {
          return Status(ErrorCode::kInternalError, "a segment without codes was searched");
        } else {
          return SegmentSearch<Codes>(*this, codes, query, options, stats, *scratch).run();
        }
      },
      compared_);
}

}  // namespace cairn::vector
