#include "bench/ann/plan.h"

#include "bench/latency/numbers.h"

#include <algorithm>
#include <iostream>

namespace cairn::ann {
namespace {

namespace fs = std::filesystem;

Result<std::uint32_t> number(const server::Arguments& arguments, const char* name,
                             std::uint32_t otherwise) {
  CAIRN_ASSIGN_OR_RETURN(const std::uint64_t value,
                         bench::parse_number(arguments, name, otherwise));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, 1U << 30));
}

Result<std::vector<vector::Quantization>> parse_quantizations(const server::Arguments& arguments) {
  std::vector<vector::Quantization> all;
  for (const std::string& name : arguments.all("quantization")) {
    if (name == "none") {
      all.push_back(vector::Quantization::kNone);
    } else if (name == "scalar") {
      all.push_back(vector::Quantization::kScalar);
    } else if (name == "binary") {
      all.push_back(vector::Quantization::kBinary);
    } else {
      return Status(ErrorCode::kBadValue,
                    "--quantization must be none, scalar or binary, not " + name);
    }
  }
  if (all.empty()) all.push_back(vector::Quantization::kScalar);
  return all;
}

// Beside the binary, where a build leaves them.
std::vector<fs::path> find_peers(const server::Arguments& arguments) {
  std::vector<fs::path> found;
  std::error_code none;
  const fs::path folder = fs::read_symlink("/proc/self/exe", none).parent_path() / "peers";
  std::vector<std::string> names = arguments.all("peers");
  if (names.empty()) names = {"hnswlib"};
  for (const std::string& name : names) {
    const fs::path object = folder / ("ann_peer_" + name + ".so");
    if (fs::exists(object, none))
      found.push_back(object);
    else if (name != "none")
      std::cerr << "not built, left out: " << name << "\n";
  }
  return found;
}

}  // namespace

Result<Plan> parse_plan(const server::Arguments& arguments) {
  Plan plan;
  CAIRN_ASSIGN_OR_RETURN(plan.rows, number(arguments, "rows", plan.rows));
  CAIRN_ASSIGN_OR_RETURN(plan.queries, number(arguments, "queries", plan.queries));
  CAIRN_ASSIGN_OR_RETURN(plan.dimensions, number(arguments, "dimensions", plan.dimensions));
  CAIRN_ASSIGN_OR_RETURN(plan.limit, number(arguments, "limit", plan.limit));
  CAIRN_ASSIGN_OR_RETURN(plan.rounds, number(arguments, "rounds", plan.rounds));
  CAIRN_ASSIGN_OR_RETURN(plan.graph.edges, number(arguments, "edges", plan.graph.edges));
  CAIRN_ASSIGN_OR_RETURN(plan.graph.candidates,
                         number(arguments, "edge-candidates", plan.graph.candidates));
  CAIRN_ASSIGN_OR_RETURN(plan.graph.threads, number(arguments, "threads", 1));
  CAIRN_ASSIGN_OR_RETURN(plan.graph.seed, bench::parse_number(arguments, "seed", 1));
  CAIRN_ASSIGN_OR_RETURN(plan.quantizations, parse_quantizations(arguments));
  if (arguments.has("mapped")) plan.residence = vector::Residence::kMapped;
  plan.filters = !arguments.has("no-filters");
  plan.file = arguments.one("file");
  plan.json = arguments.one("json");
  plan.plot = arguments.one("plot");
  plan.remote.uri = arguments.one("uri");
  plan.in_process = !arguments.has("only-wire");
  if (!plan.in_process && plan.remote.uri.empty()) {
    return Status(ErrorCode::kBadValue, "--only-wire needs the --uri of a server");
  }
  plan.keep = arguments.has("keep");
  CAIRN_ASSIGN_OR_RETURN(plan.remote.clients, number(arguments, "clients", plan.remote.clients));
  plan.remote.clients = std::max(plan.remote.clients, 1U);
  plan.peers = find_peers(arguments);
  if (plan.dimensions > vector::kMaxDimensions || plan.graph.edges < 2 || plan.graph.edges > 512) {
    return Status(ErrorCode::kBadValue, "--dimensions or --edges is too large");
  }
  return plan;
}

}  // namespace cairn::ann
