// Stems words by Snowball: "running" and "runs" are "run". The only file pair that sees libstemmer.
#pragma once

#include "index/text/language.h"

#include <string_view>

namespace cairn::text {

// Reuses the thread's stemmer of that language; the result lives until the thread stems the next
// word. A language without stemmer gives the word back.
std::string_view stem(const Language& language, std::string_view word);

}  // namespace cairn::text
