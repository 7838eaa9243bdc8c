// Regular expressions by PCRE2, as MongoDB uses them: UTF-8, options i, m, s, x, u. The only place
// that includes PCRE2.
#pragma once

#include <cairn/status.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace cairn::expr {

// Immutable after compilation; thread-safe.
class Regex {
 public:
  // Part of a text, by bytes.
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  // What the whole expression found, then what each of its groups did: nothing for a group that
  // took no part.
  using Groups = std::vector<std::optional<Span>>;

  // Errors: Location51108 (invalid option), Location51091 (invalid expression), BadValue (a NUL).
  static Result<Regex> compile(std::string_view pattern, std::string_view options);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // Whether it matches somewhere in `text`. An expression that gives up (backtracking limit) does
  // not match.
  bool search(std::string_view text) const;
  // The first match at or behind byte `from`, into `groups`. REQUIRES: `text` is UTF-8, `from` the
  // beginning of a character or the end. Error: Location51156, PCRE2 gave up.
  Result<bool> find(std::string_view text, std::size_t from, Groups& groups) const;

 private:
  struct Code;
  explicit Regex(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

}  // namespace cairn::expr
