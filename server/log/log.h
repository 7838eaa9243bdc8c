// The server's log: one JSON object per line, in the shape that MongoDB's logs have, so that what
// reads those reads these:
//
//   {"t":{"$date":"2026-11-22T03:00:00.000Z"},"s":"I","c":"NETWORK","ctx":"main","msg":…,"attr":…}
//
// `s` is the severity (D, I, W, E), `c` the component, `msg` the same text for every event of a
// kind and `attr` what is particular to this one. Lines are written by a thread of their own: a log
// that nobody reads slows nobody down; it then loses its oldest lines. The last lines are kept for
// `getLog`. Thread-safe.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class async_logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace cairn::log {

enum class Severity : std::uint8_t { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning", "error".
Result<Severity> severity_from_name(std::string_view name);
std::string_view severity_name(Severity severity);

struct LogOptions {
  std::string file;  // empty: standard error
  Severity least = Severity::kInfo;
};

struct Tail {
  std::vector<std::string> lines;  // oldest first
  std::int64_t total_written = 0;
};

class Log {
 public:
  // Error: the file cannot be opened.
  static Result<std::unique_ptr<Log>> open(const LogOptions& options);
  // A log that only remembers (for tests).
  static std::unique_ptr<Log> in_memory();
  // Writes what is still waiting.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool enabled(Severity severity) const { return severity >= least_; }
  void event(Severity severity, std::string_view component, std::string_view message,
             DocumentView attributes = {});
  void debug(std::string_view component, std::string_view message, DocumentView attributes = {}) {
    event(Severity::kDebug, component, message, attributes);
  }
  void info(std::string_view component, std::string_view message, DocumentView attributes = {}) {
    event(Severity::kInfo, component, message, attributes);
  }
  void warning(std::string_view component, std::string_view message, DocumentView attributes = {}) {
    event(Severity::kWarning, component, message, attributes);
  }
  void error(std::string_view component, std::string_view message, DocumentView attributes = {}) {
    event(Severity::kError, component, message, attributes);
  }
  // A warning that somebody who connects later should see too: `getLog: "startupWarnings"`.
  void startup_warning(std::string_view message, DocumentView attributes = {});

  // The last lines of "global" or "startupWarnings".
  Tail tail(std::string_view name) const;

 private:
  explicit Log(Severity least) : least_(least) {}
  void write(Severity severity, std::string line, bool startup);

  const Severity least_;
  std::shared_ptr<spdlog::details::thread_pool> writer_;  // shared: spdlog's loggers hold it weakly
  std::shared_ptr<spdlog::async_logger> logger_;          // shared: spdlog's queue holds it too

  mutable std::mutex mutex_;
  std::deque<std::string> recent_;
  std::vector<std::string> startup_warnings_;
  std::int64_t total_written_ = 0;
};

}  // namespace cairn::log
