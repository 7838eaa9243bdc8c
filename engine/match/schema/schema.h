// JSON Schema, draft 4, as MongoDB's `$jsonSchema` has it: without `$ref`, `format` and `default`,
// with `bsonType`. Source: MongoDB's manual, "$jsonSchema".
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <string_view>
#include <vector>

namespace cairn::match {

class Rule;
using RulePtr = std::unique_ptr<const Rule>;
class Schema;
using SchemaPtr = std::unique_ptr<const Schema>;

// Immutable, thread-safe; borrows from the document that it was parsed from.
class Schema {
 public:
  // Errors: FailedToParse, TypeMismatch, BadValue.
  static Result<SchemaPtr> parse(DocumentView schema, int depth = 0);
  ~Schema();

  // REQUIRES: the value is not missing.
  bool holds(ValueView value) const;
  // Whether no document at all is valid, because only values that are none are.
  bool refuses_documents() const { return refuses_documents_; }

  // Pushes to the array that `out` is in the rules that are broken. REQUIRES: !holds(value).
  void explain(ValueView value, DocumentBuilder& out) const;
  // Appends the schema's `title` and `description`, where it has them.
  void annotate(DocumentBuilder& out) const;

 private:
  Schema() = default;

  std::vector<RulePtr> rules_;
  ValueView title_;
  ValueView description_;
  bool refuses_documents_ = false;
};

}  // namespace cairn::match
