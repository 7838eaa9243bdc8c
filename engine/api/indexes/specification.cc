#include "engine/api/indexes/specification.h"

#include "engine/api/indexes/expiry.h"
#include "engine/api/indexes/geo_options.h"
#include "engine/api/indexes/key_pattern.h"
#include "engine/api/indexes/partial_filter.h"
#include "engine/api/indexes/refusals.h"
#include "engine/api/indexes/storage_engine.h"
#include "engine/api/indexes/text_options.h"
#include "engine/api/indexes/wildcard_projection.h"
#include "engine/bson/shell_text.h"
#include "engine/bson/type_name.h"
#include "engine/catalog/geo_spec.h"
#include "engine/catalog/index_entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

namespace cairn::api {
namespace {

enum class Takes : std::uint8_t {
  kAnything,
  kTruth,  // a boolean or a number; kept as a boolean
  kFlag,   // the same; kept only if true
  kBool,   // kept only if true
  kNumber,
  kWhole,  // a number, kept as an integer
  kObject,
  kString,
};
enum class Kept : std::uint8_t { kYes, kNo };

struct Option {
  std::string_view name;
  Takes takes;
  Kept kept = Kept::kYes;
};

// Those of one kind of index are kept with others too: two that differ in them are not the same.
constexpr Option kOptions[] = {
    {"v", Takes::kNumber},
    {"key", Takes::kObject},
    {"name", Takes::kAnything},
    {"ns", Takes::kAnything, Kept::kNo},
    {"unique", Takes::kTruth},
    {"sparse", Takes::kTruth},
    {"background", Takes::kTruth},
    {"hidden", Takes::kBool},
    {"prepareUnique", Takes::kFlag},
    {"expireAfterSeconds", Takes::kAnything},
    {"partialFilterExpression", Takes::kObject},
    {"collation", Takes::kObject},
    {"storageEngine", Takes::kAnything},
    {"wildcardProjection", Takes::kAnything},
    {"clustered", Takes::kFlag},
    {"dropDups", Takes::kTruth, Kept::kNo},
    {"_id", Takes::kAnything, Kept::kNo},  // of what some old version has listed
    {"originalSpec", Takes::kObject, Kept::kNo},
    {"weights", Takes::kAnything, Kept::kNo},
    {"default_language", Takes::kString},
    {"language_override", Takes::kString},
    {"textIndexVersion", Takes::kNumber},
    {"2dsphereIndexVersion", Takes::kNumber},
    {"bits", Takes::kWhole},
    {"min", Takes::kNumber},
    {"max", Takes::kNumber},
    {"bucketSize", Takes::kNumber},
    {"finestIndexedLevel", Takes::kNumber},
    {"coarsestIndexedLevel", Takes::kNumber},
};

constexpr std::string_view kIdOptions[] = {"key", "name", "v", "ns", "collation", "_id"};

const Option* find_option(std::string_view name) {
  const auto* found = std::ranges::find(kOptions, name, &Option::name);
  return found == std::end(kOptions) ? nullptr : found;
}

Status must_be(std::string_view name, std::string_view what, ValueView value) {
  return {ErrorCode::kTypeMismatch, fmt::format("The field '{}' must be {}, but got {}", name, what,
                                                type_name(value.type()))};
}

class Specification {
 public:
  Specification(DocumentView given, const SpecificationContext& context)
      : given_(given), context_(context) {}

  Result<Document> complete() {
    Status checked;
    for (const auto check : {&Specification::check_given, &Specification::check_name,
                             &Specification::check_key, &Specification::check_version,
                             &Specification::check_projection, &Specification::check_weights,
                             &Specification::check_uniqueness, &Specification::check_clustered}) {
      checked = (this->*check)();
      if (!checked.ok()) return located(checked);
    }
    if (context_.by_id && is_id_pattern(key_)) return complete_id();
    CAIRN_RETURN_IF_ERROR(check_id_name());
    CAIRN_RETURN_IF_ERROR(check_expiry(given_));
    for (const auto check : {&Specification::check_kind, &Specification::check_filter,
                             &Specification::check_engine, &Specification::check_together}) {
      checked = (this->*check)();
      if (!checked.ok()) return located(checked);
    }
    CAIRN_RETURN_IF_ERROR(read_collation());
    if (text_ || is_grid_pattern(key_)) CAIRN_RETURN_IF_ERROR(check_no_collation());
    return build();
  }

