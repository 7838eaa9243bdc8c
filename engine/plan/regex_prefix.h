// RegexPrefix: the text with which every string that a regular expression finds begins.
#pragma once

#include <string>
#include <string_view>

namespace cairn::plan {

struct RegexPrefix {
  std::string text;    // empty: it may begin with anything
  bool exact = false;  // every string that begins so is found
};

RegexPrefix regex_prefix(std::string_view pattern, std::string_view flags);

}  // namespace cairn::plan
