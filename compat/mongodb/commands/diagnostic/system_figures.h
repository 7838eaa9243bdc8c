// What the operating system says of this machine and this process.
// Thread-safety: pure reads; every figure is 0 where the system does not tell.
#pragma once

#include <cstdint>
#include <string>

namespace cairn::mongodb {

struct ProcessMemory {
  std::int64_t resident_bytes = 0;
  std::int64_t virtual_bytes = 0;
};
ProcessMemory process_memory();

struct Machine {
  std::string host;
  std::string architecture;
  std::string system;   // "Linux"
  std::string release;  // of the kernel
  std::int64_t memory_bytes = 0;
  std::int64_t page_bytes = 0;
  std::int64_t pages = 0;
  std::int32_t cores = 0;
};
Machine machine();

struct ProcessUsage {
  std::int64_t user_us = 0;
  std::int64_t system_us = 0;
  std::int64_t page_faults = 0;
};
ProcessUsage process_usage();

}  // namespace cairn::mongodb