 private:
  Status located(const Status& status) const {
    return {status.code(),
            fmt::format("Error in specification {} :: caused by :: {}", to_shell_text(given_),
                        status.message()),
            std::string(status.details())};
  }

  Status check_given() { return check_options(given_); }

  Status check_options(DocumentView given) const {
    for (const Element& option : given) {
      const Option* known = find_option(option.name);
      if (known == nullptr) {
        if (context_.ignore_unknown) continue;
        return {ErrorCode::kInvalidIndexSpecificationOption,
                fmt::format("The field '{}' is not valid for an index specification. "
                            "Specification: {}",
                            option.name, to_shell_text(given))};
      }
      CAIRN_RETURN_IF_ERROR(check_type(*known, option.value));
      if (option.name != "originalSpec") continue;
      CAIRN_RETURN_IF_ERROR(check_options(option.value.as_document()));
    }
    return Status();
  }

  static Status check_type(const Option& option, ValueView value) {
    switch (option.takes) {
      case Takes::kAnything:
        return Status();
      case Takes::kTruth:
      case Takes::kFlag:
        if (value.is_number() || value.type() == BsonType::kBool) return Status();
        return {ErrorCode::kTypeMismatch,
                fmt::format("The field '{}' has value {}: {}, which is not convertible to bool",
                            option.name, option.name, to_shell_text(value))};
      case Takes::kBool:
        return value.type() == BsonType::kBool ? Status() : must_be(option.name, "a bool", value);
      case Takes::kNumber:
      case Takes::kWhole:
        return value.is_number() ? Status() : must_be(option.name, "a number", value);
      case Takes::kObject:
        return value.is_document() ? Status() : must_be(option.name, "an object", value);
      case Takes::kString:
        return value.is_string() ? Status() : must_be(option.name, "a string", value);
    }
    return Status();
  }

  Status check_name() {
    const ValueView name = given_["name"];
    if (given_["key"].missing()) {
      return {ErrorCode::kFailedToParse,
              "The 'key' field is a required property of an index specification"};
    }
    if (name.missing()) {
      return {ErrorCode::kFailedToParse,
              "The 'name' field is a required property of an index specification"};
    }
    if (!name.is_string()) return must_be("name", "a string", name);
    name_ = name.as_string();
    return Status();
  }

  Status check_key() {
    key_ = given_["key"].as_document();
    CAIRN_RETURN_IF_ERROR(check_key_pattern(key_, given_["wildcardProjection"]));
    if (name_.empty()) return cannot_create("index name cannot be empty");
    if (name_.find('\0') != std::string_view::npos) {
      return cannot_create("index name cannot contain NUL bytes");
    }
    if (name_ == "*") return {ErrorCode::kBadValue, "The index name '*' is not valid."};
    return Status();
  }

  Status check_version() {
    const ValueView version = given_["v"];
    if (version.missing()) return Status();
    const auto exact = version.to_int64_exact();
    if (!exact || *exact < INT32_MIN || *exact > INT32_MAX) {
      return {ErrorCode::kBadValue,
              fmt::format("Index version must be representable as a 32-bit integer, but got {}",
                          to_shell_text(version))};
    }
    if (*exact != 1 && *exact != 2) {
      return cannot_create(
          fmt::format("Invalid index specification {}; cannot create an index with v={}",
                      to_shell_text(given_), *exact));
    }
    version_ = static_cast<std::int32_t>(*exact);
    if (version_ == 1 && !given_["collation"].missing()) {
      return cannot_create(
          fmt::format("Invalid index specification {}; cannot create an index with the 'collation' "
                      "option and v=1",
                      to_shell_text(given_)));
    }
    return Status();
  }

  Status check_id_options() const {
    for (const Element& option : given_) {
      if (std::find(std::begin(kIdOptions), std::end(kIdOptions), option.name) !=
          std::end(kIdOptions)) {
        continue;
      }
      const bool cluster = option.name == "clustered" || option.name == "unique";
      if (context_.clustered && cluster) continue;
      if (find_option(option.name) == nullptr) continue;  // let pass on purpose
      return {ErrorCode::kInvalidIndexSpecificationOption,
              fmt::format("The field '{}' is not valid for an _id index specification. "
                          "Specification: {}",
                          option.name, to_shell_text(given_))};
    }
    return Status();
  }

