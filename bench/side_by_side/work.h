// What both servers are asked: the same requests, byte for byte.
//
// The collection `side_by_side.work` has `documents` documents of some 500 bytes, made from one
// seed. Most work gives few or small results, so that the server is what is timed.
#pragma once

#include "bench/wire/connection.h"

#include <cairn/status.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cairn::side_by_side {

// So many connections to a server; most work uses one.
constexpr std::size_t kClients = 16;

struct Work {
  std::string name;
  std::int64_t documents = 0;  // or requests: that its rate counts
  // Before and after each round, not timed; may be empty.
  std::function<Status(bench::Connection&)> prepare = nullptr;
  std::function<Status(bench::Connection&)> clean = nullptr;
  std::function<Status(bench::Connection&)> run = nullptr;
  // Instead of `run`: by all clients at once, each in its thread. The second is which one it is.
  std::function<Status(bench::Connection&, std::size_t)> run_as = nullptr;
};

// In the order in which it is to be done.
std::vector<Work> all_work(std::int64_t documents);

// Makes the collection, after dropping what was there.
Status fill(bench::Connection& connection, std::int64_t documents);
Status drop(bench::Connection& connection);

}  // namespace cairn::side_by_side
