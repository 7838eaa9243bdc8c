// Reading a segment: everything that a file says is checked before it is believed.
#include "index/vector/segment.h"

#include "index/vector/links.h"
#include "index/vector/segment_file.h"
#include "index/vector/segment_generated.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

namespace cairn::vector {
namespace {

Status damaged(const std::string& what) {
  return {ErrorCode::kInternalError, "a segment of a vector index is damaged: " + what};
}

template <typename T>
std::span<const T> as(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

}  // namespace

class SegmentReader {
 public:
  explicit SegmentReader(std::span<const std::byte> bytes) : bytes_(bytes), segment_(new Segment) {}

  Status read() {
    CAIRN_RETURN_IF_ERROR(read_header());
    CAIRN_RETURN_IF_ERROR(read_sections());
    CAIRN_RETURN_IF_ERROR(read_rows());
    CAIRN_RETURN_IF_ERROR(read_codes());
    CAIRN_RETURN_IF_ERROR(read_deaths());
    if (header_->has_graph()) CAIRN_RETURN_IF_ERROR(read_graph());
    segment_->scratch_.emplace(segment_->nodes_);
    return {};
  }
  std::shared_ptr<Segment> take() { return std::move(segment_); }

 private:
  Status read_header() {
    Prologue prologue;
    if (bytes_.size() < sizeof prologue) return damaged("it has no header");
    std::memcpy(&prologue, bytes_.data(), sizeof prologue);
    if (std::memcmp(prologue.magic, kSegmentMagic, sizeof kSegmentMagic) != 0) {
      return damaged("it does not begin as one");
    }
    if (prologue.format != kSegmentFormat) {
      return damaged("its format is unknown: " + std::to_string(prologue.format));
    }
    if (prologue.file_bytes != bytes_.size()) return damaged("its length is wrong");
    if (prologue.header_bytes > bytes_.size() - sizeof prologue)
      return damaged("its header is cut");
    const std::byte* at = bytes_.data() + sizeof prologue;
    if (XXH3_64bits(at, prologue.header_bytes) != prologue.header_hash) {
      return damaged("its header has changed");
    }
    const auto* header = reinterpret_cast<const std::uint8_t*>(at);
    flatbuffers::Verifier verifier(header, prologue.header_bytes);
    if (!file::VerifyHeaderBuffer(verifier)) return damaged("its header cannot be read");
    header_ = file::GetHeader(header);
    segment_->identity_ = {.file_bytes = prologue.file_bytes, .header_hash = prologue.header_hash};
    return accept_header();
  }

  Status accept_header() {
    Segment& to = *segment_;
    to.space_ = {.element = static_cast<Element>(header_->element()),
                 .metric = static_cast<Metric>(header_->metric()),
                 .dimensions = header_->dimensions()};
    CAIRN_RETURN_IF_ERROR(check(to.space_));
    to.nodes_ = header_->nodes();
    to.kind_ = static_cast<CodeKind>(header_->codes());
    to.distances_per_search_ = header_->distances_per_search();
    to.widening_ = header_->widening();
    to.last_sequence_ = header_->last_sequence();
    const bool known = to.kind_ <= CodeKind::kSigns && to.nodes_ > 0 && to.nodes_ < (1U << 31) &&
                       to.widening_ >= 1 && to.widening_ <= 100 && to.distances_per_search_ >= 0;
    const bool fits =
        to.space_.element == Element::kFloat32 ||
        to.kind_ == (to.space_.element == Element::kInt8 ? CodeKind::kBytes : CodeKind::kRows);
    return known && fits ? Status() : damaged("its header makes no sense");
  }

  Status read_sections() {
    if (header_->sections() == nullptr) return damaged("it has no sections");
    for (const file::Section* section : *header_->sections()) {
      if (section->kind() >= kSectionKinds) return damaged("it has an unknown section");
      if (section->offset() % kSectionAlignment != 0 || section->offset() > bytes_.size() ||
          section->bytes() > bytes_.size() - section->offset()) {
        return damaged("a section is not inside it");
      }
      const auto part = bytes_.subspan(section->offset(), section->bytes());
      const bool rows = section->kind() == static_cast<std::uint32_t>(SectionKind::kRows);
      if (!rows && XXH3_64bits(part.data(), part.size()) != section->hash()) {
        return damaged("section " + std::to_string(section->kind()) + " has changed");
      }
      sections_[section->kind()] = part;
    }
    return {};
  }

