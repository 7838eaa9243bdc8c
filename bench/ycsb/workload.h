// YCSB's core workloads A to F: which operations, in which shares, on which records.
// Source: Cooper et al., SoCC 2010, table 2.
#pragma once

#include "bench/ycsb/distributions.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace cairn::ycsb {

enum class Operation : std::uint8_t { kRead, kUpdate, kInsert, kScan, kReadModifyWrite };
inline constexpr std::size_t kOperations = 5;
std::string_view operation_name(Operation operation);  // "read", …

struct Workload {
  char letter;
  std::string_view summary;
  std::array<double, kOperations> shares;  // by Operation; their sum is 1
  Distribution requests;

  double share(Operation operation) const { return shares[static_cast<std::size_t>(operation)]; }
  // `u` in [0, 1) decides.
  Operation operation_at(double u) const;
};

// In the order in which YCSB's authors run them: A B C F D E. Those that insert come last, and E
// after a fresh load.
std::span<const Workload> all_workloads();
// Either case; nullptr for another letter.
const Workload* find_workload(char letter);

inline constexpr std::uint64_t kLongestScan = 100;  // documents; lengths are uniform from 1

}  // namespace cairn::ycsb
