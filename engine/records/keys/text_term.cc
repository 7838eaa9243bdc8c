#include "engine/records/keys/text_term.h"

#include "engine/bson/md5.h"

#include <cstdint>
#include <span>

namespace cairn::records {

std::string_view text_term(std::string_view term, std::string& scratch) {
  constexpr std::size_t kHashDigits = 32;
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (term.size() <= kMostTermBytes) return term;
  Md5 md5;
  md5.add(std::span(reinterpret_cast<const std::uint8_t*>(term.data()), term.size()));
  scratch.assign(term.substr(0, kMostTermBytes - kHashDigits));
  for (const std::uint8_t byte : md5.finish()) {
    scratch.push_back(kDigits[byte >> 4]);
    scratch.push_back(kDigits[byte & 0xF]);
  }
  return scratch;
}

}  // namespace cairn::records
