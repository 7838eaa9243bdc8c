// Reads a projection's specification field by field; what mode it is in is known once a field other
// than `_id` says so.
#pragma once

#include "engine/project/projection.h"
#include "engine/project/tree.h"

#include <optional>
#include <string>
#include <vector>

namespace cairn::project {

class Parser {
 public:
  // `scope` outlives the parser.
  Parser(Language language, const expr::Scope& scope) : language_(language), scope_(scope) {}

  // Once.
  Result<Mode> parse(DocumentView specification);
  Tree take() { return std::move(tree_); }

 private:
  enum class Id : std::uint8_t { kUnsaid, kIncluded, kExcluded };

  Status fields(DocumentView specification, const std::string& prefix);
  Status one_field(const std::string& path, ValueView value);
  Status operators(const std::string& path, DocumentView document);
  Status flag(const std::string& path, bool keep);
  Status computed(const std::string& path, ValueView value);
  Status positional(const std::string& path, ValueView value);
  Status slice(const std::string& path, ValueView operators);
  Status expression_slice(const std::string& path, ValueView operators, std::string_view why);
  Status elements(const std::string& path, ValueView argument);
  Status meta(const std::string& path, DocumentView operators);
  Status settle(Mode mode);
  Result<Mode> finish();

  Language language_;
  const expr::Scope& scope_;
  Tree tree_;
  std::optional<Mode> mode_;
  Id id_ = Id::kUnsaid;
  std::string_view written_;  // the field that is read, for errors
  // A field that does not settle the mode but leans towards one.
  bool sliced_ = false;
  bool picked_ = false;  // $elemMatch
  bool shows_meta_ = false;
};

}  // namespace cairn::project
