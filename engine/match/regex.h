// Regular expressions by PCRE2, as MongoDB uses them: UTF-8, options i, m, s, x, u. The only place
// that includes PCRE2.
#pragma once

#include <cairn/status.h>

#include <memory>
#include <string_view>

namespace cairn::match {

// Immutable after compilation; thread-safe.
class Regex {
 public:
  // Errors: Location51108 (invalid option), Location51091 (invalid expression), BadValue (a NUL).
  static Result<Regex> compile(std::string_view pattern, std::string_view options);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // Whether it matches somewhere in `text`. An expression that gives up (backtracking limit) does
  // not match.
  bool search(std::string_view text) const;

 private:
  struct Code;
  explicit Regex(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

}  // namespace cairn::match
