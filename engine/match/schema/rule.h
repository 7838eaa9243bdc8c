// A rule of a JSON Schema: what one keyword demands of a value.
#pragma once

#include "engine/match/schema/schema.h"
#include "engine/match/type_set.h"

#include <cairn/interrupt_scope.h>

#include <functional>

namespace cairn::match {

// For loops over a value's parts, which tell nobody of an error: they end early once the thread's
// interrupt has come. Who asked the schema then looks at the interrupt.
class Patience {
 public:
  bool over() { return ++steps_ % kStepsPerLook == 0 && !InterruptScope::check().ok(); }

 private:
  static constexpr std::uint32_t kStepsPerLook = 4;  // one may search by a regular expression
  std::uint32_t steps_ = 0;
};

// Immutable, thread-safe. Rules borrow from the schema's document.
class Rule {
 public:
  virtual ~Rule() = default;
  // REQUIRES: the value is not missing.
  virtual bool holds(ValueView value) const = 0;
  // Pushes to the array that `out` is in what of the value breaks the rule, in MongoDB's words.
  // REQUIRES: it does not hold.
  virtual void explain(ValueView value, DocumentBuilder& out) const = 0;
};

// The keywords of one schema while it is parsed, and the rules made of them so far.
struct SchemaParts {
  DocumentView schema;
  TypeSet stated;  // by `type` or `bsonType`; empty: any
  int depth = 0;
  std::vector<RulePtr> rules = {};

  ValueView operator[](std::string_view keyword) const { return schema.find(keyword); }
  // Whether values of these types may be valid at all, so that a keyword about them has a meaning.
  bool may_be(const TypeSet& types) const { return stated.empty() || stated.meets(types); }
  bool may_be(BsonType type) const;
  Result<SchemaPtr> nested(DocumentView schema) const;
};

// Each adds the rules of some keywords, in the order in which MongoDB explains them.
Status parse_string_rules(SchemaParts& parts);
Status parse_number_rules(SchemaParts& parts);
Status parse_array_rules(SchemaParts& parts);
Status parse_object_rules(SchemaParts& parts);
Status parse_combination_rules(SchemaParts& parts);  // allOf, anyOf, oneOf, not
Status parse_value_rules(SchemaParts& parts);        // enum, type, bsonType
Status parse_encryption_rules(SchemaParts& parts);   // encrypt, encryptMetadata
Result<TypeSet> parse_stated_types(DocumentView schema);

// A rule about one kind of value that compares it with the keyword's argument: all others are left
// alone.
struct SimpleRule {
  Element keyword;
  TypeSet types;
  std::string_view reason;
  std::function<bool(ValueView)> holds;
  ValueView modifier = {};  // of `exclusiveMinimum` and its like, for the explanation
  std::string_view modifier_name = {};
  // What the explanation says of the value: by default, the value itself.
  std::function<void(ValueView, DocumentBuilder&)> consider = {};
};
RulePtr simple_rule(SimpleRule rule);

// The beginnings of errors: "$jsonSchema keyword 'minimum'".
std::string about_keyword(std::string_view keyword);
Status wrong_type(std::string_view keyword, std::string_view demand);
Status failed_to_parse(std::string_view keyword, std::string_view demand);

// Opens a document in the array of `out` that names the keyword; `specified` also shows its
// argument.
void begin_explanation(std::string_view keyword, DocumentBuilder& out);
void append_specified(const Element& keyword, DocumentBuilder& out);

// Equal as MongoDB's schemas compare: the order of a document's fields does not count.
bool equal_unordered(ValueView a, ValueView b);
// The same for values that are equal so.
std::uint64_t hash_unordered(ValueView value);

}  // namespace cairn::match