  // The section, if it has `bytes` bytes.
  Result<std::span<const std::byte>> sized(SectionKind kind, std::uint64_t bytes) const {
    const auto part = sections_[static_cast<std::size_t>(kind)];
    if (part.size() == bytes) return part;
    return damaged("section " + std::to_string(static_cast<int>(kind)) + " has a wrong size");
  }

  Status read_rows() {
    Segment& to = *segment_;
    const std::uint64_t n = to.nodes_;
    CAIRN_ASSIGN_OR_RETURN(const auto ids, sized(SectionKind::kIds, n * 8));
    CAIRN_ASSIGN_OR_RETURN(const auto sequences, sized(SectionKind::kSequences, n * 8));
    to.ids_ = as<std::uint64_t>(ids);
    to.sequences_ = as<std::uint64_t>(sequences);
    if (!std::is_sorted(to.ids_.begin(), to.ids_.end())) return damaged("its ids are in no order");
    if (to.space_.element == Element::kInt8) return {};
    to.row_stride_ = to.space_.row_bytes();
    CAIRN_ASSIGN_OR_RETURN(to.rows_, sized(SectionKind::kRows, n * to.row_stride_));
    const std::size_t blocks = (to.rows_.size() + kRowBlock - 1) / kRowBlock;
    CAIRN_ASSIGN_OR_RETURN(const auto hashes, sized(SectionKind::kRowHashes, blocks * 8));
    to.row_hashes_ = as<std::uint64_t>(hashes);
    to.checked_ = std::vector<std::atomic<std::uint8_t>>(blocks);
    return {};
  }

  Status read_codes() {
    Segment& to = *segment_;
    if (to.kind_ == CodeKind::kRows) return {};
    const bool bytes = to.kind_ == CodeKind::kBytes;
    const std::size_t stride = bytes ? ByteCodes::stride(to.space_) : SignCodes::stride(to.space_);
    const std::size_t correction = bytes ? sizeof(ByteCorrection) : sizeof(SignCorrection);
    CAIRN_ASSIGN_OR_RETURN(to.code_bytes_, sized(SectionKind::kCodes, to.nodes_ * stride));
    CAIRN_ASSIGN_OR_RETURN(to.corrections_,
                           sized(SectionKind::kCorrections, to.nodes_ * correction));
    if (to.space_.element == Element::kInt8) {
      to.rows_ = to.code_bytes_;
      to.row_stride_ = stride;
    }
    if (bytes) return {};
    CAIRN_ASSIGN_OR_RETURN(const auto centre,
                           sized(SectionKind::kCentre, to.space_.dimensions * sizeof(float)));
    to.centre_ = as<float>(centre);
    to.rotation_.emplace(to.space_.dimensions, header_->rotation_seed());
    return {};
  }

  Status read_deaths() {
    Segment& to = *segment_;
    to.dead_rows_ = as<std::uint32_t>(sections_[static_cast<std::size_t>(SectionKind::kDeadRows)]);
    CAIRN_ASSIGN_OR_RETURN(const auto since,
                           sized(SectionKind::kDeadSince, to.dead_rows_.size() * 8));
    to.dead_since_ = as<std::uint64_t>(since);
    const bool inside = std::all_of(to.dead_rows_.begin(), to.dead_rows_.end(),
                                    [&](std::uint32_t row) { return row < to.nodes_; });
    return inside ? Status() : damaged("a dead row is not inside it");
  }

