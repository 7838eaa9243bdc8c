#include "engine/match/bits.h"

#include "engine/bson/shell_text.h"
#include "engine/match/integer.h"

#include <cmath>
#include <limits>

namespace cairn::match {
namespace {

// The bits of a stored value; beyond its bytes a number repeats its sign, binary data has zeros.
class Bits {
 public:
  static std::optional<Bits> of(ValueView value) {
    if (value.type() == BsonType::kBinary) return Bits(value.as_binary().bytes);
    if (!value.is_number()) return std::nullopt;
    const auto number = value.to_int64_exact();
    if (!number) return std::nullopt;
    return Bits(*number);
  }

  bool test(std::uint32_t position) const {
    if (!bytes_.empty()) {
      const std::size_t byte = position / 8;
      return byte < bytes_.size() && ((bytes_[byte] >> (position % 8)) & 1) != 0;
    }
    return ((number_ >> std::min(position, 63U)) & 1) != 0;
  }

 private:
  explicit Bits(std::int64_t number) : number_(number) {}
  explicit Bits(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::int64_t number_ = 0;
  std::span<const std::uint8_t> bytes_;  // empty: `number_` counts
};

class BitsTest final : public ValueTest {
 public:
  BitsTest(BitTest which, std::vector<std::uint32_t> positions)
      : which_(which), positions_(std::move(positions)) {}

  bool test(ValueView value, Trace&) const override {
    const std::optional<Bits> bits = Bits::of(value);
    if (!bits) return false;
    const bool wanted = which_ == BitTest::kAllSet || which_ == BitTest::kAnySet;
    const bool any = which_ == BitTest::kAnySet || which_ == BitTest::kAnyClear;
    for (const std::uint32_t position : positions_) {
      if ((bits->test(position) == wanted) == any) return any;
    }
    return !any;
  }

 private:
  BitTest which_;
  std::vector<std::uint32_t> positions_;
};

void add_byte(std::uint8_t byte, std::size_t at, std::vector<std::uint32_t>& positions) {
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((byte >> bit) & 1) positions.push_back(static_cast<std::uint32_t>(at) * 8 + bit);
  }
}

Status parse_positions(DocumentView list, std::vector<std::uint32_t>& positions) {
  constexpr std::string_view kBegin = "Failed to parse bit position. ";
  for (const Element& element : list) {
    auto position = parse_non_negative(element);
    if (!position.ok()) {
      return {ErrorCode::kBadValue, std::string(kBegin).append(position.status().message())};
    }
    if (*position > std::numeric_limits<std::int32_t>::max()) {
      return {ErrorCode::kBadValue,
              std::string(kBegin) + "Cannot represent " + to_shell_text(element) + " in an int"};
    }
    positions.push_back(static_cast<std::uint32_t>(*position));
  }
  return Status();
}

}  // namespace

Status parse_bits(const Element& argument, BitTest which, const ParseContext& context,
                  Tests& tests) {
  std::vector<std::uint32_t> positions;
  if (argument.value.is_array()) {
    CAIRN_RETURN_IF_ERROR(parse_positions(argument.value.as_document(), positions));
  } else if (argument.value.is_number()) {
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t mask, parse_non_negative(argument));
    for (std::size_t i = 0; i < 8; ++i) {
      add_byte(static_cast<std::uint8_t>(mask >> (i * 8)), i, positions);
    }
  } else if (argument.value.type() == BsonType::kBinary) {
    const auto bytes = argument.value.as_binary().bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) add_byte(bytes[i], i, positions);
  } else {
    return {ErrorCode::kBadValue,
            std::string(context.path) +
                " takes an Array, a number, or a BinData but received: " + to_shell_text(argument)};
  }
  tests.push_back({std::make_unique<BitsTest>(which, std::move(positions))});
  return Status();
}

}  // namespace cairn::match
