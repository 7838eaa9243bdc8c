#include "index/vector/segment_builder.h"

#include "index/vector/recall_check.h"
#include "index/vector/segment_file.h"
#include "index/vector/segment_generated.h"
#include "index/vector/segment_writer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>

namespace cairn::vector {
namespace {

// Fewer rows are always scanned: no graph.
constexpr std::size_t kLeastForGraph = 512;
constexpr float kBinaryWidening[] = {1.0F, 1.5F, 2.0F, 3.0F};

struct Encoded {
  Pages codes;
  std::vector<ByteCorrection> bytes;
  std::vector<SignCorrection> signs;
};

class SegmentBuild {
 public:
  SegmentBuild(const SegmentOptions& options, std::vector<SourceRow> rows, const Segment* base,
               SegmentWriter& writer, const std::function<void()>& release)
      : options_(options),
        space_(options.space),
        rows_(std::move(rows)),
        base_(base),
        writer_(writer),
        release_(release) {}

  Result<BuildReport> run() {
    std::sort(rows_.begin(), rows_.end(), [](const SourceRow& a, const SourceRow& b) {
      return std::tie(a.id, a.sequence) < std::tie(b.id, b.sequence);
    });
    CAIRN_RETURN_IF_ERROR(write_rows());
    CAIRN_RETURN_IF_ERROR(write_who());
    if (space_.element == Element::kInt8 || space_.element == Element::kFloat32) encode_bytes();
    if (options_.method == Method::kHnsw && rows_.size() >= kLeastForGraph) {
      CAIRN_RETURN_IF_ERROR(write_graph());
    }
    CAIRN_RETURN_IF_ERROR(write_codes());
    bytes_ = {};
    CAIRN_RETURN_IF_ERROR(writer_.seal());
    return report_;
  }

 private:
  std::uint32_t count() const { return static_cast<std::uint32_t>(rows_.size()); }
  RowView view(std::size_t at) const { return {rows_[at].row, space_.row_bytes()}; }
  // After each row of a pass over all.
  void passed(std::size_t at) const {
    const std::size_t rows = std::max<std::size_t>(1, kReleasedBytes / space_.row_bytes());
    if (release_ && ((at + 1) % rows == 0 || at + 1 == rows_.size())) release_();
  }

  Status write_rows() {
    if (space_.element == Element::kInt8) return {};  // its codes are the rows
    CAIRN_RETURN_IF_ERROR(writer_.begin(SectionKind::kRows));
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      CAIRN_RETURN_IF_ERROR(writer_.append(view(at)));
      passed(at);
    }
    CAIRN_RETURN_IF_ERROR(writer_.end());
    return writer_.section(SectionKind::kRowHashes, writer_.row_hashes());
  }

  Status write_who() {
    std::vector<std::uint64_t> ids;
    std::vector<std::uint64_t> sequences;
    std::vector<std::uint32_t> dead_rows;
    std::vector<std::uint64_t> dead_since;
    for (std::uint32_t at = 0; at < count(); ++at) {
      const SourceRow& row = rows_[at];
      ids.push_back(row.id);
      sequences.push_back(row.sequence);
      last_sequence_ = std::max({last_sequence_, row.sequence, row.died});
      if (row.died == 0) continue;
      dead_rows.push_back(at);
      dead_since.push_back(row.died);
    }
    CAIRN_RETURN_IF_ERROR(writer_.section<std::uint64_t>(SectionKind::kIds, ids));
    CAIRN_RETURN_IF_ERROR(writer_.section<std::uint64_t>(SectionKind::kSequences, sequences));
    CAIRN_RETURN_IF_ERROR(writer_.section<std::uint32_t>(SectionKind::kDeadRows, dead_rows));
    return writer_.section<std::uint64_t>(SectionKind::kDeadSince, dead_since);
  }

  // Also when signs are asked for: links are found by bytes.
  void encode_bytes() {
    const std::size_t stride = ByteCodes::stride(space_);
    bytes_.codes = Pages(stride * rows_.size());
    bytes_.bytes.resize(rows_.size());
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      auto* code = reinterpret_cast<std::int8_t*>(bytes_.codes.data() + at * stride);
      bytes_.bytes[at] = ByteCodes::encode(space_, view(at), code);
      passed(at);
    }
  }

  ByteCodes byte_codes() const {
    return {space_, reinterpret_cast<const std::int8_t*>(bytes_.codes.data()), bytes_.bytes.data()};
  }

