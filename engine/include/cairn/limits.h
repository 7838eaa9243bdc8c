// Every limit of Cairn on one page.
#pragma once

#include <cstdint>

namespace cairn {

inline constexpr std::uint32_t kMaxDocumentBytes = 16 * 1024 * 1024;
// Commands and internal documents may be this much larger than a user's document.
inline constexpr std::uint32_t kMaxInternalDocumentBytes = kMaxDocumentBytes + 16 * 1024;
inline constexpr std::uint32_t kMaxMessageBytes = 48'000'000;
inline constexpr std::uint32_t kMaxWriteBatchSize = 100'000;
// Nesting depth of a stored document; commands may nest deeper by the wrapper's levels.
inline constexpr int kMaxNesting = 100;
inline constexpr int kMaxNestingOnWire = 200;
inline constexpr int kMaxFilterDepth = 100;
inline constexpr std::uint32_t kMaxPipelineStages = 1000;
inline constexpr std::uint32_t kDefaultFirstBatchDocuments = 101;
inline constexpr std::uint32_t kMaxBatchBytes = kMaxDocumentBytes;
inline constexpr std::uint32_t kCursorIdleTimeoutSeconds = 600;
inline constexpr std::uint32_t kSessionTimeoutMinutes = 30;
inline constexpr std::uint32_t kMaxOpenCursors = 100'000;
inline constexpr std::uint32_t kMaxSessions = 1'000'000;
// What one transaction may hold in memory until it is committed: its documents, index entries and
// change records. All open ones together hold a quarter of the memory budget at the most.
inline constexpr std::uint64_t kMaxTransactionBytes = 256ULL * 1024 * 1024;
inline constexpr std::uint32_t kTransactionLifetimeSeconds = 60;
// A time that is read may be so far ahead of the machine's clock (a year).
inline constexpr std::uint32_t kMaxClockAheadSeconds = 31'536'000;
inline constexpr std::uint32_t kMaxDatabaseNameBytes = 63;
inline constexpr std::uint32_t kMaxNamespaceBytes = 255;
// Bytes a blocking sort, a $group or a $push may hold in memory.
inline constexpr std::uint64_t kMaxStageMemoryBytes = 100ULL * 1024 * 1024;
inline constexpr std::uint32_t kMaxKeyBytes = 64 * 1024;

}  // namespace cairn
