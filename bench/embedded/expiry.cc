// Keys that expire: whether deleting what is due keeps up with 20,000 a second beside a live load,
// and what an expiry spread over all keys does to reads and to the size of the files.
//
// In full: `--only expiry --documents 10000000` (ten million keys whose times end within an hour).
// With fewer documents the same rate of expiry lasts for a shorter time.
#include "bench/embedded/benchmarks.h"
#include "bench/latency/latencies.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

namespace cairn::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::int64_t kPerSecond = 20'000;               // expiries beside the live load
constexpr double kSpreadPerSecond = 10'000'000 / 3600.0;  // ten million within an hour
constexpr std::size_t kKeysPerBatch = 1000;
constexpr auto kMostMeasured = std::chrono::seconds(20);

std::string key_of(std::uint64_t i) { return "session:" + std::to_string(i); }

// Sets keys first … first + count - 1; the i-th of them lives until `ends(i)`.
template <typename Ends>
void set_keys(Database& database, std::string_view space, std::uint64_t first, std::size_t count,
              Ends ends) {
  const std::string value(200, 'v');
  for (std::size_t done = 0; done < count; done += kKeysPerBatch) {
    KeyBatch batch;
    for (std::size_t i = done; i < std::min(done + kKeysPerBatch, count); ++i) {
      batch.set(space, key_of(first + i), value, {.expiry = ends(i)});
    }
    if (!checked(database.apply(batch)).done) fail("keys were not set");
  }
}

struct Deleted {
  std::int64_t expired = 0;
  std::int64_t lag_ms = 0;
};
Deleted deleted(const Database& database) {
  const Document status = database.engine_status();
  const DocumentView keys = status["keys"].as_document();
  return {keys["expired"].to_int64_clamped(), keys["lagMillis"].to_int64_clamped()};
}

std::int64_t now_ms() { return Date::now().milliseconds; }

double megabytes(const std::filesystem::path& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    std::error_code gone;
    const std::uintmax_t size = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return static_cast<double>(bytes) / 1e6;
}

// Reads keys of a space, and writes others, until told to stop.
class LiveLoad {
 public:
  LiveLoad(Database& database, std::size_t keys)
      : keys_(database.key_value("live")), count_(keys), thread_([this] { run(); }) {}
  ~LiveLoad() {
    stop_ = true;
    thread_.join();
  }

 private:
  void run() {
    std::mt19937_64 random(3);
    for (std::uint64_t i = 0; !stop_; ++i) {
      const std::string key = key_of(random() % count_);
      if (i % 5 == 0) {
        checked(keys_.set(key, "changed"));
      } else {
        checked(keys_.get(key));
      }
    }
  }

  KeyValue keys_;
  std::size_t count_;
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: uses the rest
};

