#include "index/vector/index.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace cairn::vector {
namespace {

// Of a list that is much shorter than the segment each id is looked up; else both are walked along.
constexpr std::size_t kWalkFactor = 8;

// The visible rows of a segment whose ids are in `matching`.
Bitmap rows_of(const LiveSegment& live, std::span<const std::uint64_t> matching,
               std::uint64_t read_sequence) {
  const Segment& segment = *live.segment;
  const auto ids = segment.ids();
  Bitmap rows(segment.size());
  const auto take = [&](std::size_t at) {
    if (segment.sequences()[at] <= read_sequence && !live.deaths->dead_at(at, read_sequence)) {
      rows.set(at);
    }
  };
  auto from = ids.begin();
  const bool walk = matching.size() * kWalkFactor > ids.size();
  for (const std::uint64_t id : matching) {
    if (walk) {
      while (from != ids.end() && *from < id) ++from;
    } else {
      from = std::lower_bound(from, ids.end(), id);
    }
    if (from == ids.end()) break;
    for (; from != ids.end() && *from == id; ++from) {
      take(static_cast<std::size_t>(from - ids.begin()));
    }
  }
  return rows;
}

bool before(const Hit& a, const Hit& b) {
  return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
}

// The nearest of all parts so far.
class Gathered {
 public:
  explicit Gathered(std::size_t limit) : limit_(limit) {}

  void add(Hit hit) { hits_.push_back(hit); }
  // What is farther is no longer wanted.
  float beyond() {
    if (hits_.size() < limit_ || limit_ == 0) return std::numeric_limits<float>::infinity();
    const auto last = hits_.begin() + static_cast<std::ptrdiff_t>(limit_ - 1);
    std::nth_element(hits_.begin(), last, hits_.end(), before);
    hits_.erase(last + 1, hits_.end());
    return last->distance;
  }
  std::vector<Hit> take() {
    std::sort(hits_.begin(), hits_.end(), before);
    if (hits_.size() > limit_) hits_.resize(limit_);
    return std::move(hits_);
  }

 private:
  const std::size_t limit_;
  std::vector<Hit> hits_;
};

Status search_segment(const LiveSegment& live, const Query& query, const SearchOptions& options,
                      Gathered& hits, SearchStats& stats) {
  SegmentQuery asked{.row = query.row, .filter = query.filter, .deaths = live.deaths.get()};
  std::optional<Bitmap> rows;
  if (query.matching != nullptr) {
    rows.emplace(rows_of(live, *query.matching, options.read_sequence));
    asked.matching = &*rows;
  }
  CAIRN_ASSIGN_OR_RETURN(const auto nearest, live.segment->search(asked, options, stats));
  for (const Candidate& c : nearest) hits.add({live.segment->ids()[c.id], c.distance});
  return {};
}

}  // namespace

Result<std::vector<Hit>> search(const View& view, const Query& query, const SearchOptions& options,
                                SearchStats& stats) {
  // What the largest part finds spares the others full precision.
  std::vector<const LiveSegment*> parts;
  for (const LiveSegment& live : view.segments) parts.push_back(&live);
  std::ranges::sort(parts, std::ranges::greater(),
                    [](const LiveSegment* live) { return live->segment->size(); });
  Gathered hits(options.limit);
  SearchOptions wanted = options;
  for (const LiveSegment* live : parts) {
    CAIRN_RETURN_IF_ERROR(search_segment(*live, query, wanted, hits, stats));
    wanted.beyond = hits.beyond();
  }
  for (const auto& delta : view.deltas) {
    CAIRN_ASSIGN_OR_RETURN(const auto nearest,
                           delta->search(query.row, query.matching, query.filter, wanted, stats));
    for (const Candidate& c : nearest) hits.add({delta->id(c.id), c.distance});
    wanted.beyond = hits.beyond();
  }
  return hits.take();
}

std::optional<std::uint64_t> first_unsealed(const View& view) {
  for (const auto& delta : view.deltas) {
    if (delta->size() != 0) return delta->sequence(0);
  }
  return std::nullopt;
}

Index::Index(const IndexOptions& options) : options_(options) {
  View view;
  view.deltas.push_back(std::make_shared<Delta>(options_.segment.space, options_.delta_rows));
  publish(std::move(view));
}

std::size_t Index::memory() const {
  const auto now = view();
  std::size_t bytes = 0;
  for (const LiveSegment& live : now->segments) bytes += live.segment->memory().resident;
  for (const auto& delta : now->deltas) bytes += delta->memory();
  return bytes;
}

std::shared_ptr<const View> Index::view() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

void Index::publish(View view) {
  auto next = std::make_shared<const View>(std::move(view));
  const std::lock_guard lock(view_mutex_);
  view_.swap(next);
}

void Index::insert(std::uint64_t id, std::uint64_t sequence, RowView row) {
  const std::lock_guard lock(write_mutex_);
  if (view()->deltas.back()->full()) freeze_locked();
  view()->deltas.back()->append(id, sequence, row);
}