  // The index that every collection has: whatever name is asked for, it is the one there is.
  Result<Document> complete_id() const {
    CAIRN_RETURN_IF_ERROR(check_id_options());
    if (const ValueView asked = given_["collation"]; asked.is_document()) {
      CAIRN_ASSIGN_OR_RETURN(const CollationPtr collation, parse_collation(asked.as_document()));
      if (!same_collation(collation.get(), context_.collation.get())) {
        return Status(ErrorCode::kBadValue,
                      fmt::format("The _id index must have the same collation as the collection. "
                                  "Index collation: {}, collection collation: {}",
                                  shown(collation), shown(context_.collation)));
      }
    }
    return document("v", 2, "key", document("_id", 1), "name", "_id_");
  }

  static std::string shown(const CollationPtr& collation) {
    return collation == nullptr ? "{ locale: \"simple\" }"
                                : to_shell_text(collation->specification().view());
  }

  Status check_id_name() const {
    if (name_ == "_id_") {
      return {ErrorCode::kBadValue,
              fmt::format("The index name '_id_' is reserved for the _id index, which must have "
                          "key pattern {{_id: 1}}, found key: {}",
                          to_shell_text(key_))};
    }
    const auto first = key_.begin();
    // As MongoDB tells it: by the integer that is nearest to zero. {_id: 2} is an index like
    // others.
    if (key_.count() == 1 && first->name == "_id" && first->value.is_number() &&
        std::abs(std::trunc(first->value.to_double())) == 1 && first->value.to_double() != 1) {
      CAIRN_RETURN_IF_ERROR(check_id_options());
      return {ErrorCode::kBadValue,
              fmt::format("The field 'key' for an _id index must be {{_id: 1}}, but got {}",
                          to_shell_text(key_))};
    }
    return Status();
  }

  Status check_kind() {
    if (is_text_pattern(key_)) {
      CAIRN_ASSIGN_OR_RETURN(text_, complete_text(given_));
      return Status();
    }
    if (is_geo_pattern(key_)) {
      CAIRN_ASSIGN_OR_RETURN(geo_, complete_geo(given_));
    }
    return Status();
  }

  Status check_weights() {
    const ValueView weights = given_["weights"];
    if (weights.missing()) return Status();
    if (!weights.is_document() && !weights.is_string() && !weights.is_array()) {
      return must_be("weights", "an object", weights);
    }
    if (is_text_pattern(key_)) return Status();
    return cannot_create(
        fmt::format("Invalid index specification {}; the field 'weights' can only be specified "
                    "with text indexes",
                    to_shell_text(given_)));
  }

  Status check_no_collation() const {
    if (collation_ == nullptr) return Status();
    return located(cannot_create(fmt::format("Index type '{}' does not support collation: {}",
                                             text_ ? "text" : "2d",
                                             to_shell_text(collation_->specification().view()))));
  }

  Status check_filter() {
    const ValueView filter = given_["partialFilterExpression"];
    if (filter.missing()) return Status();
    CAIRN_RETURN_IF_ERROR(check_partial_filter(filter.as_document()));
    if (given_["sparse"].truthy()) {
      return cannot_create("cannot mix \"partialFilterExpression\" and \"sparse\" options");
    }
    return Status();
  }

  Status check_uniqueness() {
    if (!given_["unique"].truthy() || !given_["prepareUnique"].truthy()) return Status();
    return cannot_create(
        fmt::format("Invalid index specification {}; cannot create an index with the 'unique' "
                    "option and the 'prepareUnique' option",
                    to_shell_text(given_)));
  }

  Status check_clustered() {
    if (given_["clustered"].missing()) return Status();
    if (!given_["clustered"].truthy()) {
      return {location(6492800), "Value 'false' for field 'clustered' is invalid"};
    }
    if (given_["unique"].truthy()) return Status();
    return cannot_create("The 'unique' field is required when 'clustered' is specified");
  }

  Status check_engine() { return check_storage_engine(given_["storageEngine"]); }

  Status check_together() {
    if (!given_["clustered"].missing()) {
      return {location(6243700),
              "Cannot create index with option 'clustered' that does not match an existing "
              "clustered index"};
    }
    const bool hashed = has_field([](const Element& field) {
      return field.value.is_string() && field.value.as_string() == "hashed";
    });
    if (hashed && given_["unique"].truthy()) {
      return {location(16764),
              "Currently hashed indexes cannot guarantee uniqueness. Use a regular index."};
    }
    return is_wildcard_pattern(key_) ? check_wildcard() : Status();
  }

  template <typename Test>
  bool has_field(Test test) const {
    for (const Element& field : key_) {
      if (test(field)) return true;
    }
    return false;
  }

