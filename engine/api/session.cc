#include <cairn/session.h>

#include <algorithm>
#include <random>
#include <thread>

namespace cairn {
namespace {

using Clock = std::chrono::steady_clock;

// How long to wait before attempt number `attempt`: more and more, and each somewhat different, so
// that those who are in each other's way part.
std::chrono::milliseconds backoff(int attempt) {
  constexpr double kFirstMs = 5;
  constexpr double kMostMs = 500;
  constexpr double kGrowth = 1.5;
  static thread_local std::minstd_rand random{std::random_device()()};
  double wait = kFirstMs;
  for (int i = 1; i < attempt && wait < kMostMs; ++i) wait *= kGrowth;
  const double share = std::uniform_real_distribution<double>(0, 1)(random);
  return std::chrono::milliseconds(static_cast<int>(share * std::min(wait, kMostMs)));
}

Result<OpTime> attempt(Database& database, const TransactionName& name,
                       const std::function<Status(const Transaction&)>& body,
                       Durability durability) {
  CAIRN_ASSIGN_OR_RETURN(Transaction transaction, database.begin_transaction({.name = name}));
  Status done = body(transaction);
  // The body may have let the error of a statement pass.
  if (done.ok()) done = transaction.failure();
  if (!done.ok()) {
    transaction.abort();
    return done;
  }
  return transaction.commit(durability);
}

}  // namespace

// A version 4 UUID. Source: RFC 9562, section 5.4.
Session::Session() {
  std::random_device random;
  for (std::uint8_t& byte : id_.uuid) byte = static_cast<std::uint8_t>(random());
  id_.uuid[6] = static_cast<std::uint8_t>((id_.uuid[6] & 0x0F) | 0x40);
  id_.uuid[8] = static_cast<std::uint8_t>((id_.uuid[8] & 0x3F) | 0x80);
}

Result<OpTime> Session::transaction(Database& database,
                                    const std::function<Status(const Transaction&)>& body,
                                    const TransactionRun& options) {
  const auto until = Clock::now() + options.patience;
  for (int number = 1;; ++number) {
    auto done = attempt(database, {id_, ++txn_number_}, body, options.durability);
    if (done.ok() || !is_transient(done.status().code())) return done;
    const auto wait = backoff(number);
    if (Clock::now() + wait >= until) return done;
    std::this_thread::sleep_for(wait);
    if (options.interrupt != nullptr) CAIRN_RETURN_IF_ERROR(options.interrupt->check());
  }
}

}  // namespace cairn