void Index::erase(std::uint64_t id, std::uint64_t sequence) {
  const std::lock_guard lock(write_mutex_);
  const auto now = view();
  for (auto delta = now->deltas.rbegin(); delta != now->deltas.rend(); ++delta) {
    const auto at = (*delta)->erase(id, sequence);
    if (!at) continue;
    note_late(id, (*delta)->sequence(*at), sequence);
    return;
  }
  for (const LiveSegment& live : now->segments) {
    if (erase_in(live, id, sequence)) return;
  }
}

bool Index::erase_in(const LiveSegment& live, std::uint64_t id, std::uint64_t sequence) {
  const auto [begin, end] = live.segment->find(id);
  for (std::uint32_t at = begin; at < end; ++at) {
    if (live.deaths->of(at) != 0) continue;
    live.deaths->set(at, sequence);
    note_late(id, live.segment->sequences()[at], sequence);
    return true;
  }
  return false;
}

void Index::note_late(std::uint64_t id, std::uint64_t came, std::uint64_t went) {
  if (merging_) late_.push_back({.id = id, .came = came, .went = went});
}

void Index::freeze() {
  const std::lock_guard lock(write_mutex_);
  freeze_locked();
}

void Index::freeze_locked() {
  View next = *view();
  if (next.deltas.back()->size() == 0) return;
  next.deltas.push_back(std::make_shared<Delta>(options_.segment.space, options_.delta_rows));
  publish(std::move(next));
}

void Index::add(std::shared_ptr<const Segment> segment, const Bitmap* gone) {
  // Whoever reads now came after it.
  constexpr std::uint64_t kLongAgo = 1;
  const std::lock_guard lock(write_mutex_);
  View next = *view();
  auto deaths = std::make_shared<Deaths>(segment->size());
  segment->for_each_death([&](std::uint32_t at, std::uint64_t went) { deaths->set(at, went); });
  if (gone != nullptr) {
    gone->for_each([&](std::uint32_t at) {
      if (deaths->of(at) == 0) deaths->set(at, kLongAgo);
    });
  }
  next.segments.push_back({.segment = std::move(segment), .deaths = std::move(deaths)});
  publish(std::move(next));
}

namespace {

// The deaths of the view's own segment of this name.
const Deaths* deaths_of(const View& view, const Segment* segment) {
  for (const LiveSegment& live : view.segments) {
    if (live.segment.get() == segment) return live.deaths.get();
  }
  return nullptr;
}

// Of the parts the segment whose graph the merged one begins with: the largest. Its dead rows stay,
// since what leads past them would have to be mended; nullptr where they are too many for that.
const Segment* base_of(const View& view, const Merge& parts) {
  constexpr double kMostDeadOfBase = 0.05;
  const auto largest = std::ranges::max_element(
      parts.segments, {}, [](const auto& segment) { return segment->size(); });
  if (largest == parts.segments.end() || !(*largest)->has_graph()) return nullptr;
  const Deaths* const deaths = deaths_of(view, largest->get());
  const std::size_t dead = deaths == nullptr ? 0 : deaths->count();
  return double(dead) <= kMostDeadOfBase * (*largest)->size() ? largest->get() : nullptr;
}

Result<std::vector<SourceRow>> rows_to_keep(const View& view, const Merge& parts,
                                            const Segment* base, std::uint64_t oldest_read) {
  std::vector<SourceRow> rows;
  const auto take = [&](const SourceRow& row) {
    if (row.died == 0 || row.died > oldest_read || row.base != kNotOfBase) rows.push_back(row);
  };
  for (const auto& segment : parts.segments) {
    const Deaths* const deaths = deaths_of(view, segment.get());
    // Rows that are moved were right when they were written; so they must be when they are read.
    CAIRN_RETURN_IF_ERROR(segment->check_rows());
    for (std::uint32_t at = 0; at < segment->size(); ++at) {
      CAIRN_ASSIGN_OR_RETURN(const RowView row, segment->row(at));
      take({.id = segment->ids()[at],
            .sequence = segment->sequences()[at],
            .died = deaths == nullptr ? 0 : deaths->of(at),
            .row = row.data(),
            .base = segment.get() == base ? at : kNotOfBase});
    }
  }
  for (const auto& delta : parts.deltas) {
    const std::uint32_t count = delta->size();
    for (std::uint32_t at = 0; at < count; ++at) {
      take({.id = delta->id(at),
            .sequence = delta->sequence(at),
            .died = delta->died(at),
            .row = delta->row(at).data()});
    }
  }
  return rows;
}

}  // namespace

