#include "bench/ann/contender.h"

#include "bench/latency/processor_time.h"

#include <dlfcn.h>

#include <chrono>
#include <utility>

namespace cairn::ann {
namespace {

// From its construction on.
class Stopwatch {
 public:
  BuildTime read() const {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
    return {.seconds = took.count(), .processor_seconds = bench::processor_seconds() - processor_};
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  double processor_ = bench::processor_seconds();
};

std::string name_of(vector::Quantization quantization) {
  if (quantization == vector::Quantization::kNone) return "cairn none";
  return quantization == vector::Quantization::kScalar ? "cairn scalar" : "cairn binary";
}

class Peer : public Contender {
 public:
  Peer(const CairnAnnPeer* peer, void* index, BuildTime time)
      : Contender(peer->name, time), peer_(peer), index_(index) {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() override { peer_->destroy(index_); }

  std::uint32_t search(const float* query, std::uint32_t limit, std::uint32_t candidates,
                       std::uint32_t* places) override {
    peer_->search(index_, query, limit, candidates, places);
    return limit;
  }

 private:
  const CairnAnnPeer* peer_;
  void* index_;
};

}  // namespace

Own::Own(std::string name, BuildTime time, std::uint32_t dimensions,
         std::shared_ptr<const vector::Segment> segment, const vector::BuildReport& report)
    : Contender(std::move(name), time),
      segment_(std::move(segment)),
      report_(report),
      dimensions_(dimensions) {}

Result<std::unique_ptr<Own>> Own::build(const DataSet& data, vector::Quantization quantization,
                                        const GraphSettings& settings,
                                        const std::filesystem::path& folder,
                                        vector::Residence residence) {
  const vector::SegmentOptions options{.space = {.element = vector::Element::kFloat32,
                                                 .metric = vector::Metric::kCosine,
                                                 .dimensions = data.dimensions},
                                       .quantization = quantization,
                                       .graph = {.edges = settings.edges,
                                                 .candidates = settings.candidates,
                                                 .seed = settings.seed,
                                                 .threads = settings.threads}};
  std::vector<vector::SourceRow> rows;
  for (std::uint32_t at = 0; at < data.count(); ++at) {
    rows.push_back({.id = at,
                    .sequence = 1,
                    .died = 0,
                    .row = reinterpret_cast<const std::byte*>(data.row(at))});
  }
  const auto path = folder / (name_of(quantization) + ".segment");
  const Stopwatch watch;
  CAIRN_ASSIGN_OR_RETURN(const auto report, vector::build_segment(path, options, std::move(rows)));
  const BuildTime time = watch.read();
  CAIRN_ASSIGN_OR_RETURN(auto segment, vector::Segment::open(path, residence));
  return std::make_unique<Own>(name_of(quantization), time, data.dimensions, std::move(segment),
                               report);
}

std::uint32_t Own::search(const float* query, std::uint32_t limit, std::uint32_t candidates,
                          std::uint32_t* places) {
  const vector::RowView row(reinterpret_cast<const std::byte*>(query), dimensions_ * sizeof(float));
  vector::SearchStats stats;
  const auto found =
      segment_->search({.row = row, .matching = matching_, .deaths = deaths_},
                       {.limit = limit, .candidates = candidates, .exactness = exactness_}, stats);
  {
    const std::lock_guard lock(mutex_);
    stats_.add(stats);
  }
  if (!found.ok()) return 0;
  std::uint32_t count = 0;
  for (const vector::Candidate& candidate : *found) places[count++] = candidate.id;
  return count;
}

std::unique_ptr<Contender> build_peer(const std::filesystem::path& object, const DataSet& data,
                                      const GraphSettings& settings) {
  void* const handle = ::dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return nullptr;
  const auto offer = reinterpret_cast<decltype(&cairn_ann_peer)>(::dlsym(handle, "cairn_ann_peer"));
  if (offer == nullptr) return nullptr;
  const CairnAnnPeer* const peer = offer();
  const Stopwatch watch;
  void* const index = peer->build(data.rows.data(), data.count(), data.dimensions, settings.edges,
                                  settings.candidates, settings.threads);
  return std::make_unique<Peer>(peer, index, watch.read());
}

}  // namespace cairn::ann
