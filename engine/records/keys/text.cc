// Text indexes: a key per term, with its score between the values of the fields before and behind.
// The terms of a document are found by index/text; FORMAT.md of engine/storage has the row.
#include "engine/records/keys/generators.h"
#include "engine/records/keys/text_term.h"

#include "engine/bson/key_string.h"
#include "engine/bson/shell_text.h"
#include "index/text/term_scores.h"

#include <array>

namespace cairn::records {
namespace {

class Scoring final : public TextVisitor {
 public:
  Scoring(text::Version version, text::TermScores& scores) : version_(version), scores_(scores) {}
  void on_text(std::string_view text, const text::Language& language, double weight) override {
    scores_.add_field(text, language, version_, weight);
  }

 private:
  text::Version version_;
  text::TermScores& scores_;
};

// What a field beside the text has; arrays are refused.
Result<ValueView> text_value(DocumentView document, const FieldPath& path) {
  const path_detail::Stop stop = path_detail::walk_documents(document, path, 0);
  if (stop.value.is_array()) {
    return Status(ErrorCode::kCannotBuildIndexKeys,
                  "Field '" + std::string(path.text()) +
                      "' of text index contains an array in document: " + to_shell_text(document));
  }
  return stop.next == path.size() ? stop.value : ValueView();
}

}  // namespace

Status text_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  const std::vector<IndexField>& fields = index.fields();
  std::array<ValueView, kMaxKeyFields> values;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == kTextField || fields[i].name == kTextScoreField) continue;
    CAIRN_ASSIGN_OR_RETURN(values[i], text_value(document, fields[i].path));
  }
  thread_local text::TermScores scores;
  scores.clear();
  Scoring scoring(index.text()->version(), scores);
  CAIRN_RETURN_IF_ERROR(index.text()->visit(document, scoring));
  std::string scratch;
  for (const auto& [term, score] : scores.scores()) {
    keys.add([&](key::Encoder& encoder) {
      for (std::size_t i = 0; i < fields.size(); ++i) {
        encoder.begin(fields[i].direction);
        if (fields[i].name == kTextField) {
          encoder.string(text_term(term, scratch));
        } else if (fields[i].name == kTextScoreField) {
          encoder.number(score);
        } else {
          append_key(values[i], encoder);
        }
      }
    });
  }
  return Status();
}

}  // namespace cairn::records
