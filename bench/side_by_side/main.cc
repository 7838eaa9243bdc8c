// cairn-side-by-side: the same requests to two servers in turn; rates, and the first one's as a
// ratio of the second one's.
//
// One connection to each, one request at a time (or sixteen, where the work says so), and a client
// that decodes nothing: so the ratio is the servers'. The servers take turns within a round, since
// machines differ from minute to minute; told are the medians of the rounds' rates and ratios.
#include "bench/latency/processor_time.h"
#include "bench/side_by_side/work.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

namespace cairn::side_by_side {
namespace {

constexpr std::size_t kServers = 2;

struct Options {
  std::vector<std::string> servers;
  std::vector<int> pids;
  std::int64_t documents = 100'000;
  int rounds = 5;
  std::vector<std::string> only;
  std::string json;
};

// Per server, of each round.
struct Taken {
  std::array<std::vector<double>, kServers> seconds;
  std::array<std::vector<double>, kServers> processor_seconds;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Of what the second one took to what the first one took, round by round.
double median_ratio(const std::array<std::vector<double>, kServers>& took) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < took[0].size(); ++i) ratios.push_back(took[1][i] / took[0][i]);
  return median(ratios);
}

using Clients = std::array<bench::Connection, kClients>;

Status run(const Work& work, Clients& clients) {
  if (work.run) return work.run(clients.front());
  std::array<Status, kClients> done;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kClients; ++i) {
      threads.emplace_back([&, i] { done[i] = work.run_as(clients[i], i); });
    }
  }
  for (const Status& one : done) CAIRN_RETURN_IF_ERROR(one);
  return Status();
}

Status measure(const Work& work, const Options& options, std::size_t server, Clients& clients,
               Taken& taken) {
  bench::Connection& connection = clients.front();
  if (work.prepare) CAIRN_RETURN_IF_ERROR(work.prepare(connection));
  const bool known = server < options.pids.size();
  const double before = known ? bench::processor_seconds(options.pids[server]) : 0;
  const auto began = std::chrono::steady_clock::now();
  CAIRN_RETURN_IF_ERROR(run(work, clients));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  taken.seconds[server].push_back(took.count());
  if (known) {
    taken.processor_seconds[server].push_back(bench::processor_seconds(options.pids[server]) -
                                              before);
  }
  return work.clean ? work.clean(connection) : Status();
}

void tell(const Work& work, const Taken& taken, const Options& options, DocumentBuilder& report) {
  const auto documents = static_cast<double>(work.documents);
  const double first = documents / median(taken.seconds[0]);
  const double second = documents / median(taken.seconds[1]);
  const double ratio = median_ratio(taken.seconds);
  std::cout << fmt::format("{:<38}{:>12.0f}{:>12.0f}{:>8.2f}", work.name, first, second, ratio);
  report.push_document().append("name", work.name).append("first", first).append("second", second);
  report.append("ratio", ratio);
  if (options.pids.size() == kServers) {
    // Ticks of the clock are coarse: all rounds together.
    std::array<double, kServers> sum{};
    for (std::size_t i = 0; i < kServers; ++i) {
      for (const double seconds : taken.processor_seconds[i]) sum[i] += seconds;
    }
    std::cout << fmt::format("{:>12.2f}", sum[1] / std::max(sum[0], 0.01));
    report.append("processorRatio", sum[1] / std::max(sum[0], 0.01));
  }
  std::cout << std::endl;
  report.end();
}

std::vector<Work> wanted_work(const Options& options) {
  std::vector<Work> work = all_work(options.documents);
  std::erase_if(work, [&](const Work& one) {
    return !options.only.empty() && std::ranges::none_of(options.only, [&](const auto& text) {
      return one.name.find(text) != std::string::npos;
    });
  });
  return work;
}

Status run(const Options& options) {
  std::array<Clients, kServers> clients;
  for (std::size_t i = 0; i < kServers; ++i) {
    CAIRN_ASSIGN_OR_RETURN(const auto server, bench::resolve(options.servers[i]));
    for (bench::Connection& client : clients[i]) CAIRN_RETURN_IF_ERROR(client.open(server));
    CAIRN_RETURN_IF_ERROR(fill(clients[i].front(), options.documents));
  }
  const std::vector<Work> work = wanted_work(options);
  std::vector<Taken> taken(work.size());
  for (int round = 0; round <= options.rounds; ++round) {
    for (std::size_t i = 0; i < work.size(); ++i) {
      if (round == 1) taken[i] = {};  // the first round was to get warm
      for (std::size_t server = 0; server < kServers; ++server) {
        CAIRN_RETURN_IF_ERROR(measure(work[i], options, server, clients[server], taken[i]));
      }
    }
  }
  DocumentBuilder report;
  report.append("documents", options.documents).append("rounds", options.rounds);
  report.begin_array("figures");
  std::cout << fmt::format("{:<38}{:>12}{:>12}{:>8}{}\n", "documents (requests) per second",
                           "first", "second", "ratio",
                           options.pids.size() == kServers ? "  by processor" : "");
  for (std::size_t i = 0; i < work.size(); ++i) tell(work[i], taken[i], options, report);
  report.end();
  if (!options.json.empty()) std::ofstream(options.json) << to_json(report.take()) << "\n";
  for (Clients& ones : clients) CAIRN_RETURN_IF_ERROR(drop(ones.front()));
  return Status();
}

int start(int argc, char** argv) {
  Options options;
  CLI::App app("The same requests to two MongoDB-compatible servers in turn.");
  app.add_option("servers", options.servers, "mongodb://host:port, or paths of Unix sockets")
      ->required()
      ->expected(kServers);
  app.add_option("--pids", options.pids, "of the servers: also tell the ratio of processor times")
      ->delimiter(',')
      ->expected(kServers);
  app.add_option("--documents", options.documents)->check(CLI::Range(10'000, 100'000'000));
  app.add_option("--rounds", options.rounds)->check(CLI::PositiveNumber);
  app.add_option("--only", options.only, "parts of names")->delimiter(',');
  app.add_option("--json", options.json, "write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  const Status done = run(options);
  if (done.ok()) return 0;
  std::cerr << done.message() << "\n";
  return 1;
}

}  // namespace
}  // namespace cairn::side_by_side

int main(int argc, char** argv) { return cairn::side_by_side::start(argc, argv); }