Result<Merge> Index::merge(Merge parts, const std::filesystem::path& path,
                           std::uint64_t oldest_read, Residence residence) {
  {
    const std::lock_guard lock(write_mutex_);
    merging_ = true;
    late_.clear();
  }
  const auto now = view();
  const Segment* const base = base_of(*now, parts);
  CAIRN_ASSIGN_OR_RETURN(auto rows, rows_to_keep(*now, parts, base, oldest_read));
  if (rows.empty()) return Result<Merge>(std::move(parts));
  const auto release = [&parts] {
    for (const auto& segment : parts.segments) segment->release_rows();
  };
  CAIRN_ASSIGN_OR_RETURN(parts.report,
                         build_segment(path, options_.segment, std::move(rows), base, release));
  CAIRN_ASSIGN_OR_RETURN(parts.result, Segment::open(path, residence));
  return parts;
}

void Index::install(const Merge& merge) {
  const std::lock_guard lock(write_mutex_);
  View next = *view();
  std::erase_if(next.segments, [&](const LiveSegment& live) {
    return std::find(merge.segments.begin(), merge.segments.end(), live.segment) !=
           merge.segments.end();
  });
  std::erase_if(next.deltas, [&](const std::shared_ptr<Delta>& delta) {
    return std::find(merge.deltas.begin(), merge.deltas.end(), delta) != merge.deltas.end();
  });
  if (merge.result != nullptr) {
    const Segment& segment = *merge.result;
    auto deaths = std::make_shared<Deaths>(segment.size());
    segment.for_each_death([&](std::uint32_t at, std::uint64_t went) { deaths->set(at, went); });
    for (const LateDeath& late : late_) {
      const auto [begin, end] = segment.find(late.id);
      for (std::uint32_t at = begin; at < end; ++at) {
        if (segment.sequences()[at] != late.came || deaths->of(at) != 0) continue;
        deaths->set(at, late.went);
      }
    }
    next.segments.push_back({.segment = merge.result, .deaths = std::move(deaths)});
  }
  merging_ = false;
  late_.clear();
  publish(std::move(next));
}

void Index::abandon() {
  const std::lock_guard lock(write_mutex_);
  merging_ = false;
  late_.clear();
}

namespace {

constexpr double kMostDead = 0.2;
// A segment joins a merge of rows that are at least this share of its own; where there is time, of
// as many as a search notices. A row that is moved costs a hundredth of one that is put into a
// graph; but all of them are written again.
constexpr double kJoinAt = 1.0 / 12;
constexpr double kJoinAtLeisure = 1.0 / 128;
// Fewer rows are scanned in no time.
constexpr std::size_t kCrumbs = 512;
// Scanning so many takes about as long as a search of a graph.
constexpr double kMostWaiting = 12'288;

bool has_many_dead(const LiveSegment& live) {
  return double(live.deaths->count()) > kMostDead * live.segment->size();
}

}  // namespace

bool is_crumbled(const View& view) {
  std::size_t rows = 0;
  std::size_t largest = 0;
  for (const LiveSegment& live : view.segments) {
    rows += live.segment->size();
    largest = std::max<std::size_t>(largest, live.segment->size());
  }
  for (const auto& delta : view.deltas) rows += delta->size();
  const auto noticed = static_cast<std::size_t>(kJoinAtLeisure * double(largest));
  return rows - largest >= std::max(kCrumbs, noticed);
}

bool waits_for_more(const View& view) {
  double rows = 0;
  for (std::size_t i = 0; i + 1 < view.deltas.size(); ++i) rows += view.deltas[i]->size();
  double largest = 0;
  for (const LiveSegment& live : view.segments) {
    if (has_many_dead(live)) return false;
    largest = std::max<double>(largest, live.segment->size());
  }
  return rows < std::min(kJoinAt * largest, kMostWaiting);
}

Merge choose_merge(const View& view, std::size_t most_rows, Pace pace) {
  const double join_at = pace == Pace::kLeisure ? kJoinAtLeisure : kJoinAt;
  Merge merge;
  double rows = 0;
  bool dead = false;
  for (std::size_t i = 0; i + 1 < view.deltas.size(); ++i) {
    merge.deltas.push_back(view.deltas[i]);
    rows += view.deltas[i]->size();
  }
  std::vector<LiveSegment> by_size = view.segments;
  std::sort(by_size.begin(), by_size.end(), [](const LiveSegment& a, const LiveSegment& b) {
    return a.segment->size() < b.segment->size();
  });
  for (const LiveSegment& live : by_size) {
    const double size = live.segment->size();
    const bool many_dead = has_many_dead(live);
    const bool joins = pace == Pace::kLeisure && &live != &by_size.back();
    if (!many_dead && !joins && rows < join_at * size) continue;
    // One that is alone is made smaller.
    if (rows > 0 && rows + size > double(most_rows)) continue;
    merge.segments.push_back(live.segment);
    rows += size;
    dead = dead || many_dead;
  }
  if (merge.segments.size() == 1 && merge.deltas.empty() && !dead) merge.segments.clear();
  return merge;
}

}  // namespace cairn::vector
