// Stop words: words too common to be searched for. The lists are Snowball's, from the package
// liblingua-stopwords-perl at build time, but for what stop_words.cc adds and takes away.
#pragma once

#include "index/text/language.h"

#include <string_view>
#include <unordered_set>

namespace cairn::text {

// Lower case, with their accents. Views of static text. Any thread.
using StopWords = std::unordered_set<std::string_view>;
const StopWords& stop_words(const Language& language);

}  // namespace cairn::text