  Status check_wildcard() const {
    if (given_["v"].is_number() && given_["v"].to_int64_clamped() == 1) {
      return cannot_create("Index type 'wildcard' is not allowed with index version v: 1");
    }
    for (const std::string_view option : {"unique", "sparse"}) {
      if (given_[option].truthy()) {
        return cannot_create(
            fmt::format("Index type 'wildcard' does not support the '{}' option", option));
      }
    }
    if (!given_["expireAfterSeconds"].missing()) {
      return cannot_create(
          "cannot make a TTL index :: caused by :: Index type 'wildcard' does not support the "
          "'expireAfterSeconds' option");
    }
    return Status();
  }

  Status check_projection() {
    const ValueView projection = given_["wildcardProjection"];
    if (projection.missing()) return Status();
    if (!is_wildcard_pattern(key_)) {
      return {ErrorCode::kBadValue,
              "The field 'wildcardProjection' is only allowed in 'wildcard' indexes"};
    }
    if (!projection.is_document()) {
      return must_be("wildcardProjection", "a non-empty object", projection);
    }
    if (projection.as_document().empty()) {
      return {ErrorCode::kFailedToParse, "The 'wildcardProjection' field can't be an empty object"};
    }
    const bool everything = has_field([](const Element& field) { return field.name == "$**"; });
    if (!everything) {
      return {ErrorCode::kFailedToParse,
              "The field 'wildcardProjection' is only allowed when 'key' is {\"$**\": ±1}"};
    }
    return check_wildcard_projection(projection.as_document());
  }

  Status read_collation() {
    const ValueView asked = given_["collation"];
    if (asked.missing()) {
      collation_ = context_.collation;
      return Status();
    }
    if (asked.as_document().empty()) {
      return located({ErrorCode::kBadValue, "The field 'collation' cannot be an empty object."});
    }
    auto parsed = parse_collation(asked.as_document());
    if (!parsed.ok()) {
      const Status why = parsed.status();
      return {why.code(),
              fmt::format("failed to add collation information to index spec for index creation: "
                          "{} :: caused by :: {}",
                          to_shell_text(given_), why.message())};
    }
    collation_ = std::move(*parsed);
    return Status();
  }

  Document build() const {
    DocumentBuilder out;
    out.append("v", version_).append("key", text_ ? text_->key.view() : key_).append("name", name_);
    for (const Element& option : given_) {
      const Option* known = find_option(option.name);
      if (known == nullptr || known->kept == Kept::kNo) continue;
      if (option.name == "v" || option.name == "key" || option.name == "name") continue;
      if (is_completed(option.name)) continue;
      append_option(*known, option, out);
    }
    if (text_) out.append_all(text_->options);
    out.append_all(geo_);
    if (collation_ != nullptr && given_["collation"].missing()) {
      out.append("collation", collation_->specification());
    }
    return out.take();
  }

  // Whether it stands among the options that its kind of index has completed.
  bool is_completed(std::string_view option) const {
    return !geo_[option].missing() || (text_ && !text_->options[option].missing());
  }

  void append_option(const Option& known, const Element& option, DocumentBuilder& out) const {
    if (option.name == "collation") {
      if (collation_ != nullptr) out.append("collation", collation_->specification());
    } else if (option.name == "expireAfterSeconds" || known.takes == Takes::kWhole) {
      out.append(option.name, static_cast<std::int32_t>(option.value.to_int64_clamped()));
    } else if (known.takes == Takes::kTruth) {
      if (option.name != "unique" || option.value.truthy()) {
        out.append(option.name, option.value.truthy());
      }
    } else if (known.takes == Takes::kFlag) {
      if (option.value.truthy()) out.append(option.name, true);
    } else if (known.takes != Takes::kBool || option.value.truthy()) {
      out.append(option.name, option.value);
    }
  }

  DocumentView given_;
  const SpecificationContext& context_;
  DocumentView key_;
  std::string_view name_;
  std::int32_t version_ = 2;
  CollationPtr collation_;
  std::optional<TextOptions> text_;
  Document geo_;  // the options of a geographic index
};

}  // namespace

Result<Document> check_specification(DocumentView given, const SpecificationContext& context) {
  return Specification(given, context).complete();
}

std::string default_name(DocumentView pattern) {
  std::string name;
  for (const Element& field : pattern) {
    if (!name.empty()) name.push_back('_');
    name.append(field.name).push_back('_');
    name.append(field.value.is_string() ? std::string(field.value.as_string())
                                        : to_shell_text(field.value));
  }
  return name;
}

}  // namespace cairn::api
