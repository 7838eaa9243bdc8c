// The bytes of the key encoding that never change: type bytes, terminators, tags of the type bits.
// FORMAT.md explains.
//
// No type byte, nor its complement, is 0x00..0x03 or 0xFC..0xFF, so that neither a terminator of a
// key nor the 0xFF after an escaped NUL can be taken for the start of a component in either
// direction. Every type has an unused byte below and above it: bounds between types
// (`Encoder::below`, `above`) and future types live there.
#pragma once

#include <cstdint>

namespace cairn::key {

// MongoDB's canonical type of a value: values of different ranks compare by rank alone. The number
// is the type byte (of numbers and booleans: the lowest of several), and what stands before a
// field's name inside an object.
enum class Rank : std::uint8_t {
  kMinKey = 0x08,
  kUndefined = 0x10,
  kNull = 0x18,
  kNumber = 0x20,
  kString = 0x48,  // and symbols
  kObject = 0x50,
  kArray = 0x58,
  kBinary = 0x60,
  kObjectId = 0x68,
  kBoolean = 0x70,
  kDate = 0x78,
  kTimestamp = 0x80,
  kRegex = 0x88,
  kDbPointer = 0x90,
  kCode = 0x98,
  kCodeWithScope = 0xA0,
  kMaxKey = 0xF0,
};

// What ends a key. kEnd ends a stored key; kLess and kGreater end a bound, which then sorts before
// or after every stored key that begins with the same components.
enum class Terminator : std::uint8_t { kLess = 0x01, kEnd = 0x02, kGreater = 0xFE };

enum class Direction : std::uint8_t { kAscending, kDescending };

// Objects, arrays and scopes inside one another; the Decoder refuses more.
inline constexpr int kMaxKeyNesting = 200;

namespace layout {

// Type bytes of numbers. Integers: by the number of bytes of twice the integer part, so n counts
// from 1 to 8.
inline constexpr std::uint8_t kNan = 0x20;
inline constexpr std::uint8_t kNegativeHuge = 0x21;
inline constexpr std::uint8_t kNegativeInteger = 0x2A;  // minus n: 0x22 (8 bytes) .. 0x29 (1 byte)
inline constexpr std::uint8_t kNegativeSmall = 0x2A;
inline constexpr std::uint8_t kZero = 0x2B;
inline constexpr std::uint8_t kPositiveSmall = 0x2C;
inline constexpr std::uint8_t kPositiveInteger = 0x2C;  // plus n: 0x2D (1 byte) .. 0x34 (8 bytes)
inline constexpr std::uint8_t kPositiveHuge = 0x35;

inline constexpr std::uint8_t kFalse = 0x70;
inline constexpr std::uint8_t kTrue = 0x71;

// Inside a component.
inline constexpr std::uint8_t kClose = 0x00;       // ends strings, names, objects, arrays
inline constexpr std::uint8_t kEscapedNul = 0xFF;  // after 0x00: a NUL that belongs to the string
inline constexpr std::uint8_t kLongBinary = 0xFF;  // as a length: four bytes of length follow
inline constexpr int kExponentBias = 0x2000;       // of the decimal exponent of a tie-break

// Double patterns of |x| >= 2^63 are stored less this one, which leaves room for the marker bit.
inline constexpr std::uint64_t kTwoTo63 = 0x43E0000000000000;
inline constexpr std::uint64_t kInfinity = 0x7FF0000000000000;

// One entry of the type bits: high nibble = values passed over that have their default type, low
// nibble = tag.
enum class Tag : std::uint8_t {
  kSkip = 0,  // only as 0xF0: pass over 16 values
  kInt64 = 1,
  kDouble = 2,
  kNegativeZero = 3,  // a double
  kDecimal = 4,       // without unneeded trailing zeros
  kDecimalZeros1 = 5,
  kDecimalZeros2 = 6,
  kDecimalZeros = 7,  // 1 byte follows: how many, from 3
  kDecimalRaw = 8,    // 16 bytes follow: low, high, little-endian (NaNs, non-canonical encodings)
  kDoubleRaw = 9,     // 8 bytes follow, little-endian (NaNs)
  kSymbol = 10,
  kDecimalZero = 11,  // 2 bytes follow, big-endian: sign bit, biased exponent
};

}  // namespace layout
}  // namespace cairn::key