  // The base's graph, with its nodes' numbers among the rows.
  std::optional<GraphSeed> make_seed() const {
    if (base_ == nullptr || !base_->has_graph()) return std::nullopt;
    if (base_->links().edges != options_.graph.edges) return std::nullopt;
    GraphSeed seed{.links = base_->links(),
                   .levels = base_->levels(),
                   .numbers = std::vector<std::uint32_t>(base_->size())};
    std::size_t planted = 0;
    for (std::uint32_t at = 0; at < count(); ++at) {
      if (rows_[at].base >= base_->size()) continue;
      seed.numbers[rows_[at].base] = at;
      ++planted;
    }
    // Both are in one order, so that numbers rise.
    if (planted != base_->size() || !std::ranges::is_sorted(seed.numbers)) return std::nullopt;
    return seed;
  }

  template <class Codes>
  Result<Graph> link(const Codes& codes) {
    const std::optional<GraphSeed> seed = make_seed();
    report_.inserted = count() - static_cast<std::uint32_t>(seed ? seed->numbers.size() : 0);
    return build_graph(codes, count(), options_.graph, seed ? &*seed : nullptr);
  }

  Result<Graph> make_graph() {
    if (space_.element == Element::kInt8) return link(byte_codes());
    CAIRN_ASSIGN_OR_RETURN(const MappedFile written, MappedFile::open(writer_.temporary_path()));
    const std::byte* rows = written.bytes().data() + writer_.sections().front().offset;
    if (space_.element == Element::kBit) {
      const BitCodes codes(space_, reinterpret_cast<const std::uint8_t*>(rows));
      return link(codes);
    }
    const FloatCodes full(space_, reinterpret_cast<const float*>(rows));
    report_.graph_by_rows = !orders_alike(full, byte_codes(), count());
    return report_.graph_by_rows ? link(full) : link(byte_codes());
  }

  Status write_graph() {
    const auto began = std::chrono::steady_clock::now();
    CAIRN_ASSIGN_OR_RETURN(const Graph graph, make_graph());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    report_.graph_seconds = took.count();
    graph_ = {.edges = graph.edges, .entry = graph.entry, .top_level = graph.top_level};
    has_graph_ = true;
    CAIRN_RETURN_IF_ERROR(writer_.section<std::uint8_t>(SectionKind::kLevels, graph.levels));
    CAIRN_RETURN_IF_ERROR(writer_.section<std::byte>(SectionKind::kLevel0,
                                                     {graph.level0.data(), graph.level0.size()}));
    return writer_.section<std::int32_t>(SectionKind::kUpper, graph.upper);
  }

  // The codes that were asked for, or better ones where these lose too much.
  Status write_codes() {
    if (space_.element == Element::kBit) return finish_with(CodeKind::kRows);
    if (space_.element == Element::kInt8) return finish_with(CodeKind::kBytes);
    if (options_.quantization == Quantization::kBinary) {
      CAIRN_RETURN_IF_ERROR(finish_with(CodeKind::kSigns));
      for (const float widening : kBinaryWidening) {
        widening_ = widening;
        CAIRN_ASSIGN_OR_RETURN(const bool good, check_recall());
        if (good) return {};
      }
      widening_ = 1;
    }
    if (options_.quantization != Quantization::kNone && !report_.graph_by_rows) {
      CAIRN_RETURN_IF_ERROR(finish_with(CodeKind::kBytes));
      CAIRN_ASSIGN_OR_RETURN(const bool good, check_recall());
      if (good) return {};
    }
    CAIRN_RETURN_IF_ERROR(finish_with(CodeKind::kRows));
    return check_recall().status();
  }

  Status finish_with(CodeKind kind) {
    CAIRN_RETURN_IF_ERROR(writer_.drop_from(SectionKind::kCodes));
    report_.codes = kind;
    if (kind == CodeKind::kBytes) {
      CAIRN_RETURN_IF_ERROR(writer_.section<std::byte>(SectionKind::kCodes,
                                                       {bytes_.codes.data(), bytes_.codes.size()}));
      CAIRN_RETURN_IF_ERROR(
          writer_.section<ByteCorrection>(SectionKind::kCorrections, bytes_.bytes));
    }
    if (kind == CodeKind::kSigns) CAIRN_RETURN_IF_ERROR(write_signs());
    return put_header();
  }

