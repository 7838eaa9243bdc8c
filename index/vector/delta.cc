#include "index/vector/delta.h"

#include "index/vector/shortlist.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <type_traits>

namespace cairn::vector {
namespace {

std::size_t stride_of(const Space& space) {
  return space.element == Element::kInt8 ? ByteCodes::stride(space) : space.row_bytes();
}

// The writer's alone to raise; what it was for the rows that are complete is seen with them.
void raise(std::atomic<float>& most, float to) {
  if (to > most.load(std::memory_order_relaxed)) most.store(to, std::memory_order_relaxed);
}

template <std::uint32_t kCount>
constexpr std::array<std::uint32_t, kCount> first_numbers() {
  std::array<std::uint32_t, kCount> numbers = {};
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

}  // namespace

Delta::Delta(const Space& space, std::uint32_t capacity)
    : space_(space),
      capacity_(capacity),
      row_stride_(stride_of(space)),
      blocks_((capacity + kBlock - 1) / kBlock),
      deaths_(capacity) {}

void Delta::append(std::uint64_t id, std::uint64_t sequence, RowView row) {
  const std::uint32_t at = size_.load(std::memory_order_relaxed);
  std::unique_ptr<Block>& place = blocks_[at / kBlock];
  if (place == nullptr) {
    place = std::make_unique<Block>();
    place->ids.resize(kBlock);
    place->sequences.resize(kBlock);
    place->rows.resize(kBlock * row_stride_);
    if (space_.element == Element::kFloat32)
      place->codes.resize(kBlock * ByteCodes::stride(space_));
    if (space_.element != Element::kBit) place->corrections.resize(kBlock);
  }
  const std::uint32_t in = at % kBlock;
  place->ids[in] = id;
  place->sequences[in] = sequence;
  std::memcpy(place->rows.data() + in * row_stride_, row.data(), row.size());
  if (space_.element != Element::kBit) {
    std::byte* const code = space_.element == Element::kInt8
                                ? place->rows.data() + in * row_stride_
                                : place->codes.data() + in * ByteCodes::stride(space_);
    const ByteCorrection correction =
        ByteCodes::encode(space_, row, reinterpret_cast<std::int8_t*>(code));
    place->corrections[in] = correction;
    const ByteBounds bounds = ByteBounds::of({&correction, 1});
    raise(place->most_length, bounds.length);
    raise(place->most_error, bounds.error);
  }
  living_[id] = at;
  size_.store(at + 1, std::memory_order_release);
}

std::optional<std::uint32_t> Delta::erase(std::uint64_t id, std::uint64_t sequence) {
  const auto found = living_.find(id);
  if (found == living_.end()) return std::nullopt;
  const std::uint32_t at = found->second;
  deaths_.set(at, sequence);
  living_.erase(found);
  return at;
}

std::size_t Delta::memory() const {
  std::size_t row = row_stride_ + 2 * sizeof(std::uint64_t);
  if (space_.element == Element::kFloat32) row += ByteCodes::stride(space_);
  if (space_.element != Element::kBit) row += sizeof(ByteCorrection);
  return (size() + kBlock - 1) / kBlock * kBlock * row;
}

template <>
ByteCodes Delta::codes_of<ByteCodes>(const Block& block) const {
  const std::vector<std::byte>& codes = space_.element == Element::kInt8 ? block.rows : block.codes;
  return {space_,
          reinterpret_cast<const std::int8_t*>(codes.data()),
          block.corrections.data(),
          {.length = block.most_length.load(std::memory_order_relaxed),
           .error = block.most_error.load(std::memory_order_relaxed)}};
}

template <>
BitCodes Delta::codes_of<BitCodes>(const Block& block) const {
  return {space_, reinterpret_cast<const std::uint8_t*>(block.rows.data())};
}

template <class Codes>
Status Delta::scan(const Codes* /*of_block*/, std::uint32_t rows, RowView query,
                   const std::span<const std::uint64_t>* matching, const IdFilter* filter,
                   const SearchOptions& options, Scratch& scratch, SearchStats& stats) const {
  static constexpr auto kIds = first_numbers<kBlock>();
  const Certainty certainty =
      options.exactness == Exactness::kExact ? Certainty::kCertain : Certainty::kLikely;
  const typename Codes::Query prepared = codes_of<Codes>(block(0)).prepare(query);
  Shortlist shortlist(scratch, options.limit, options.beyond);
  std::array<float, kBlock> distances;
  for (std::uint32_t begin = 0; begin < rows; begin += kBlock) {
    if (options.cancelled != nullptr && *options.cancelled && (*options.cancelled)()) {
      return {ErrorCode::kInterrupted, "a vector search was ended"};
    }
    const Codes codes = codes_of<Codes>(block(begin));
    const std::uint32_t count = std::min(kBlock, rows - begin);
    codes.distances(prepared, kIds.data(), count, distances.data());
    stats.distances += count;
    const float most_slack = codes.most_slack(prepared, certainty);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (distances[i] > shortlist.most() + most_slack) continue;
      const float slack = codes.slack(prepared, i, certainty);
      // Near enough first: whether a row matches takes longer to find out.
      if (distances[i] - slack > shortlist.most()) continue;
      const std::uint32_t at = begin + i;
      if (sequence(at) > options.read_sequence || deaths_.dead_at(at, options.read_sequence)) {
        continue;
      }
      if (matching != nullptr && !std::binary_search(matching->begin(), matching->end(), id(at))) {
        continue;
      }
      if (filter != nullptr && !filter->admits(id(at))) continue;
      shortlist.offer(distances[i], slack, at);
    }
    shortlist.tidy();
  }
  return {};
}

Result<std::vector<Candidate>> Delta::search(RowView query,
                                             const std::span<const std::uint64_t>* matching,
                                             const IdFilter* filter, const SearchOptions& options,
                                             SearchStats& stats) const {
  const std::uint32_t rows = size();
  if (rows == 0 || options.limit == 0) return std::vector<Candidate>();
  auto scratch = scratch_.take();
  ++stats.segments;
  ++stats.scans;
  stats.plan = std::max(stats.plan, Plan::kScan);
  if (space_.element == Element::kBit) {
    const BitCodes* const of_block = nullptr;
    CAIRN_RETURN_IF_ERROR(scan(of_block, rows, query, matching, filter, options, *scratch, stats));
  } else {
    const ByteCodes* const of_block = nullptr;
    CAIRN_RETURN_IF_ERROR(scan(of_block, rows, query, matching, filter, options, *scratch, stats));
  }
  auto& pending = scratch->pending;
  std::sort(pending.begin(), pending.end());
  Nearest nearest(options.limit, options.beyond);
  const bool rerank = space_.element == Element::kFloat32;
  for (const Candidate& candidate : pending) {
    if (nearest.beyond(candidate.distance)) break;
    Candidate exact = candidate;
    if (rerank) {
      const FloatCodes full(space_, reinterpret_cast<const float*>(row(candidate.id).data()));
      const std::uint32_t first = 0;
      full.distances(full.prepare(query), &first, 1, &exact.distance);
      ++stats.reranked;
    }
    nearest.offer(exact);
  }
  return nearest.take();
}

}  // namespace cairn::vector
