// cairn-load: asks a server the same thing over many connections at once, and says how often it was
// answered.
#include "bench/latency/processor_time.h"
#include "bench/load/client.h"
#include "bench/load/figures.h"
#include "bench/load/floor.h"
#include "bench/load/in_process.h"
#include "bench/load/watchers.h"
#include "bench/load/workload.h"
#include "bench/wire/connection.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <map>

namespace cairn::load {
namespace {

struct Options {
  std::string uri = "mongodb://127.0.0.1:27017";
  std::vector<std::string> operations = {"ping", "find", "insert", "embedded", "insertMany"};
  RunOptions run;
  double seconds = 2;
  int rounds = 3;
  int server_pid = 0;
  WorkloadOptions workload;
  std::string json;
  bool keep = false;
  bool filled = false;
};

Status fill(const Options& options) {
  std::vector<std::string> messages = {drop_request(options.workload),
                                       create_request(options.workload)};
  const auto reads = [](const std::string& operation) {
    return operation == "find" || operation == "sessionFind" || operation == "transactionFind";
  };
  if (std::ranges::none_of(options.operations, reads)) {
    return send_all(options.run.server, messages);
  }
  for (std::int64_t first = 0; first < options.workload.documents; first += 1000) {
    const std::int64_t rest = options.workload.documents - first;
    messages.push_back(fill_request(options.workload, first,
                                    static_cast<std::int32_t>(std::min<std::int64_t>(1000, rest))));
  }
  return send_all(options.run.server, messages);
}

// "insert+10": with so many streams open on the collection that is written to; "insert+10idle": on
// another one.
struct Watched {
  std::string operation;
  int streams = 0;
  WatchedPlace place = WatchedPlace::kInserted;
};

Result<Watched> parse_watched(const std::string& operation) {
  const std::size_t plus = operation.find('+');
  Watched watched{.operation = operation.substr(0, plus)};
  const char* const end = operation.data() + operation.size();
  const auto number = std::from_chars(operation.data() + plus + 1, end, watched.streams);
  const std::string_view rest(number.ptr, static_cast<std::size_t>(end - number.ptr));
  if (watched.streams < 1 || (!rest.empty() && rest != "idle")) {
    return Status(ErrorCode::kBadValue, "no such operation: " + operation);
  }
  if (!rest.empty()) watched.place = WatchedPlace::kElsewhere;
  return watched;
}

constexpr std::chrono::seconds kDrainPatience(120);

Result<Figures> run_watched(const Options& options, const std::string& operation) {
  CAIRN_ASSIGN_OR_RETURN(const Watched watched, parse_watched(operation));
  CAIRN_ASSIGN_OR_RETURN(const auto watchers, Watchers::open(options.run.server, watched.streams,
                                                             watched.place, options.workload));
  CAIRN_ASSIGN_OR_RETURN(Figures figures, run(options.run, watched.operation, options.workload));
  figures.operation = operation;
  figures.streams = watched.streams;
  figures.events = watchers->events();
  if (watched.place == WatchedPlace::kElsewhere) return figures;
  CAIRN_ASSIGN_OR_RETURN(figures.seconds_behind,
                         watchers->wait_for(figures.documents, kDrainPatience));
  return figures;
}

Result<Figures> run_operation(const Options& options, const std::string& operation) {
  if (operation == "embedded") return run_in_process(options.run.duration, options.workload);
  if (operation.find('+') != std::string::npos) return run_watched(options, operation);
  return run(options.run, operation, options.workload);
}

Result<Figures> measure(const Options& options, const std::string& operation) {
  if (is_floor(operation)) {
    return run_floor(operation, options.run.duration, options.workload);
  }
  const double own = bench::processor_seconds();
  const double before = options.server_pid > 0 ? bench::processor_seconds(options.server_pid) : 0;
  CAIRN_ASSIGN_OR_RETURN(Figures figures, run_operation(options, operation));
  figures.client_seconds = bench::processor_seconds() - own;
  if (options.server_pid > 0 && operation != "embedded") {
    figures.server_seconds = bench::processor_seconds(options.server_pid) - before;
  }
  return figures;
}

constexpr std::pair<std::string_view, std::string_view> kCompared[] = {
    {"find", "ping"},          {"insert", "ping"},          {"insertMany", "embedded"},
    {"transaction4", "bulk4"}, {"transaction1x4", "bulk4"}, {"transactionFind", "sessionFind"}};

// What the operation's rate is compared with.
std::string_view compared_with(std::string_view operation) {
  if (operation.find('+') != operation.npos) return operation.substr(0, operation.find('+'));
  for (const auto& [name, of] : kCompared) {
    if (name == operation) return of;
  }
  return "";
}

// One round: every operation once, in turn, so that what else the machine does hits all alike.
Status run_round(const Options& options, std::map<std::string, Rounds>& all) {
  struct Rate {
    double by_clock = 0;
    double by_processor = 0;
  };
  std::map<std::string_view, Rate> rates;
  for (const std::string& operation : options.operations) {
    CAIRN_ASSIGN_OR_RETURN(Figures figures, measure(options, operation));
    const Rate rate{figures.documents > 0 ? figures.documents_per_second() : figures.per_second(),
                    options.server_pid > 0 ? figures.per_processor_second() : 0};
    rates[operation] = rate;
    const auto found = rates.find(compared_with(operation));
    const bool comparable = found != rates.end();
    const Rate base = comparable ? found->second : Rate{};
    all[operation].add(std::move(figures), comparable ? rate.by_clock / base.by_clock : 0,
                       base.by_processor > 0 ? rate.by_processor / base.by_processor : 0);
  }
  return Status();
}

void tell(const Options& options, const std::map<std::string, Rounds>& all) {
  DocumentBuilder report;
  report.append("uri", options.uri)
      .append("connections", options.run.connections)
      .append("threads", options.run.threads)
      .append("rounds", options.rounds)
      .append("documentBytes", options.workload.document_bytes)
      .begin_array("operations");
  for (const std::string& operation : options.operations) {
    const Rounds& rounds = all.at(operation);
    const Share share = rounds.median_share(compared_with(operation));
    const Figures middle = rounds.middle();
    std::cout << to_line(middle, share) << std::endl;
    append_to(report, middle, share);
  }
  report.end();
  if (!options.json.empty()) std::ofstream(options.json) << to_json(report.take()) << "\n";
}

// What the operation could reach of ping if the server had nothing to do besides but a ping's work
// and what RocksDB alone takes.
void tell_bound(const std::map<std::string, Rounds>& all, const std::string& floor,
                std::string_view operation) {
  const auto ping = all.find("ping");
  const auto raw = all.find(floor);
  if (ping == all.end() || raw == all.end()) return;
  const Figures with = ping->second.middle();
  const double server = with.server_micros_per_operation();
  if (server == 0) return;
  const double rocks = raw->second.middle().client_micros_per_operation();
  const double both = server + with.client_micros_per_operation();
  std::cout << fmt::format(
      "a server that takes for a {} what it takes for a ping, and RocksDB's {:.1f} us, reaches "
      "{:.2f} of ping by its own processor time, {:.2f} by its and the client's\n",
      operation, rocks, server / (server + rocks), both / (both + rocks));
}

Status run_all(const Options& options) {
  if (!options.filled) CAIRN_RETURN_IF_ERROR(fill(options));
  std::map<std::string, Rounds> all;
  for (int i = 0; i < options.rounds; ++i) CAIRN_RETURN_IF_ERROR(run_round(options, all));
  tell(options, all);
  tell_bound(all, "rawFind", "find");
  tell_bound(all, "rawInsert", "insert");
  if (options.keep) return Status();
  return send_all(options.run.server, {drop_request(options.workload)});
}

int start(int argc, char** argv) {
  Options options;
  CLI::App app("Asks a MongoDB-compatible server the same thing over many connections at once.");
  app.add_option("--uri", options.uri, "mongodb://host:port, or the path of a Unix socket");
  app.add_option(
         "--op", options.operations,
         "ping, find, insert, embedded, insertMany, rawFind, rawInsert, sessionFind, "
         "transactionFind, bulk4, transaction4, transaction1x4; insert+N and bulk4+N with N "
         "change streams open, insert+Nidle with streams of another collection")
      ->delimiter(',');
  app.add_option("--connections", options.run.connections)->check(CLI::PositiveNumber);
  app.add_option("--threads", options.run.threads)->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "for each operation of a round")
      ->check(CLI::PositiveNumber);
  app.add_option("--rate", options.run.rate, "the most requests per second, of all connections")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--rounds", options.rounds, "medians of them are told")
      ->check(CLI::PositiveNumber);
  app.add_option("--server-pid", options.server_pid, "also tell this process's time per request");
  app.add_option("--documents", options.workload.documents, "that find chooses from");
  app.add_option("--document-bytes", options.workload.document_bytes);
  app.add_option("--batch", options.workload.batch, "documents of an insertMany");
  app.add_option("--database", options.workload.database, "is dropped before and after");
  app.add_option("--json", options.json, "write the figures to this file");
  app.add_flag("--filled", options.filled, "the documents are there from a run with --keep");
  app.add_flag("--keep", options.keep, "keep the documents");
  CLI11_PARSE(app, argc, argv);
  options.run.duration =
      std::chrono::milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
  auto server = bench::resolve(options.uri);
  if (!server.ok()) {
    std::cerr << server.status().message() << "\n";
    return 2;
  }
  options.run.server = *server;
  const Status done = run_all(options);
  if (done.ok()) return 0;
  std::cerr << done.message() << "\n";
  return 1;
}

}  // namespace
}  // namespace cairn::load

int main(int argc, char** argv) { return cairn::load::start(argc, argv); }
