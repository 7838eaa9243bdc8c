#include "engine/storage/rocks_log.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <memory>
#include <mutex>

#include <rocksdb/env.h>

namespace cairn {

namespace {

constexpr long kMaxFileBytes = 1 << 20;
constexpr std::size_t kMaxMessageBytes = 4096;

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

class RocksLog : public rocksdb::Logger {
 public:
  explicit RocksLog(const std::string& directory)
      : Logger(rocksdb::InfoLogLevel::WARN_LEVEL),
        path_(directory.empty() ? std::string() : directory + "/LOG") {}

  using Logger::Logv;
  void Logv(const char* format, std::va_list arguments) override {
    std::array<char, kMaxMessageBytes> text;
    static_cast<void>(std::vsnprintf(text.data(), text.size(), format, arguments));
    std::lock_guard lock(mutex_);
    if (path_.empty()) return;
    if (file_ != nullptr && std::ftell(file_.get()) > kMaxFileBytes) set_aside();
    if (file_ == nullptr) file_.reset(std::fopen(path_.c_str(), "ae"));
    if (file_ == nullptr) return;
    std::tm now{};
    const std::time_t seconds = std::time(nullptr);
    gmtime_r(&seconds, &now);
    std::array<char, 32> when;
    static_cast<void>(std::strftime(when.data(), when.size(), "%FT%TZ", &now));
    static_cast<void>(std::fprintf(file_.get(), "%s %s\n", when.data(), text.data()));
    if (std::fflush(file_.get()) != 0) std::clearerr(file_.get());
  }
  // What a store says of itself at its start is in FORMAT.md and in the options' file.
  void LogHeader(const char* /*format*/, std::va_list /*arguments*/) override {}

 private:
  void set_aside() {
    file_.reset();
    static_cast<void>(std::rename(path_.c_str(), (path_ + ".old").c_str()));
  }

  const std::string path_;
  std::mutex mutex_;
  std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace

std::shared_ptr<rocksdb::Logger> rocks_log(const std::string& directory) {
  return std::make_shared<RocksLog>(directory);
}

}  // namespace cairn
