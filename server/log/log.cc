#include "server/log/log.h"

#include "server/log/line.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <sys/prctl.h>

#include <utility>

namespace cairn::log {
namespace {

constexpr std::size_t kRecentLines = 1024;  // as many as MongoDB keeps
constexpr std::size_t kQueueLines = 8192;
constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};

spdlog::level::level_enum spdlog_level(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

Result<spdlog::sink_ptr> make_sink(const std::string& file) {
  if (file.empty()) return spdlog::sink_ptr(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  try {
    return spdlog::sink_ptr(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
  } catch (const spdlog::spdlog_ex& error) {
    return Status(ErrorCode::kBadValue, std::string("cannot open the log file: ") + error.what());
  }
}

// The name of the thread: "main", "lane", "worker", …
std::string thread_name() {
  char name[16] = {};
  ::prctl(PR_GET_NAME, name);
  const std::string_view found(name);
  return std::string(found == "cairn" ? "main" : found);
}

}  // namespace

Result<Severity> severity_from_name(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return static_cast<Severity>(i);
  }
  return Status(ErrorCode::kBadValue,
                "a log level is debug, info, warning or error, not " + std::string(name));
}

std::string_view severity_name(Severity severity) {
  return kNames[static_cast<std::size_t>(severity)];
}

Result<std::unique_ptr<Log>> Log::open(const LogOptions& options) {
  CAIRN_ASSIGN_OR_RETURN(spdlog::sink_ptr sink, make_sink(options.file));
  std::unique_ptr<Log> log(new Log(options.least));
  log->writer_ = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  log->logger_ = std::make_shared<spdlog::async_logger>(
      "cairn", std::move(sink), log->writer_, spdlog::async_overflow_policy::overrun_oldest);
  log->logger_->set_pattern("%v");
  log->logger_->set_level(spdlog::level::trace);
  log->logger_->flush_on(spdlog::level::info);
  return log;
}

std::unique_ptr<Log> Log::in_memory() { return std::unique_ptr<Log>(new Log(Severity::kDebug)); }

Log::~Log() {
  if (logger_) logger_->flush();
  logger_.reset();
  writer_.reset();  // joins its thread, after what is queued
}

void Log::event(Severity severity, std::string_view component, std::string_view message,
                DocumentView attributes) {
  if (!enabled(severity)) return;
  write(severity,
        format_line(std::chrono::system_clock::now(), severity, component, thread_name(), message,
                    attributes),
        false);
}

void Log::startup_warning(std::string_view message, DocumentView attributes) {
  write(Severity::kWarning,
        format_line(std::chrono::system_clock::now(), Severity::kWarning, "CONTROL", thread_name(),
                    message, attributes),
        true);
}

void Log::write(Severity severity, std::string line, bool startup) {
  if (logger_) logger_->log(spdlog_level(severity), line);
  const std::lock_guard lock(mutex_);
  ++total_written_;
  if (startup) startup_warnings_.push_back(line);
  recent_.push_back(std::move(line));
  if (recent_.size() > kRecentLines) recent_.pop_front();
}

Tail Log::tail(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (name == "startupWarnings") {
    return {startup_warnings_, static_cast<std::int64_t>(startup_warnings_.size())};
  }
  return {{recent_.begin(), recent_.end()}, total_written_};
}

}  // namespace cairn::log
