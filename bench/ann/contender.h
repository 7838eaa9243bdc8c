// What is measured: this library and its peers behind one face.
#pragma once

#include "bench/ann/mixture.h"
#include "bench/ann/peer.h"
#include "index/vector/index.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cairn::ann {

struct GraphSettings {
  std::uint32_t edges = 16;
  std::uint32_t candidates = 200;
  unsigned threads = 1;
  std::uint64_t seed = 1;
};

// By the clock, and of processors: the rate per core is by the latter.
struct BuildTime {
  double seconds = 0;
  double processor_seconds = 0;
};

class Contender {
 public:
  Contender(std::string name, BuildTime time) : name_(std::move(name)), time_(time) {}
  virtual ~Contender() = default;

  const std::string& name() const { return name_; }
  const BuildTime& build_time() const { return time_; }
  // The places of the nearest, into `places`, which has room for `limit`; how many there are. By
  // several threads at once.
  virtual std::uint32_t search(const float* query, std::uint32_t limit, std::uint32_t candidates,
                               std::uint32_t* places) = 0;
  // Bytes that searches read all over, and those on disk of which they read a few; zeros: unknown.
  virtual vector::SegmentMemory memory() const { return {}; }

 private:
  std::string name_;
  BuildTime time_;
};

// This library's, as a segment in `folder`.
class Own : public Contender {
 public:
  static Result<std::unique_ptr<Own>> build(const DataSet& data, vector::Quantization quantization,
                                            const GraphSettings& settings,
                                            const std::filesystem::path& folder,
                                            vector::Residence residence);
  Own(std::string name, BuildTime time, std::uint32_t dimensions,
      std::shared_ptr<const vector::Segment> segment, const vector::BuildReport& report);

  std::uint32_t search(const float* query, std::uint32_t limit, std::uint32_t candidates,
                       std::uint32_t* places) override;
  vector::SegmentMemory memory() const override { return segment_->memory(); }
  const vector::Segment& segment() const { return *segment_; }
  const vector::BuildReport& report() const { return report_; }
  // Of the searches so far. Not to be asked while searches run.
  const vector::SearchStats& stats() const { return stats_; }

  // What the next searches see.
  void restrict_to(const vector::Bitmap* matching) { matching_ = matching; }
  void bury(const vector::Deaths* deaths) { deaths_ = deaths; }
  void exactly(vector::Exactness exactness) { exactness_ = exactness; }

 private:
  std::shared_ptr<const vector::Segment> segment_;
  vector::BuildReport report_;
  std::uint32_t dimensions_;
  const vector::Bitmap* matching_ = nullptr;
  const vector::Deaths* deaths_ = nullptr;
  vector::Exactness exactness_ = vector::Exactness::kApproximate;
  std::mutex mutex_;  // guards stats_
  vector::SearchStats stats_;
};

// A peer's shared object, built over the data, or nullptr where it is not there.
std::unique_ptr<Contender> build_peer(const std::filesystem::path& object, const DataSet& data,
                                      const GraphSettings& settings);

}  // namespace cairn::ann
