// TextSpec: what the definition of a text index says of the texts in a document: which fields they
// are, what each weighs, and what language it is in. Source: MongoDB's manual, "Text Indexes on
// Self-Managed Deployments"; the walk through arrays and nested documents was read off its engine.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "index/text/language.h"

namespace cairn {

// What the field `_fts` of a text index's key pattern stands for: the fields with weights.
inline constexpr std::string_view kTextField = "_fts";
inline constexpr std::string_view kTextScoreField = "_ftsx";

class TextVisitor {
 public:
  virtual ~TextVisitor() = default;
  virtual void on_text(std::string_view text, const text::Language& language, double weight) = 0;
};

class TextSpec {
 public:
  // `spec` as listIndexes shows it. Error: InternalError where it was never checked.
  static Result<TextSpec> parse(DocumentView spec);

  text::Version version() const { return version_; }
  const text::Language& default_language() const { return *default_language_; }
  std::string_view default_language_name() const { return default_language_name_; }

  // Every text of the document that the index covers, in the document's order.
  // Errors: 17261 (a language that is no string), 17262 (an unknown one).
  Status visit(DocumentView document, TextVisitor& visitor) const;

  // Whether the index may find other texts in `after` than in `before`.
  bool touched(DocumentView before, DocumentView after) const;

 private:
  struct Weight {
    std::string path;
    double weight;
  };
  class Walk;

  // The field's own weight; nullptr: it has none.
  const Weight* find(std::string_view path) const;
  // Whether fields inside it may have weights.
  bool leads_on(std::string_view path) const;

  text::Version version_ = text::Version::k3;
  const text::Language* default_language_ = nullptr;
  std::string default_language_name_;
  std::string language_override_;
  std::vector<Weight> weights_;  // ascending by path
  bool everything_ = false;      // "$**"
};

}  // namespace cairn
