#include "engine/plan/regex_prefix.h"

#include <cctype>

namespace cairn::plan {
namespace {

bool is_special(char c) { return std::string_view("^$.[]()|{}").find(c) != std::string_view::npos; }

// Takes back the last character (not byte) of UTF-8.
void drop_character(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) {
    text.pop_back();
  }
  if (!text.empty()) text.pop_back();
}

// Up to the first thing that is no plain character.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  RegexPrefix read() {
    while (!rest_.empty() && step()) {
    }
    found_.exact = (rest_.empty() || rest_ == ".*") && !found_.text.empty() && !cut_;
    return std::move(found_);
  }

 private:
  // False: nothing more is known.
  bool step() {
    const char c = rest_.front();
    if (c == '*' || c == '?' || c == '{') {
      drop_character(found_.text);
      return stop();
    }
    if (c == '+') return stop();
    if (c == '\\') return escaped();
    if (is_special(c)) return rest_ != ".*" && stop();
    found_.text.push_back(c);
    rest_.remove_prefix(1);
    return true;
  }

  bool escaped() {
    if (rest_.starts_with("\\Q")) return quoted();
    if (rest_.size() < 2 || std::isalnum(static_cast<unsigned char>(rest_[1])) != 0) return stop();
    if ((static_cast<unsigned char>(rest_[1]) & 0x80) != 0) return stop();
    found_.text.push_back(rest_[1]);
    rest_.remove_prefix(2);
    return true;
  }

  // A quantifier behind the quotation takes its last character only.
  bool quoted() {
    const std::size_t end = rest_.find("\\E", 2);
    if (end == std::string_view::npos) {
      found_.text.append(rest_.substr(2));
      rest_ = {};
      return false;
    }
    found_.text.append(rest_.substr(2, end - 2));
    rest_.remove_prefix(end + 2);
    return true;
  }

  bool stop() {
    cut_ = true;
    return false;
  }

  std::string_view rest_;
  RegexPrefix found_;
  bool cut_ = false;
};

}  // namespace

RegexPrefix regex_prefix(std::string_view pattern, std::string_view flags) {
  bool lines = false;
  for (const char flag : flags) {
    if (flag == 'm') {
      lines = true;
    } else if (flag != 's' && flag != 'u') {
      return {};
    }
  }
  if (pattern.find('|') != std::string_view::npos) return {};
  if (pattern.starts_with("\\A")) return Reader(pattern.substr(2)).read();
  if (pattern.starts_with('^') && !lines) return Reader(pattern.substr(1)).read();
  return {};
}

}  // namespace cairn::plan