void keeps_up(const Setting& setting, DocumentBuilder& report) {
  const auto database = open_database(setting, setting.directory / "expiring");
  const std::size_t live = std::min<std::size_t>(setting.documents, 100'000);
  set_keys(*database, "live", 0, live, [](std::size_t) { return Expiry::never(); });
  const auto seconds =
      std::clamp<std::int64_t>(static_cast<std::int64_t>(setting.documents) / kPerSecond, 1, 30);
  const auto count = static_cast<std::size_t>(seconds * kPerSecond);
  // The first ones are due when all are there: how long that takes, a part of them tells.
  const std::size_t part = count / 10;
  const std::int64_t started = now_ms();
  set_keys(*database, "tried", 0, part, [](std::size_t) { return Expiry::never(); });
  const std::int64_t begins = now_ms() + 1000 + 30 * (now_ms() - started);
  set_keys(*database, "due", 0, count, [&](std::size_t i) {
    return Expiry::at(begins + static_cast<std::int64_t>(i) * 1000 / kPerSecond);
  });
  if (now_ms() > begins) fail("setting the keys took too long on this machine");
  const LiveLoad load(*database, live);
  std::int64_t most_behind = 0;
  std::int64_t most_lag = 0;
  const std::int64_t ends = begins + seconds * 1000;
  while (now_ms() < ends) {
    std::this_thread::sleep_for(milliseconds(50));
    const Deleted now = deleted(*database);
    const std::int64_t due = std::clamp<std::int64_t>((now_ms() - begins) * kPerSecond / 1000, 0,
                                                      static_cast<std::int64_t>(count));
    most_behind = std::max(most_behind, due - now.expired);
    most_lag = std::max(most_lag, now.lag_ms);
  }
  const auto finished = Clock::now() + std::chrono::seconds(30);
  while (deleted(*database).expired < static_cast<std::int64_t>(count) && Clock::now() < finished) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  const std::int64_t late_ms = now_ms() - ends;
  if (deleted(*database).expired < static_cast<std::int64_t>(count)) fail("keys were not deleted");
  std::printf("keys: %lld expire each second for %lld s beside a live load\n",
              static_cast<long long>(kPerSecond), static_cast<long long>(seconds));
  std::printf("  at most %lld behind, %lld ms late; the last one gone %lld ms after its time\n",
              static_cast<long long>(most_behind), static_cast<long long>(most_lag),
              static_cast<long long>(late_ms));
  report.push_document()
      .append("benchmark", "expiryKeepsUp")
      .append("perSecond", kPerSecond)
      .append("mostBehind", most_behind)
      .append("mostLagMillis", most_lag)
      .append("lastAfterMillis", late_ms)
      .end();
}

// A store whose keys expire, or do not: as many are set again as expire.
class Spread {
 public:
  Spread(const Setting& setting, bool expires)
      : keys_(setting.documents),
        directory_(setting.directory / (expires ? "spread" : "spread-for-ever")),
        database_(open_database(setting, directory_)),
        span_(static_cast<std::int64_t>(static_cast<double>(keys_) / kSpreadPerSecond * 1000)),
        again_(expires ? Expiry::after(span_) : Expiry::never()) {
    const std::int64_t begins = now_ms();
    set_keys(*database_, "spread", 0, keys_, [&](std::size_t i) {
      const double part = static_cast<double>(i + 1) / static_cast<double>(keys_);
      const auto ms = static_cast<std::int64_t>(part * static_cast<double>(span_.count()));
      return expires ? Expiry::at(begins + ms + 1) : Expiry::never();
    });
    wait_until_idle(*database_);
    megabytes_before_ = megabytes(directory_);
    expired_before_ = deleted(*database_).expired;
  }

  milliseconds span() const { return span_; }

  void read_some() {
    KeyValue space = database_->key_value("spread");
    for (int i = 0; i < 100; ++i) {
      const std::string key = key_of(random_() % keys_);
      const auto start = Clock::now();
      checked(space.get(key));
      latencies_.add(Clock::now() - start);
    }
  }

  void set_again(Clock::duration passed) {
    KeyValue space = database_->key_value("spread");
    const std::chrono::duration<double> seconds = passed;
    const auto wanted = static_cast<std::uint64_t>(seconds.count() * kSpreadPerSecond);
    const std::string value(200, 'v');
    for (; set_again_ < wanted; ++set_again_) {
      checked(space.set(key_of(set_again_ % keys_), value, {.expiry = again_}));
    }
  }

  double p99_us() const { return to_microseconds(latencies_.quantile(0.99)); }

  void tell(const char* what, DocumentBuilder& report) const {
    wait_until_idle(*database_);
    const std::int64_t expired = deleted(*database_).expired - expired_before_;
    const double megabytes_after = megabytes(directory_);
    std::printf(
        "  %-16s p50 %6.1f us, p99 %6.1f us, most %8.1f us; files %8.1f MB, then %8.1f MB; "
        "%lld expired meanwhile\n",
        what, to_microseconds(latencies_.quantile(0.5)), p99_us(),
        to_microseconds(latencies_.most()), megabytes_before_, megabytes_after,
        static_cast<long long>(expired));
    report.push_document()
        .append("benchmark", "expirySpread")
        .append("name", what)
        .append("p99Microseconds", p99_us())
        .append("megabytesBefore", megabytes_before_)
        .append("megabytesAfter", megabytes_after)
        .append("expired", expired)
        .end();
  }

 private:
  std::size_t keys_;
  std::filesystem::path directory_;
  std::unique_ptr<Database> database_;
  milliseconds span_;
  Expiry again_;
  double megabytes_before_ = 0;
  std::int64_t expired_before_ = 0;
  std::uint64_t set_again_ = 0;
  std::mt19937_64 random_{4};
  Latencies latencies_;
};

void spread_over_time(const Setting& setting, DocumentBuilder& report) {
  Spread plain(setting, false);
  Spread expiring(setting, true);
  const auto began = Clock::now();
  const auto time = std::min<Clock::duration>(kMostMeasured, expiring.span());
  while (Clock::now() - began < time) {  // in turn: what else the machine does hits both
    plain.read_some();
    expiring.read_some();
    plain.set_again(Clock::now() - began);
    expiring.set_again(Clock::now() - began);
  }
  std::printf("keys: %zu, %.0f of them expire each second and are set again\n", setting.documents,
              kSpreadPerSecond);
  plain.tell("for ever", report);
  expiring.tell("with an expiry", report);
  std::printf("  p99 with an expiry: %.2f times that without   (asked for: 1.50 at most)\n",
              expiring.p99_us() / plain.p99_us());
}

}  // namespace

void expiry(const Setting& setting, DocumentBuilder& report) {
  keeps_up(setting, report);
  spread_over_time(setting, report);
}

}  // namespace cairn::bench
