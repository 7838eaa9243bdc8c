// Letters: what text indexes see in one code point, by Unicode 8.0 whatever ICU's version, so that
// an index made with one version of ICU can be read with another. Constant-time after the first
// call; any thread. Source: Unicode's property lists and CaseFolding.txt; which of them MongoDB's
// engine takes was read off it for every code point.
#pragma once

#include <string>
#include <string_view>

namespace cairn::text {

// Between words: dashes, hyphens, syntax, quotation marks, terminal punctuation, white space. The
// apostrophe is one, which English words may have inside all the same.
bool is_delimiter(char32_t letter);

// Simple case folding; `turkic`: I and İ become ı and i.
char32_t fold_case(char32_t letter, bool turkic);

// The letter without its marks ("é" is "e"); 0 of a mark by itself, which vanishes.
char32_t bare(char32_t letter);

// Takes the first code point off `text`, which is UTF-8 and not empty. A byte that is not UTF-8 is
// taken alone, as U+FFFD.
char32_t take_letter(std::string_view& text);
void append_letter(char32_t letter, std::string& out);

}  // namespace cairn::text
