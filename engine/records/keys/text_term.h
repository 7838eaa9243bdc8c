// A term as a text index holds it. What is too long for a key is cut off and told apart by a hash.
#pragma once

#include <string>
#include <string_view>

namespace cairn::records {

inline constexpr std::size_t kMostTermBytes = 256;

// The term itself, or a view of `scratch`.
std::string_view text_term(std::string_view term, std::string& scratch);

}  // namespace cairn::records
