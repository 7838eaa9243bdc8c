// cairn bench: measures a store, this binary's own or any server that speaks MongoDB's protocol.
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

namespace cairn::server {
namespace {

namespace fs = std::filesystem;

constexpr Option kOptions[] = {
    {"benchmark", "NAME", "What to run: ycsb", false, true, true},
    {"workload", "LETTERS", "a to f, several with commas, or all", true},
    {"records", "N", "Records that are loaded before (100000)"},
    {"operations", "N", "Operations of each workload (100000)"},
    {"threads", "N", "Threads that wait for each of their operations (1)"},
    {"load-batch", "N", "Records of one insert while loading (1)"},
    {"uri", "URI", "A server to measure, mongodb://…; its collection ycsb.usertable is DROPPED"},
    {"data", "DIR", "Embedded, in this directory; its collection ycsb.usertable is DROPPED"},
    {"memory", "SIZE", "Embedded: the memory budget (512MB)"},
    {"no-load", nullptr, "Use the records that an earlier run with --keep left"},
    {"keep", nullptr, "Do not drop the collection afterwards"},
    {"seed", "N", "The same seed asks for the same records (1)"},
    {"json", "FILE", "Write the figures to this file"},
};

struct Plan {
  std::vector<const ycsb::Workload*> workloads;
  ycsb::RunOptions run;
  std::string uri;
  fs::path directory;
  bool temporary = false;
  std::uint64_t memory_bytes = 0;
  bool load = true;
  bool keep = false;
  std::string json;
};

Result<std::uint64_t> parse_number(const Arguments& arguments, const char* name,
                                   std::uint64_t otherwise, std::uint64_t least = 1) {
  if (!arguments.has(name)) return otherwise;
  const std::string text = arguments.one(name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least) return value;
  return Status(ErrorCode::kBadValue, std::string("--") + name +
                                          " must be a whole number of at least " +
                                          std::to_string(least) + ", not " + text);
}

Result<std::vector<const ycsb::Workload*>> parse_workloads(const Arguments& arguments) {
  std::vector<const ycsb::Workload*> workloads;
  const std::vector<std::string> given = arguments.all("workload");
  if (given.empty() || given.front() == "all") {
    for (const ycsb::Workload& workload : ycsb::all_workloads()) workloads.push_back(&workload);
    return workloads;
  }
  for (const std::string& letter : given) {
    const ycsb::Workload* workload =
        letter.size() == 1 ? ycsb::find_workload(letter.front()) : nullptr;
    if (workload == nullptr) {
      return Status(ErrorCode::kBadValue,
                    "--workload must be a, b, c, d, e, f or all, not " + letter);
    }
    workloads.push_back(workload);
  }
  return workloads;
}

Result<Plan> parse(const Arguments& arguments) {
  if (arguments.one("benchmark") != "ycsb") {
    return Status(ErrorCode::kBadValue,
                  "the benchmark must be ycsb, not " + arguments.one("benchmark"));
  }
  Plan plan;
  CAIRN_ASSIGN_OR_RETURN(plan.workloads, parse_workloads(arguments));
  CAIRN_ASSIGN_OR_RETURN(plan.run.records, parse_number(arguments, "records", plan.run.records));
  CAIRN_ASSIGN_OR_RETURN(plan.run.operations,
                         parse_number(arguments, "operations", plan.run.operations));
  CAIRN_ASSIGN_OR_RETURN(plan.run.threads, parse_number(arguments, "threads", plan.run.threads));
  CAIRN_ASSIGN_OR_RETURN(plan.run.load_batch,
                         parse_number(arguments, "load-batch", plan.run.load_batch));
  CAIRN_ASSIGN_OR_RETURN(plan.run.seed, parse_number(arguments, "seed", plan.run.seed, 0));
  CAIRN_ASSIGN_OR_RETURN(plan.memory_bytes, parse_size(arguments.one("memory", "512MB")));
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
  Bench(const Plan& plan, ycsb::Store& store) : plan_(plan), store_(store) {}

  Status run() {
    begin_report();
    bool grown = true;
    for (const ycsb::Workload* workload : plan_.workloads) {
      // What a workload inserted must be gone before the next one counts records.
      if (grown && plan_.load) CAIRN_RETURN_IF_ERROR(load());
      CAIRN_ASSIGN_OR_RETURN(const ycsb::PhaseFigures figures,
                             ycsb::run(store_, *workload, plan_.run, print_progress));
      const std::string phase(1, workload->letter);
      show("workload " + phase + ": " + std::string(workload->summary), phase, figures);
      grown = workload->share(ycsb::Operation::kInsert) > 0;
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
    CAIRN_ASSIGN_OR_RETURN(const ycsb::PhaseFigures figures,
                           ycsb::load(store_, plan_.run, print_progress));
    show("load", "load", figures);
    return Status();
  }

  void show(const std::string& title, std::string_view phase, const ycsb::PhaseFigures& figures) {
    std::cout << ycsb::to_text(title, figures) << std::flush;
    ycsb::append_to(report_, phase, figures);
    failed_ += figures.failed();
  }

  const Plan& plan_;
  ycsb::Store& store_;
  DocumentBuilder report_;
  std::int64_t failed_ = 0;
};

int run_plan(const Plan& plan) {
  auto store = plan.uri.empty() ? ycsb::open_embedded(plan.directory, plan.memory_bytes)
                                : ycsb::open_server(plan.uri);
  if (!store.ok()) {
    std::cerr << "cairn bench: " << store.status().message() << "\n";
    return kExitCannotBegin;
  }
  Bench bench(plan, **store);
  const Status done = bench.run();
  if (!done.ok()) {
    std::cerr << "cairn bench: " << done.to_string() << "\n";
    return kExitProblem;
  }
  if (!bench.write_json()) {
    std::cerr << "cairn bench: cannot write " << plan.json << "\n";
    return kExitProblem;
  }
  return bench.failed() == 0 ? kExitDone : kExitProblem;
}

int run(const Arguments& arguments) {
  const auto plan = parse(arguments);
  if (!plan.ok()) {
    std::cerr << "cairn bench: " << plan.status().message() << "\n";
    return kExitCannotBegin;
  }
  const int code = run_plan(*plan);
  std::error_code ignored;
  if (plan->temporary) fs::remove_all(plan->directory, ignored);
  return code;
}

}  // namespace

extern const Subcommand row_bench{
    .name = "bench",
    .summary = "Measure throughput and latency with YCSB's workloads, embedded or over the wire",
    .examples =
        "  cairn bench ycsb --workload a                        embedded, in a temporary "
        "directory\n"
        "  cairn bench ycsb --workload all --records 1000000 --operations 1000000 --threads 8\n"
        "  cairn bench ycsb --uri mongodb://127.0.0.1:27017 --threads 32 --json a.json\n",
    .options = kOptions,
    .run = run,
};

}  // namespace cairn::server