  Status read_graph() {
    Segment& to = *segment_;
    const std::uint64_t n = to.nodes_;
    const std::uint64_t edges = header_->edges();
    if (edges < 2 || edges > kMostEdges) return damaged("its graph makes no sense");
    CAIRN_ASSIGN_OR_RETURN(const auto levels, sized(SectionKind::kLevels, n));
    std::uint64_t above = 0;
    for (const std::byte level : levels) above += std::to_integer<std::uint64_t>(level);
    CAIRN_ASSIGN_OR_RETURN(const auto level0, sized(SectionKind::kLevel0, n * edges * 8));
    CAIRN_ASSIGN_OR_RETURN(const auto upper, sized(SectionKind::kUpper, above * edges * 4));
    const auto* level_of = reinterpret_cast<const std::uint8_t*>(levels.data());
    if (header_->entry() >= n || level_of[header_->entry()] != header_->top_level()) {
      return damaged("its graph has no beginning");
    }
    to.levels_ = as<std::uint8_t>(levels);
    to.upper_at_ = upper_places(level_of, n);
    to.upper_links_ = above * edges;
    to.links_ = SealedLinks{.level0 = as<std::int32_t>(level0).data(),
                            .upper = as<std::int32_t>(upper).data(),
                            .upper_at = to.upper_at_.data(),
                            .edges = static_cast<std::uint32_t>(edges),
                            .entry = header_->entry(),
                            .top_level = header_->top_level()};
    return check_links(level_of);
  }

  Status check_links(const std::uint8_t* level_of) const {
    const SealedLinks& links = *segment_->links_;
    const std::uint32_t n = segment_->nodes_;
    for (std::uint32_t node = 0; node < n; ++node) {
      for (std::uint32_t level = 0; level <= level_of[node]; ++level) {
        const std::int32_t* link = links.of(node, level);
        const std::int32_t* const end = link + links.degree(level);
        if (level == 0 && is_ring(*link)) {
          if (node_of(*link) >= n) return damaged("a ring leads out of its graph");
          ++link;
        }
        for (; link != end && *link != kNoNode; ++link) {
          const auto to = static_cast<std::uint32_t>(*link);
          if (to >= n || level_of[to] < level) return damaged("a link leads out of its graph");
        }
      }
    }
    return {};
  }

  std::span<const std::byte> bytes_;
  std::shared_ptr<Segment> segment_;
  const file::Header* header_ = nullptr;
  std::array<std::span<const std::byte>, kSectionKinds> sections_ = {};

