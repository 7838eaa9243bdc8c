#include "bench/ycsb/command.h"

#include "bench/latency/numbers.h"
#include "bench/ycsb/report.h"
#include "bench/ycsb/runner.h"
#include "bench/ycsb/store.h"

#include "server/config/command_line.h"
#include "server/config/size.h"

#include <cairn/database.h>

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

namespace cairn::ycsb {
namespace {

namespace fs = std::filesystem;

struct Plan {
  std::vector<const Workload*> workloads;
  RunOptions run;
  std::string uri;
  fs::path directory;
  bool temporary = false;
  std::uint64_t memory_bytes = 0;
  bool load = true;
  bool keep = false;
  std::string json;
};

Result<std::vector<const Workload*>> parse_workloads(const server::Arguments& arguments) {
  std::vector<const Workload*> workloads;
  const std::vector<std::string> given = arguments.all("workload");
  if (given.empty() || given.front() == "all") {
    for (const Workload& workload : all_workloads()) workloads.push_back(&workload);
    return workloads;
  }
  for (const std::string& letter : given) {
    const Workload* workload = letter.size() == 1 ? find_workload(letter.front()) : nullptr;
    if (workload == nullptr) {
      return Status(ErrorCode::kBadValue,
                    "--workload must be a, b, c, d, e, f or all, not " + letter);
    }
    workloads.push_back(workload);
  }
  return workloads;
}

Result<Plan> parse(const server::Arguments& arguments) {
  Plan plan;
  CAIRN_ASSIGN_OR_RETURN(plan.workloads, parse_workloads(arguments));
  CAIRN_ASSIGN_OR_RETURN(plan.run.records,
                         bench::parse_number(arguments, "records", plan.run.records));
  CAIRN_ASSIGN_OR_RETURN(plan.run.operations,
                         bench::parse_number(arguments, "operations", plan.run.operations));
  CAIRN_ASSIGN_OR_RETURN(plan.run.threads,
                         bench::parse_number(arguments, "threads", plan.run.threads));
  CAIRN_ASSIGN_OR_RETURN(plan.run.load_batch,
                         bench::parse_number(arguments, "load-batch", plan.run.load_batch));
  CAIRN_ASSIGN_OR_RETURN(plan.run.seed, bench::parse_number(arguments, "seed", plan.run.seed, 0));
  CAIRN_ASSIGN_OR_RETURN(plan.memory_bytes, server::parse_size(arguments.one("memory", "512MB")));
  plan.uri = arguments.one("uri");
  plan.directory = arguments.one("data");
  plan.load = !arguments.has("no-load");
  plan.keep = arguments.has("keep");
  plan.json = arguments.one("json");
  if (!plan.uri.empty() && !plan.directory.empty()) {
    return Status(ErrorCode::kBadValue, "give --uri or --data, not both");
  }
  if (!plan.load && plan.workloads.size() != 1) {
    return Status(ErrorCode::kBadValue, "--no-load needs one --workload: some add records");
  }
  plan.temporary = plan.uri.empty() && plan.directory.empty();
  if (plan.temporary) {
    plan.directory = fs::temp_directory_path() / ("cairn-bench-" + std::to_string(::getpid()));
  }
  return plan;
}

void print_progress(std::string_view phase, std::uint64_t done, std::uint64_t of) {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  std::cerr << phase << ": " << done << " of " << of << " (" << done * 100 / of << " %)"
            << (terminal ? "   \r" : "\n") << std::flush;
}

class Bench {
 public:
  Bench(const Plan& plan, Store& store) : plan_(plan), store_(store) {}

  Status run() {
    begin_report();
    bool grown = true;
    for (const Workload* workload : plan_.workloads) {
      // What a workload inserted must be gone before the next one counts records.
      if (grown && plan_.load) CAIRN_RETURN_IF_ERROR(load());
      CAIRN_ASSIGN_OR_RETURN(const PhaseFigures figures,
                             ycsb::run(store_, *workload, plan_.run, print_progress));
      const std::string phase(1, workload->letter);
      show("workload " + phase + ": " + std::string(workload->summary), phase, figures);
      grown = workload->share(Operation::kInsert) > 0;
    }
    report_.end();
    return plan_.keep ? Status() : store_.clear();
  }

  bool write_json() {
    if (plan_.json.empty()) return true;
    std::ofstream file(plan_.json);
    file << to_json(report_.take()) << "\n";
    return file.flush().good();
  }
  std::int64_t failed() const { return failed_; }

 private:
  void begin_report() {
    std::cout << "YCSB on " << store_.name() << ": " << plan_.run.records << " records of 1 KB, "
              << plan_.run.threads << (plan_.run.threads == 1 ? " thread\n" : " threads\n");
    report_.append("benchmark", "ycsb")
        .append("version", version())
        .append("store", store_.name())
        .append("records", static_cast<std::int64_t>(plan_.run.records))
        .append("threads", static_cast<std::int64_t>(plan_.run.threads))
        .append("loadBatch", static_cast<std::int64_t>(plan_.run.load_batch))
        .append("seed", static_cast<std::int64_t>(plan_.run.seed))
        .begin_array("phases");
  }

  Status load() {
    CAIRN_ASSIGN_OR_RETURN(const PhaseFigures figures,
                           ycsb::load(store_, plan_.run, print_progress));
    show("load", "load", figures);
    return Status();
  }

  void show(const std::string& title, std::string_view phase, const PhaseFigures& figures) {
    std::cout << to_text(title, figures) << std::flush;
    append_to(report_, phase, figures);
    failed_ += figures.failed();
  }

  const Plan& plan_;
  Store& store_;
  DocumentBuilder report_;
  std::int64_t failed_ = 0;
};

int run_plan(const Plan& plan) {
  auto store =
      plan.uri.empty() ? open_embedded(plan.directory, plan.memory_bytes) : open_server(plan.uri);
  if (!store.ok()) {
    std::cerr << "cairn bench: " << store.status().message() << "\n";
    return server::kExitCannotBegin;
  }
  Bench bench(plan, **store);
  const Status done = bench.run();
  if (!done.ok()) {
    std::cerr << "cairn bench: " << done.to_string() << "\n";
    return server::kExitProblem;
  }
  if (!bench.write_json()) {
    std::cerr << "cairn bench: cannot write " << plan.json << "\n";
    return server::kExitProblem;
  }
  return bench.failed() == 0 ? server::kExitDone : server::kExitProblem;
}

}  // namespace

int run_command(const server::Arguments& arguments) {
  const auto plan = parse(arguments);
  if (!plan.ok()) {
    std::cerr << "cairn bench: " << plan.status().message() << "\n";
    return server::kExitCannotBegin;
  }
  const int code = run_plan(*plan);
  std::error_code ignored;
  if (plan->temporary) fs::remove_all(plan->directory, ignored);
  return code;
}

}  // namespace cairn::ycsb
