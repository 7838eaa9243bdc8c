#include "bench/ycsb/workload.h"

namespace cairn::ycsb {
namespace {

constexpr std::string_view kOperationNames[kOperations] = {"read", "update", "insert", "scan",
                                                           "read-modify-write"};

//  read  update insert scan  rmw
constexpr Workload kWorkloads[] = {
    {'a', "50 % read, 50 % update, zipfian", {0.5, 0.5, 0, 0, 0}, Distribution::kZipfian},
    {'b', "95 % read, 5 % update, zipfian", {0.95, 0.05, 0, 0, 0}, Distribution::kZipfian},
    {'c', "100 % read, zipfian", {1, 0, 0, 0, 0}, Distribution::kZipfian},
    {'f',
     "50 % read, 50 % read-modify-write, zipfian",
     {0.5, 0, 0, 0, 0.5},
     Distribution::kZipfian},
    {'d', "95 % read, 5 % insert, latest", {0.95, 0, 0.05, 0, 0}, Distribution::kLatest},
    {'e', "95 % scan, 5 % insert, zipfian", {0, 0, 0.05, 0.95, 0}, Distribution::kZipfian},
};

}  // namespace

std::string_view operation_name(Operation operation) {
  return kOperationNames[static_cast<std::size_t>(operation)];
}

Operation Workload::operation_at(double u) const {
  auto last = Operation::kRead;
  for (std::size_t i = 0; i < kOperations; ++i) {
    if (shares[i] == 0) continue;
    last = static_cast<Operation>(i);
    if (u < shares[i]) return last;
    u -= shares[i];
  }
  return last;  // the shares' sum was rounded
}

std::span<const Workload> all_workloads() { return kWorkloads; }

const Workload* find_workload(char letter) {
  for (const Workload& workload : kWorkloads) {
    if (workload.letter == (letter | 0x20)) return &workload;
  }
  return nullptr;
}

}  // namespace cairn::ycsb
