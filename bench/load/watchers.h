// Clients that follow change streams while something else is measured.
#pragma once

#include "bench/load/workload.h"

#include <cairn/status.h>

#include <asio/generic/stream_protocol.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace cairn::load {

enum class WatchedPlace : std::uint8_t {
  kInserted,   // the collection that inserts go to
  kElsewhere,  // one that nobody writes to
};

// One thread that asks for the next events of each stream as soon as it has the last ones.
class Watchers {
 public:
  // Opens them, each on a connection of its own.
  static Result<std::unique_ptr<Watchers>> open(
      const asio::generic::stream_protocol::endpoint& server, int streams, WatchedPlace place,
      const WorkloadOptions& options);
  ~Watchers();
  Watchers(const Watchers&) = delete;
  Watchers& operator=(const Watchers&) = delete;

  // That all of them were told so far.
  std::int64_t events() const;
  // Until each was told so many events; gives the seconds that took. Error: OperationFailed where a
  // stream has failed, or is not told them in time.
  Result<double> wait_for(std::int64_t events_of_each, std::chrono::seconds patience) const;

 private:
  struct State;
  explicit Watchers(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::load
