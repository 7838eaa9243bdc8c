// The network's limits on one page: what a client may hold, and for how long.
#pragma once

#include <chrono>
#include <cstddef>

namespace cairn::net {

// A receive buffer begins with this; it then doubles, but never past the message it waits for.
inline constexpr std::size_t kFirstReadBytes = 16 * 1024;
// Replies to pipelined requests are collected up to this, then written.
inline constexpr std::size_t kFlushBytes = 64 * 1024;
// Buffers larger than this are given back as soon as the message is done, smaller ones when idle.
inline constexpr std::size_t kKeepBytes = 4 * 1024 * 1024;
inline constexpr std::chrono::milliseconds kKeepIdle{5'000};

// How long a message may take to arrive, and a reply to be taken: this, and longer the more has
// moved.
inline constexpr std::chrono::milliseconds kTransferTimeout{30'000};
inline constexpr std::size_t kSlowestBytesPerSecond = 32 * 1024;
// A new connection says something within this.
inline constexpr std::chrono::milliseconds kFirstMessageTimeout{30'000};
// From when on a running command's client is looked at: still there?
inline constexpr std::chrono::milliseconds kLookAfter{1'000};
// A message that waits, and was woken for nothing, is not run again before this.
inline constexpr std::chrono::milliseconds kPauseBetweenWakes{20};

// Threads more than there are, while others wait; and how long one stays that is not needed.
inline constexpr int kMostSpareThreads = 1'000;
inline constexpr std::chrono::milliseconds kSpareThreadLooks{1'000};

}  // namespace cairn::net
