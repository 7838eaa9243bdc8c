#include "index/text/letters.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace cairn::text {
namespace {

constexpr char32_t kEnd = 0x110000;
constexpr char32_t kReplacement = 0xFFFD;
// MongoDB's tables are of this version.
constexpr std::uint8_t kUnicodeMajor = 8;
constexpr std::uint8_t kUnicodeMinor = 0;

// Letters that have got or lost a property since then.
constexpr char32_t kNoLongerPunctuation = 0x166D;
constexpr char32_t kSincePunctuation = 0x061E;
constexpr std::pair<char32_t, char32_t> kSinceDiacritic[] = {
    {0x1063, 0x1064}, {0x1069, 0x106D}, {0x135D, 0x135F}, {0x1714, 0x1714},   {0x1ABE, 0x1ABE},
    {0x1DFC, 0x1DFC}, {0xA700, 0xA716}, {0xA789, 0xA78A}, {0x11046, 0x11046}, {0x16B30, 0x16B36},
};

UChar32 icu(char32_t letter) { return static_cast<UChar32>(letter); }

bool existed(char32_t letter) {
  UVersionInfo age;
  u_charAge(icu(letter), age);
  return age[0] != 0 &&
         (age[0] < kUnicodeMajor || (age[0] == kUnicodeMajor && age[1] <= kUnicodeMinor));
}

bool is_mark(char32_t letter) {
  for (const auto& [first, last] : kSinceDiacritic) {
    if (letter >= first && letter <= last) return false;
  }
  return u_hasBinaryProperty(icu(letter), UCHAR_DIACRITIC) != 0 && existed(letter);
}

bool has_delimiter_property(char32_t letter) {
  if (letter == kNoLongerPunctuation) return true;
  if (letter == kSincePunctuation) return false;
  // Never changes, and holds what is not assigned yet.
  if (u_hasBinaryProperty(icu(letter), UCHAR_PATTERN_SYNTAX) != 0) return true;
  for (const UProperty property : {UCHAR_DASH, UCHAR_HYPHEN, UCHAR_QUOTATION_MARK,
                                   UCHAR_TERMINAL_PUNCTUATION, UCHAR_WHITE_SPACE}) {
    if (u_hasBinaryProperty(icu(letter), property) != 0) return existed(letter);
  }
  return false;
}

// Taken apart, without marks, put together again: if that is one letter, it is this one's bare
// form.
char32_t compute_bare(char32_t letter, const UNormalizer2* apart, const UNormalizer2* together) {
  constexpr int kMost = 64;
  std::array<UChar, kMost> whole;
  std::array<UChar, kMost> parts;
  UErrorCode error = U_ZERO_ERROR;
  int size = 0;
  U16_APPEND_UNSAFE(whole, size, letter);
  const int count = unorm2_normalize(apart, whole.data(), size, parts.data(), kMost, &error);
  std::array<UChar, kMost> kept;
  int kept_size = 0;
  for (int i = 0; i < count && U_SUCCESS(error);) {
    UChar32 part = 0;
    U16_NEXT(parts, i, count, part);
    if (!is_mark(static_cast<char32_t>(part))) U16_APPEND_UNSAFE(kept, kept_size, part);
  }
  const int end = unorm2_normalize(together, kept.data(), kept_size, whole.data(), kMost, &error);
  if (U_FAILURE(error)) return letter;
  if (end == 0) return 0;
  int at = 0;
  UChar32 result = 0;
  U16_NEXT(whole, at, end, result);
  return at == end ? static_cast<char32_t>(result) : letter;
}

// What a letter becomes, for all letters: blocks of 256, of which most are shared.
class Table {
 public:
  struct Row {
    char32_t folded;
    char32_t bare;
    bool delimiter;
  };

  Table() : blocks_(kEnd / kBlock, nullptr) {
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2* const apart = unorm2_getNFDInstance(&error);
    const UNormalizer2* const together = unorm2_getNFCInstance(&error);
    for (char32_t letter = 1; letter < kEnd; ++letter) {
      if (letter == kUnassignedPlanes) letter = kEnd - 1;
      if (!U_IS_SURROGATE(letter)) note(letter, apart, together);
    }
  }

  Row at(char32_t letter) const {
    const Block* const block = letter < kEnd ? blocks_[letter / kBlock] : nullptr;
    return block == nullptr ? Row{letter, letter, false} : (*block)[letter % kBlock];
  }

 private:
  static constexpr char32_t kBlock = 256;
  static constexpr char32_t kUnassignedPlanes = 0x20000;  // from here on no letter has any of it
  using Block = std::array<Row, kBlock>;

  void note(char32_t letter, const UNormalizer2* apart, const UNormalizer2* together) {
    Row row{letter, letter, has_delimiter_property(letter)};
    if (existed(letter)) {
      row.folded = static_cast<char32_t>(u_foldCase(icu(letter), U_FOLD_CASE_DEFAULT));
      const bool composed =
          unorm2_hasBoundaryBefore(apart, icu(letter)) == 0 ||
          u_getIntPropertyValue(icu(letter), UCHAR_DECOMPOSITION_TYPE) == U_DT_CANONICAL;
      if (composed || is_mark(letter)) row.bare = compute_bare(letter, apart, together);
    }
    if (row.folded == letter && row.bare == letter && !row.delimiter) return;
    Block*& block = blocks_[letter / kBlock];
    if (block == nullptr) {
      owned_.push_back(std::make_unique<Block>());
      block = owned_.back().get();
      const char32_t first = letter / kBlock * kBlock;
      for (char32_t i = 0; i < kBlock; ++i) (*block)[i] = {first + i, first + i, false};
    }
    (*block)[letter % kBlock] = row;
  }

  std::vector<Block*> blocks_;
  std::vector<std::unique_ptr<Block>> owned_;
};

const Table& table() {
  static const Table kTable;
  return kTable;
}

}  // namespace

bool is_delimiter(char32_t letter) { return table().at(letter).delimiter; }

char32_t fold_case(char32_t letter, bool turkic) {
  constexpr char32_t kDottedCapital = 0x130;
  constexpr char32_t kDotlessSmall = 0x131;
  if (turkic && letter == 'I') return kDotlessSmall;
  if (turkic && letter == kDottedCapital) return 'i';
  return table().at(letter).folded;
}

char32_t bare(char32_t letter) { return table().at(letter).bare; }

char32_t take_letter(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  std::int32_t size = 0;
  UChar32 letter = 0;
  U8_NEXT(text.data(), size, static_cast<std::int32_t>(text.size()), letter);
  text.remove_prefix(letter < 0 ? 1 : static_cast<std::size_t>(size));
  return letter < 0 ? kReplacement : static_cast<char32_t>(letter);
}

void append_letter(char32_t letter, std::string& out) {
  if (letter < 0x80) {
    out.push_back(static_cast<char>(letter));
    return;
  }
  std::array<char, U8_MAX_LENGTH> bytes;
  int size = 0;
  U8_APPEND_UNSAFE(bytes, size, letter);
  out.append(bytes.data(), static_cast<std::size_t>(size));
}

}  // namespace cairn::text
