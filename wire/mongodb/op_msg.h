// OP_MSG requests:
//
//   header | uint32 flags | sections… | [uint32 CRC-32C of all before it]
//   section of kind 0: byte 0 | document                                        (the command;
//   exactly one) section of kind 1: byte 1 | int32 size (itself included) | cstring name |
//   documents…
//
// Sections come in any order. Of the flags, bits 0-15 must be understood: a set bit that is not
// known ends the connection without an answer, as does a wrong checksum (specification
// "message/OP_MSG").
#pragma once

#include "wire/mongodb/frame.h"
#include "wire/mongodb/message.h"

#include <cstdint>

namespace cairn::wire::mongodb {

inline constexpr std::uint32_t kFlagChecksumPresent = 1U << 0;
inline constexpr std::uint32_t kFlagMoreToCome = 1U << 1;
inline constexpr std::uint32_t kFlagExhaustAllowed = 1U << 16;

inline constexpr std::uint8_t kBodySection = 0;
inline constexpr std::uint8_t kSequenceSection = 1;

// No command takes more (bulkWrite takes two).
inline constexpr std::size_t kMaxSequences = 2;
// Of all sequences together; ten times what one command may do, so that commands say so themselves.
inline constexpr std::size_t kMaxSequenceDocuments = 1'000'000;

// Fills `request` from a whole message, header included. After an error to be answered, `id` and
// `more_to_come` are set, so that the answer can be addressed, or kept back.
Parsed<void> parse_op_msg(Bytes message, Request& request);

}  // namespace cairn::wire::mongodb
