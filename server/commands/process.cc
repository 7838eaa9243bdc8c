#include "server/commands/process.h"

#include <cairn/bson.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace cairn::server {
namespace {

// What the storage engine's files, the log and the listeners may need.
constexpr std::uint64_t kOwnDescriptors = 1024;
constexpr std::uint64_t kMostConnections = 20'000;
constexpr std::uint64_t kFewConnections = 1000;

bool is_loopback(const std::string& bind) {
  return bind.starts_with("127.") || bind == "::1" || bind == "localhost" || bind.starts_with('/');
}

}  // namespace

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "localhost";
  return name;
}

std::int64_t process_id() { return ::getpid(); }

std::uint32_t raise_descriptor_limit(std::uint32_t wanted, log::Log& log) {
  const std::uint64_t connections = wanted > 0 ? wanted : kMostConnections;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return static_cast<std::uint32_t>(connections);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::uint64_t own = std::min<std::uint64_t>(kOwnDescriptors, limit.rlim_cur / 2);
  const std::uint64_t fit = std::min(connections, limit.rlim_cur - own);
  if (fit < (wanted > 0 ? connections : kFewConnections)) {
    log.startup_warning("The limit of open files (ulimit -n) allows only few connections",
                        document("limit", static_cast<std::int64_t>(limit.rlim_cur), "connections",
                                 static_cast<std::int64_t>(fit)));
  }
  return static_cast<std::uint32_t>(fit);
}

void warn_at_startup(const Settings& settings, log::Log& log) {
  if (std::ranges::all_of(settings.bind, is_loopback)) return;
  log.startup_warning(
      "Access control is not available and the server can be reached from other machines: everyone "
      "who reaches it can read and change all data");
}

}  // namespace cairn::server
