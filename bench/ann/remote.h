// The same searches over the wire: documents with a vector and some text in a server's collection
// `ann.vectors`, asked for by $vectorSearch from several clients at once, each with a connection of
// its own, and returned whole but for the vector.
#pragma once

#include "bench/ann/measure.h"
#include "bench/ann/mixture.h"
#include "bench/latency/latencies.h"

#include <cairn/status.h>

#include <cstdint>
#include <memory>
#include <string>

namespace cairn::ann {

struct RemoteSettings {
  std::string uri;
  std::uint32_t clients = 8;
  std::string quantization = "scalar";
  std::uint32_t edges = 16;
  std::uint32_t edge_candidates = 200;
};

struct RemotePoint {
  std::uint32_t candidates = 0;
  double recall = 0;
  double per_second = 0;  // all clients together, by the clock
  // Processor time of the server for each search; 0 where it does not run on this machine.
  double server_us = 0;
  bench::Latencies latencies;
};

class Remote {
 public:
  // Drops and fills the collection, makes the index, and waits until its graph answers.
  static Result<std::unique_ptr<Remote>> fill(const RemoteSettings& settings, const DataSet& data);
  ~Remote();

  // Seconds of filling and of making the index until its graph answered.
  double load_seconds() const;
  double index_seconds() const;

  // Each client asks all queries, in an order of its own.
  Result<RemotePoint> measure(const Truth& truth, std::uint32_t candidates);
  // Drops the collection.
  Status clear();

 private:
  struct State;
  explicit Remote(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::ann
