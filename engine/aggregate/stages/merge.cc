// $merge: writes the documents into a collection, each according to whether that has it already.
#include "engine/aggregate/merge_rule.h"
#include "engine/aggregate/stage.h"
#include "engine/aggregate/writing_stream.h"
#include "engine/write/insert.h"
#include "engine/write/update.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cairn::aggregate {
namespace {

class Merging final : public WritingStream {
 public:
  Merging(StreamPtr input, const MergeRule& rule, Environment& environment)
      : WritingStream(std::move(input), environment),
        rule_(rule),
        collation_(collation_of(environment)) {}

 protected:
  Status begin(const Interrupt* interrupt) override {
    options_.operation.interrupt = interrupt;
    options_.operation.let = environment_.let;
    options_.ordered = false;
    options_.bypass_document_validation = environment_.bypass_document_validation;
    return Status();
  }

  Status gather(DocumentView document) override {
    CAIRN_RETURN_IF_ERROR(batch_.add(document, missing_id()));
    const DocumentView added = batch_.documents().back();
    CAIRN_RETURN_IF_ERROR(check_key(added));
    if (rule_.when_matched != MergeRule::WhenMatched::kPipeline) return Status();
    evaluation_.begin(added);
    DocumentBuilder constants;
    for (const MergeRule::Variable& variable : rule_.variables) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, variable.expression->evaluate(evaluation_));
      constants.append(variable.name, value);
    }
    constants_.push_back(constants.take());
    return Status();
  }

  Status write_batch(const Interrupt*) override {
    using When = MergeRule::WhenMatched;
    if (rule_.when_matched == When::kFail) return insert(batch_.views());
    std::vector<Document> made;  // filters and updates
    std::vector<UpdateStatement> statements;
    made.reserve(2 * batch_.documents().size());
    for (std::size_t i = 0; i < batch_.documents().size(); ++i) {
      statements.push_back(statement(i, made));
    }
    CAIRN_ASSIGN_OR_RETURN(
        const UpdateResult result,
        write::update(environment_.engine, rule_.target(), statements, options_));
    constants_.clear();
    if (!result.errors.empty()) return failed(result.errors.front().status);
    return check_unmatched(result);
  }

 private:
  // A document that is found by other fields keeps the `_id` that it has; one that is not found
  // gets its `_id` where it is inserted.
  MissingId missing_id() const {
    const bool by_id = std::any_of(rule_.on.begin(), rule_.on.end(),
                                   [](const FieldPath& path) { return path.text() == "_id"; });
    return by_id ? MissingId::kMake : MissingId::kLeave;
  }

  Status check_key(DocumentView document) const {
    for (const FieldPath& path : rule_.on) {
      const ValueView value = find_path(document, path);
      if (value.is_array()) {
        return {location(51185),
                fmt::format("$merge write error: 'on' field '{}' is an array", path.text())};
      }
      if (rule_.on_sparse && !value.has_value()) {
        return {location(51132),
                "$merge write error: 'on' field cannot be missing, null or undefined if "
                "supporting index is sparse"};
      }
    }
    return Status();
  }

  Document key_filter(DocumentView document) const {
    DocumentBuilder filter;
    for (const FieldPath& path : rule_.on) {
      const ValueView value = find_path(document, path);
      filter.begin_document(path.text());
      filter.append("$eq", value.missing() ? expr::Evaluation::null() : value).end();
    }
    return filter.take();
  }

  UpdateStatement statement(std::size_t i, std::vector<Document>& made) const {
    using When = MergeRule::WhenMatched;
    const DocumentView document = batch_.documents()[i];
    UpdateStatement statement;
    made.push_back(key_filter(document));
    statement.filter = made.back();
    statement.collation = collation_;
    // The document itself, not what the update makes of none.
    statement.upsert = rule_.when_not_matched == MergeRule::WhenNotMatched::kInsert;
    statement.upsert_document = document;
    switch (rule_.when_matched) {
      case When::kReplace:
        statement.update = document.as_value();
        break;
      case When::kMerge:
      case When::kKeepExisting:
        made.push_back(cairn::document(rule_.when_matched == When::kMerge ? "$set" : "$setOnInsert",
                                       document));
        statement.update = made.back().view().as_value();
        break;
      case When::kPipeline:
        statement.update = rule_.pipeline;
        statement.constants = constants_[i];
        break;
      case When::kFail:
        break;
    }
    return statement;
  }

  Status check_unmatched(const UpdateResult& result) const {
    if (rule_.when_not_matched != MergeRule::WhenNotMatched::kFail) return Status();
    for (const UpdateOutcome& outcome : result.outcomes) {
      if (outcome.matched > 0) continue;
      return {ErrorCode::kMergeStageNoMatchingDocument,
              "$merge could not find a matching document in the target collection for at least "
              "one document in the source collection"};
    }
    return Status();
  }

  Status insert(const std::vector<DocumentView>& documents) {
    CAIRN_ASSIGN_OR_RETURN(const InsertResult result,
                           write::insert(environment_.engine, rule_.target(), documents, options_));
    if (result.errors.empty()) return Status();
    const Status& error = result.errors.front().status;
    if (error.code() != ErrorCode::kDuplicateKey) return error;
    return {error.code(),
            fmt::format("$merge with whenMatched: fail found an existing document with the same "
                        "values for the 'on' fields :: caused by :: {}",
                        error.message()),
            std::string(error.details())};
  }

  static Status failed(const Status& error) {
    if (error.code() != ErrorCode::kImmutableField) return error;
    return {error.code(), fmt::format("$merge failed to update the matching document, did you "
                                      "attempt to modify the _id or the shard key? :: caused by "
                                      ":: {}",
                                      error.message())};
  }

  // What `on` is looked up by is what the pipeline compares by, whatever the target's own is.
  static Document collation_of(const Environment& environment) {
    const Collation* const collation = environment.around.collation.get();
    return collation == nullptr ? document("locale", "simple") : collation->specification();
  }

  const MergeRule& rule_;
  const Document collation_;
  WriteOptions options_;
  std::vector<Document> constants_;  // of each document: the pipeline's variables
  expr::Evaluation evaluation_;
};

class Merge final : public Stage {
 public:
  Merge(MergeRule rule, Environment& environment)
      : rule_(std::move(rule)), environment_(environment) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Merging>(std::move(input), rule_, environment_));
  }

 private:
  MergeRule rule_;
  Environment& environment_;
};

Result<StagePtr> parse_merge(ValueView specification, Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(MergeRule rule, parse_merge_rule(specification, environment));
  return StagePtr(std::make_unique<Merge>(std::move(rule), environment));
}

}  // namespace

extern const StageRow row_merge{.name = "$merge",
                                .parse = parse_merge,
                                .place = Place::kLast,
                                .in_facet = false,
                                .in_transactions = false};

}  // namespace cairn::aggregate
