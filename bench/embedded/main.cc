// embedded_bench: Cairn in process against the RocksDB beneath it, one thread, documents of 1 KB.
// Ratios in one run.
#include "bench/embedded/benchmarks.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace cairn::bench {
namespace {

struct Benchmark {
  const char* name;
  void (*run)(const Setting& setting, DocumentBuilder& report);
};
constexpr Benchmark kBenchmarks[] = {{"find", find_by_id},
                                     {"scan", scan},
                                     {"pipeline", pipeline},
                                     {"index-build", index_build},
                                     {"insert", insert},
                                     {"indexed-insert", indexed_insert},
                                     {"index", index},
                                     {"text", text},
                                     {"geo", geo},
                                     {"expiry", expiry},
                                     {"vector-filter", vector_filter},
                                     {"vector-insert", vector_insert}};

std::string all_names() {
  std::string names;
  for (const Benchmark& benchmark : kBenchmarks) {
    names += (names.empty() ? "" : ", ") + std::string(benchmark.name);
  }
  return names;
}

int run(const Setting& setting, const std::vector<std::string>& wanted, const std::string& json) {
  namespace fs = std::filesystem;
  fs::remove_all(setting.directory);
  fs::create_directories(setting.directory);
  DocumentBuilder report;
  report.append("documents", static_cast<std::int64_t>(setting.documents))
      .append("rounds", static_cast<std::int64_t>(setting.rounds))
      .begin_array("figures");
  for (const Benchmark& benchmark : kBenchmarks) {
    const bool asked = std::ranges::find(wanted, benchmark.name) != wanted.end();
    if (asked || wanted.empty()) benchmark.run(setting, report);
  }
  report.end();
  fs::remove_all(setting.directory);
  if (!json.empty()) std::ofstream(json) << to_json(report.take()) << "\n";
  return 0;
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  cairn::bench::Setting setting{.directory = "embedded_bench.data"};
  std::vector<std::string> wanted;
  std::string json;
  CLI::App app("Cairn in process against the RocksDB beneath it.");
  app.add_option("--only", wanted, cairn::bench::all_names())->delimiter(',');
  app.add_option("--documents", setting.documents)->check(CLI::Range(200, 100'000'000));
  app.add_option("--operations", setting.operations, "of a round")->check(CLI::PositiveNumber);
  app.add_option("--rounds", setting.rounds)->check(CLI::PositiveNumber);
  app.add_option("--memory", setting.memory_bytes, "bytes, for each of both stores");
  app.add_option("--dir", setting.directory, "where to write; emptied before, removed after");
  app.add_option("--json", json, "write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  return cairn::bench::run(setting, wanted, json);
}
