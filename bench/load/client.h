// Connections that each send a request, wait for its reply, and send the next, until time is up.
#pragma once

#include "bench/load/figures.h"
#include "bench/load/workload.h"

#include <cairn/status.h>

#include <asio/generic/stream_protocol.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace cairn::load {

struct RunOptions {
  asio::generic::stream_protocol::endpoint server;
  int connections = 32;
  int threads = 1;
  std::chrono::milliseconds duration{5000};
  double rate = 0;  // the most requests per second of all connections; 0: no limit
};

// Runs one operation over all connections at once.
Result<Figures> run(const RunOptions& options, const std::string& operation,
                    const WorkloadOptions& workload);

// Sends whole messages one after the other over one connection; each must be answered with ok: 1.
Status send_all(const asio::generic::stream_protocol::endpoint& server,
                const std::vector<std::string>& messages);

}  // namespace cairn::load
