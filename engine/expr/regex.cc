#include "engine/expr/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <optional>
#include <string>

namespace cairn::expr {
namespace {

struct CodeDeleter {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct MatchDataDeleter {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct ContextDeleter {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

// What one search may cost; an expression that backtracks without end must not hold a thread.
constexpr std::uint32_t kMatchLimit = 1'000'000;

std::optional<std::uint32_t> option_bit(char option) {
  switch (option) {
    case 'i':
      return PCRE2_CASELESS;
    case 'm':
      return PCRE2_MULTILINE;
    case 's':
      return PCRE2_DOTALL;
    case 'x':
      return PCRE2_EXTENDED;
    case 'u':
      return 0;  // always on
    default:
      return std::nullopt;
  }
}

pcre2_match_context* limited_context() {
  thread_local const std::unique_ptr<pcre2_match_context, ContextDeleter> context = [] {
    std::unique_ptr<pcre2_match_context, ContextDeleter> made(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(made.get(), kMatchLimit);
    return made;
  }();
  return context.get();
}

}  // namespace

struct Regex::Code {
  std::unique_ptr<pcre2_code, CodeDeleter> code;
  std::uint32_t groups = 0;
};

Regex::Regex(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::compile(std::string_view pattern, std::string_view options) {
  if (pattern.find('\0') != std::string_view::npos) {
    return Status(ErrorCode::kBadValue, "Regular expression cannot contain an embedded null byte");
  }
  std::uint32_t bits = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
  for (const char option : options) {
    const auto bit = option_bit(option);
    if (!bit) {
      return Status(location(51108), std::string("invalid flag in regex options: ") + option);
    }
    bits |= *bit;
  }
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto code = std::make_unique<Code>();
  code->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), bits,
                                 &error, &offset, nullptr));
  if (code->code == nullptr) {
    PCRE2_UCHAR message[256];
    pcre2_get_error_message(error, message, sizeof message);
    return Status(location(51091), std::string("Regular expression is invalid: ") +
                                       reinterpret_cast<const char*>(message));
  }
  pcre2_pattern_info(code->code.get(), PCRE2_INFO_CAPTURECOUNT, &code->groups);
  pcre2_jit_compile(code->code.get(), PCRE2_JIT_COMPLETE);
  return Regex(std::move(code));
}

bool Regex::search(std::string_view text) const {
  // Match data is per thread and per use; a small one is cheap, and PCRE2 wants one.
  thread_local const std::unique_ptr<pcre2_match_data, MatchDataDeleter> data(
      pcre2_match_data_create(1, nullptr));
  return pcre2_match(code_->code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                     0, data.get(), limited_context()) >= 0;
}

Result<bool> Regex::find(std::string_view text, std::size_t from, Groups& groups) const {
  thread_local std::unique_ptr<pcre2_match_data, MatchDataDeleter> data;
  thread_local std::uint32_t capacity = 0;
  if (capacity < code_->groups + 1) {
    capacity = code_->groups + 1;
    data.reset(pcre2_match_data_create(capacity, nullptr));
  }
  const int found =
      pcre2_match(code_->code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
                  PCRE2_NO_UTF_CHECK, data.get(), limited_context());
  if (found == PCRE2_ERROR_NOMATCH) return false;
  if (found < 0) {
    PCRE2_UCHAR message[256];
    pcre2_get_error_message(found, message, sizeof message);
    return Status(location(51156),
                  std::string("Error occurred while executing the regular expression. Result "
                              "code: ") +
                      reinterpret_cast<const char*>(message));
  }
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
  groups.assign(code_->groups + 1, std::nullopt);
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(found); ++i) {
    if (ends[2 * i] != PCRE2_UNSET) groups[i] = Span{ends[2 * i], ends[2 * i + 1]};
  }
  return true;
}

}  // namespace cairn::expr
