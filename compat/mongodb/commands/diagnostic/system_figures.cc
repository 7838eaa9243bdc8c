#include "compat/mongodb/commands/diagnostic/system_figures.h"

#include <fstream>

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace cairn::mongodb {

ProcessMemory process_memory() {
  // Source: proc(5), /proc/[pid]/statm: total program size and resident set, in pages.
  std::ifstream statm("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  if (!(statm >> total >> resident)) return {};
  const std::int64_t page = sysconf(_SC_PAGESIZE);
  return {.resident_bytes = resident * page, .virtual_bytes = total * page};
}

Machine machine() {
  Machine result;
  utsname name{};
  if (uname(&name) == 0) {
    result.host = name.nodename;
    result.architecture = name.machine;
    result.system = name.sysname;
    result.release = name.release;
  }
  result.page_bytes = sysconf(_SC_PAGESIZE);
  result.pages = sysconf(_SC_PHYS_PAGES);
  result.memory_bytes = result.page_bytes * result.pages;
  result.cores = static_cast<std::int32_t>(sysconf(_SC_NPROCESSORS_ONLN));
  return result;
}

ProcessUsage process_usage() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return {};
  const auto micros = [](const timeval& t) {
    return t.tv_sec * std::int64_t{1'000'000} + t.tv_usec;
  };
  return {.user_us = micros(usage.ru_utime),
          .system_us = micros(usage.ru_stime),
          .page_faults = usage.ru_majflt};
}

}  // namespace cairn::mongodb