  Status write_signs() {
    const std::vector<float> centre = mean();
    const Rotation rotation(space_.dimensions, options_.graph.seed);
    std::vector<SignCorrection> corrections;
    corrections.reserve(rows_.size());
    std::vector<std::uint8_t> code(SignCodes::stride(space_));
    CAIRN_RETURN_IF_ERROR(writer_.begin(SectionKind::kCodes));
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      corrections.push_back(SignCodes::encode(space_, rotation, centre, view(at), code.data()));
      CAIRN_RETURN_IF_ERROR(writer_.append(std::as_bytes(std::span(code))));
      passed(at);
    }
    CAIRN_RETURN_IF_ERROR(writer_.end());
    CAIRN_RETURN_IF_ERROR(writer_.section<SignCorrection>(SectionKind::kCorrections, corrections));
    return writer_.section<float>(SectionKind::kCentre, centre);
  }

  std::vector<float> mean() const {
    std::vector<double> sums(space_.dimensions);
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      const auto* numbers = reinterpret_cast<const float*>(rows_[at].row);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += numbers[i];
      passed(at);
    }
    std::vector<float> mean(space_.dimensions);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      mean[i] = static_cast<float>(sums[i] / static_cast<double>(rows_.size()));
    }
    return mean;
  }

  // Whether the file as it is, with its codes, finds what full precision finds.
  Result<bool> check_recall() {
    if (!has_graph_) return true;
    CAIRN_RETURN_IF_ERROR(put_header());
    CAIRN_ASSIGN_OR_RETURN(const auto segment, Segment::open(writer_.temporary_path()));
    if (!exact_) {
      CAIRN_ASSIGN_OR_RETURN(exact_, exact_sample(*segment));
    }
    CAIRN_ASSIGN_OR_RETURN(const SampleRecall by_codes,
                           sample_recall(*segment, *exact_, CodeKind::kSigns));
    CAIRN_ASSIGN_OR_RETURN(const SampleRecall by_rows,
                           sample_recall(*segment, *exact_, CodeKind::kRows));
    report_.recall = by_codes.recall;
    report_.recall_by_rows = by_rows.recall;
    report_.sampled = exact_->count();
    distances_per_search_ = static_cast<float>(by_rows.distances);
    CAIRN_RETURN_IF_ERROR(put_header());
    return by_codes.recall >= by_rows.recall - options_.most_loss;
  }

  Status put_header() {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<file::Section> sections;
    for (const SectionPlace& place : writer_.sections()) {
      sections.emplace_back(static_cast<std::uint32_t>(place.kind), 0, place.offset, place.bytes,
                            place.hash);
    }
    const auto places = builder.CreateVectorOfStructs(sections);
    file::HeaderBuilder header(builder);
    header.add_element(static_cast<std::uint8_t>(space_.element));
    header.add_metric(static_cast<std::uint8_t>(space_.metric));
    header.add_dimensions(space_.dimensions);
    header.add_nodes(count());
    header.add_codes(static_cast<std::uint8_t>(report_.codes));
    header.add_has_graph(has_graph_);
    header.add_edges(graph_.edges);
    header.add_edge_candidates(options_.graph.candidates);
    header.add_entry(graph_.entry);
    header.add_top_level(graph_.top_level);
    header.add_rotation_seed(options_.graph.seed);
    header.add_last_sequence(last_sequence_);
    header.add_distances_per_search(distances_per_search_);
    header.add_widening(widening_);
    header.add_sections(places);
    builder.Finish(header.Finish());
    return writer_.put_header(std::as_bytes(builder.GetBufferSpan()));
  }

  const SegmentOptions& options_;
  const Space space_;
  std::vector<SourceRow> rows_;
  const Segment* const base_;
  SegmentWriter& writer_;
  const std::function<void()>& release_;
  BuildReport report_;
  Encoded bytes_;
  Graph graph_;  // without its links
  bool has_graph_ = false;
  std::uint64_t last_sequence_ = 0;
  float distances_per_search_ = 0;
  float widening_ = 1;
  std::optional<ExactSample> exact_;
};

}  // namespace

Result<BuildReport> build_segment(const std::filesystem::path& path, const SegmentOptions& options,
                                  std::vector<SourceRow> rows, const Segment* base,
                                  const std::function<void()>& release) {
  CAIRN_RETURN_IF_ERROR(check(options.space));
  if (options.graph.edges < 2 || options.graph.edges > kMostEdges ||
      options.graph.candidates == 0) {
    return Status(ErrorCode::kBadValue, "a graph has 2 to " + std::to_string(kMostEdges) +
                                            " edges and at least one candidate for them");
  }
  if (rows.empty() || rows.size() >= (std::size_t{1} << 31)) {
    return Status(ErrorCode::kBadValue,
                  "a segment has 1 to 2^31 - 1 rows, not " + std::to_string(rows.size()));
  }
  CAIRN_ASSIGN_OR_RETURN(const auto writer, SegmentWriter::create(path));
  return SegmentBuild(options, std::move(rows), base, *writer, release).run();
}

}  // namespace cairn::vector