  friend class Segment;
};

namespace {

// Copies `from` to the next aligned place in `pages`, and makes it the copy.
template <typename T>
void move_to(Pages& pages, std::size_t& at, const T*& from, std::size_t bytes) {
  std::memcpy(pages.data() + at, from, bytes);
  MappedFile::expect_no_reads({reinterpret_cast<const std::byte*>(from), bytes});
  from = reinterpret_cast<const T*>(pages.data() + at);
  at += (bytes + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment;
}

}  // namespace

Result<std::shared_ptr<const Segment>> Segment::parse(std::span<const std::byte> bytes) {
  SegmentReader reader(bytes);
  CAIRN_RETURN_IF_ERROR(reader.read());
  std::shared_ptr<Segment> segment = reader.take();
  CAIRN_RETURN_IF_ERROR(segment->set_up_codes());
  return std::shared_ptr<const Segment>(std::move(segment));
}

Result<std::shared_ptr<const Segment>> Segment::open(const std::filesystem::path& path,
                                                     Residence residence) {
  CAIRN_ASSIGN_OR_RETURN(MappedFile file, MappedFile::open(path));
  SegmentReader reader(file.bytes());
  CAIRN_RETURN_IF_ERROR(reader.read());
  std::shared_ptr<Segment> segment = reader.take();
  segment->file_.emplace(std::move(file));
  if (segment->kind_ != CodeKind::kRows) MappedFile::expect_random_reads(segment->rows_);
  if (residence == Residence::kLoaded) segment->load();
  CAIRN_RETURN_IF_ERROR(segment->set_up_codes());
  return std::shared_ptr<const Segment>(std::move(segment));
}

void Segment::load() {
  const bool rows_are_codes = kind_ == CodeKind::kRows || space_.element == Element::kInt8;
  std::span<const std::byte> codes = rows_are_codes ? rows_ : code_bytes_;
  const std::size_t level0 = links_ ? std::size_t{nodes_} * 2 * links_->edges * 4 : 0;
  loaded_ = Pages(codes.size() + level0 + 2 * kSectionAlignment);
  std::size_t at = 0;
  const std::byte* from = codes.data();
  move_to(loaded_, at, from, codes.size());
  codes = {from, codes.size()};
  if (rows_are_codes) rows_ = codes;
  if (kind_ != CodeKind::kRows) code_bytes_ = codes;
  if (links_) move_to(loaded_, at, links_->level0, level0);
}

Status Segment::set_up_codes() {
  if (kind_ == CodeKind::kBytes) {
    const auto corrections = as<ByteCorrection>(corrections_);
    compared_ = ByteCodes(space_, reinterpret_cast<const std::int8_t*>(code_bytes_.data()),
                          corrections.data(), ByteBounds::of(corrections));
  } else if (kind_ == CodeKind::kSigns) {
    compared_ = SignCodes(space_, *rotation_, centre_,
                          reinterpret_cast<const std::uint8_t*>(code_bytes_.data()),
                          reinterpret_cast<const SignCorrection*>(corrections_.data()));
  } else if (space_.element == Element::kBit) {
    compared_ = BitCodes(space_, reinterpret_cast<const std::uint8_t*>(rows_.data()));
  } else {
    compared_ = FloatCodes(space_, reinterpret_cast<const float*>(rows_.data()));
  }
  // Rows that are compared all over are checked like codes, at once.
  return kind_ == CodeKind::kRows ? check_rows() : Status();
}

std::pair<std::uint32_t, std::uint32_t> Segment::find(std::uint64_t id) const {
  const auto [begin, end] = std::equal_range(ids_.begin(), ids_.end(), id);
  return {static_cast<std::uint32_t>(begin - ids_.begin()),
          static_cast<std::uint32_t>(end - ids_.begin())};
}

bool Segment::check_block(std::size_t block) const {
  if (checked_[block].load(std::memory_order_relaxed) != 0) return true;
  const auto part = rows_.subspan(block * kRowBlock);
  const std::size_t bytes = std::min(part.size(), kRowBlock);
  if (XXH3_64bits(part.data(), bytes) != row_hashes_[block]) return false;
  checked_[block].store(1, std::memory_order_relaxed);
  return true;
}

bool Segment::check_row(std::uint32_t at) const {
  if (row_hashes_.empty()) return true;  // the codes are the rows, and were checked
  const std::size_t begin = at * row_stride_;
  const std::size_t last = (begin + row_stride_ - 1) / kRowBlock;
  for (std::size_t block = begin / kRowBlock; block <= last; ++block) {
    if (!check_block(block)) return false;
  }
  return true;
}

Result<RowView> Segment::row(std::uint32_t at) const {
  if (!check_row(at)) return damaged("row " + std::to_string(at) + " has changed");
  return raw_row(at);
}

Status Segment::check_rows() const {
  for (std::size_t block = 0; block < row_hashes_.size(); ++block) {
    if (!check_block(block)) return damaged("rows have changed, block " + std::to_string(block));
    if ((block + 1) % (kReleasedBytes / kRowBlock) == 0) release_rows();
  }
  return {};
}

void Segment::release_rows() const {
  if (file_ && kind_ != CodeKind::kRows) MappedFile::expect_no_reads(rows_);
}

SegmentMemory Segment::memory() const {
  SegmentMemory memory;
  memory.resident = code_bytes_.size() + corrections_.size() + nodes_ * 2 * sizeof(std::uint64_t);
  if (links_) {
    memory.resident += (std::size_t{nodes_} * 2 * links_->edges + upper_links_) * 4;
    memory.resident += upper_at_.size() * sizeof(std::uint32_t) + nodes_;
  }
  const std::size_t rows = space_.element == Element::kInt8 ? 0 : rows_.size();
  (kind_ == CodeKind::kRows ? memory.resident : memory.on_disk) += rows;
  return memory;
}

}  // namespace cairn::vector
