// What clients do in their sessions: as drivers send it, each command with its `lsid`.
#pragma once

#include "bench/load/workload.h"

namespace cairn::load {

inline constexpr std::int32_t kTransactionWrites = 4;
inline constexpr int kTransactionReads = 20;

// "sessionFind": a document by `_id`; "transactionFind": kTransactionReads of them in a
// transaction; "bulk4": one insert of kTransactionWrites documents, retryable; "transaction4": the
// same in a transaction; "transaction1x4": the same as so many inserts of one. nullptr for another
// name.
std::unique_ptr<Workload> make_session_workload(std::string_view name,
                                                const WorkloadOptions& options, std::uint64_t seed);

}  // namespace cairn::load
