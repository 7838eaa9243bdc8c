// $lookup: into each document, an array of the documents that another collection has for it. With
// the $unwind behind it, one document for each of those.
#include "engine/aggregate/correlation.h"
#include "engine/aggregate/join.h"
#include "engine/aggregate/read_figures.h"
#include "engine/aggregate/source_name.h"
#include "engine/aggregate/stage.h"
#include "engine/aggregate/unwinding.h"
#include "engine/aggregate/view.h"
#include "engine/expr/evaluation.h"
#include "engine/project/field_slot.h"

#include <fmt/format.h>

#include <string>

namespace cairn::aggregate {
namespace {

struct Lookup {
  JoinRule rule;
  FieldPath as;
  std::optional<Unwinding> unwinding;  // of `as`
};

class LookedUp final : public StreamOver {
 public:
  LookedUp(StreamPtr input, Lookup& lookup)
      : StreamOver(std::move(input)), slot_(lookup.as), join_(lookup.rule) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (!document) return document;
    CAIRN_RETURN_IF_ERROR(join_.begin(*document, input_->metadata(), interrupt));
    slot_.locate(*document);
    slot_.begin(BsonType::kArray, buffer_);
    DocumentBuilder array(buffer_);
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> found, join_.next(interrupt));
      if (!found) break;
      array.push(*found);
      if (array.size() <= kMaxStageMemoryBytes) continue;
      return Status(location(4568),
                    "Total size of documents matching pipeline's $lookup stage "
                    "exceeds 104857600 bytes");
    }
    array.finish();
    slot_.end(buffer_);
    CAIRN_RETURN_IF_ERROR(held_.hold(buffer_.size()));
    return std::optional<DocumentView>(
        DocumentView(reinterpret_cast<const std::uint8_t*>(buffer_.data())));
  }

 private:
  project::FieldSlot slot_;
  Join join_;
  std::string buffer_;
  expr::HeldBytes held_;
};

// Both stages in one: the array is never made.
class LookedUpUnwound final : public StreamOver {
 public:
  LookedUpUnwound(StreamPtr input, Lookup& lookup)
      : StreamOver(std::move(input)),
        keep_all_(lookup.unwinding->keep_all),
        slot_(lookup.as),
        join_(lookup.rule) {
    if (lookup.unwinding->index) index_slot_.emplace(*lookup.unwinding->index);
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    while (true) {
      if (joining_) {
        CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> found, join_.next(interrupt));
        if (found) return element(found->as_value());
        joining_ = false;
        if (position_ == 0 && keep_all_) return without_elements();
      }
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) return document;
      local_ = Document();
      CAIRN_RETURN_IF_ERROR(join_.begin(*document, input_->metadata(), interrupt));
      slot_.locate(*document);
      document_ = *document;
      position_ = 0;
      joining_ = true;
    }
  }

  // The document that is being joined belongs to the input.
  void park() override {
    if (joining_ && local_.empty()) {
      local_ = Document(document_);
      document_ = local_;  // an empty one is copied again when it is parked again
      slot_.locate(local_);
    }
    join_.park();
    StreamOver::park();
  }

 private:
  Result<std::optional<DocumentView>> element(ValueView found) {
    slot_.put(found, buffer_);
    CAIRN_RETURN_IF_ERROR(held_.hold(buffer_.size()));
    const std::int64_t position = position_++;
    return with_index(ValueView(BsonType::kInt64, reinterpret_cast<const std::uint8_t*>(&position),
                                sizeof position));
  }

  Result<std::optional<DocumentView>> without_elements() {
    slot_.put(ValueView(), buffer_);
    return with_index(expr::Evaluation::null());
  }

  std::optional<DocumentView> with_index(ValueView position) {
    if (!index_slot_) return view(buffer_);
    index_slot_->locate(view(buffer_));
    index_slot_->put(position, indexed_);
    return view(indexed_);
  }

  static DocumentView view(const std::string& bytes) {
    return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  }

  bool keep_all_;
  project::FieldSlot slot_;
  std::optional<project::FieldSlot> index_slot_;
  Join join_;
  DocumentView document_;
  Document local_;  // its copy while the input is parked
  bool joining_ = false;
  std::int64_t position_ = 0;
  std::string buffer_;
  std::string indexed_;
  expr::HeldBytes held_;
};

class LookupStage final : public Stage {
 public:
  explicit LookupStage(Lookup lookup, std::unique_ptr<ReadFigures> reads)
      : lookup_(std::move(lookup)), reads_(std::move(reads)) {}

  Result<StreamPtr> open(StreamPtr input) override {
    if (lookup_.unwinding) {
      return StreamPtr(std::make_unique<LookedUpUnwound>(std::move(input), lookup_));
    }
    return StreamPtr(std::make_unique<LookedUp>(std::move(input), lookup_));
  }

  bool absorb(std::string_view name, ValueView specification) override {
    if (name != "$unwind" || lookup_.unwinding) return false;
    Result<Unwinding> unwinding = parse_unwinding(specification);
    if (!unwinding.ok() || unwinding->path.text() != lookup_.as.text()) return false;
    lookup_.unwinding = std::move(*unwinding);
    return true;
  }

  Value explained(ValueView specification) const override {
    DocumentBuilder builder;
    builder.append_all(specification.as_document());
    if (lookup_.unwinding) {
      builder.begin_document("unwinding");
      builder.append("preserveNullAndEmptyArrays", lookup_.unwinding->keep_all);
      if (lookup_.unwinding->index) {
        builder.append("includeArrayIndex", lookup_.unwinding->index->text());
      }
      builder.end();
    }
    return Value(builder.take().view().as_value());
  }
  void append_figures(DocumentBuilder& out) const override {
    if (reads_ != nullptr) reads_->append_to(out);
  }

 private:
  Lookup lookup_;
  std::unique_ptr<ReadFigures> reads_;  // null: nobody asks
};

// What is written in the specification.
struct Options {
  std::optional<std::string_view> from;
  std::string_view local_field;
  std::string_view foreign_field;
  std::optional<std::string_view> as;
  ValueView let;
  ValueView pipeline;
};

Status wrong_type(const Element& option, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$lookup.{}' is the wrong type '{}', expected type '{}'",
                      option.name, type_name(option.value.type()), expected)};
}

// A collection's name, or {db: …, coll: …} of the few that may be looked into so.
Result<std::string_view> parse_from(ValueView value) {
  if (value.is_string()) return value.as_string();
  if (!value.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("$lookup 'from' field must be a string or an object, but found {}",
                              type_name(value.type())));
  }
  const ValueView database = value.as_document()["db"];
  const ValueView collection = value.as_document()["coll"];
  return Status(ErrorCode::kFailedToParse,
                fmt::format("$lookup with syntax {{from: {{db:<>, coll:<>}},..}} is not supported "
                            "for db: {} and coll: {}",
                            to_json(database), to_json(collection)));
}

Status read_option(const Element& option, Options& options) {
  if (option.name == "from") {
    CAIRN_ASSIGN_OR_RETURN(options.from, parse_from(option.value));
    return Status();
  }
  if (option.name == "pipeline") {
    if (!option.value.is_array()) {
      return {ErrorCode::kTypeMismatch, "A pipeline must be an array of objects"};
    }
    options.pipeline = option.value;
    return Status();
  }
  if (option.name == "let") {
    if (!option.value.is_document()) return wrong_type(option, "object");
    options.let = option.value;
    return Status();
  }
  const bool known =
      option.name == "as" || option.name == "localField" || option.name == "foreignField";
  if (!known) {
    return {ErrorCode::kIDLUnknownField,
            fmt::format("BSON field '$lookup.{}' is an unknown field.", option.name)};
  }
  if (!option.value.is_string()) return wrong_type(option, "string");
  const std::string_view text = option.value.as_string();
  if (option.name == "as") options.as = text;
  if (option.name == "localField") options.local_field = text;
  if (option.name == "foreignField") options.foreign_field = text;
  return Status();
}

Status check_options(const Options& options) {
  const auto refused = [](std::string_view why) {
    return Status(ErrorCode::kFailedToParse, std::string(why));
  };
  if (!options.as) {
    return {ErrorCode::kIDLFailedToParse,
            "BSON field '$lookup.as' is missing but a required field"};
  }
  const bool local = !options.local_field.empty();
  const bool foreign = !options.foreign_field.empty();
  if (options.pipeline.missing()) {
    if (!local || !foreign) {
      return refused(
          "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be "
          "specified");
    }
    if (!options.let.missing()) {
      return refused("$lookup with a 'let' argument must also specify 'pipeline'");
    }
    if (!options.from) return refused("must specify 'pipeline' when 'from' is empty");
  }
  if (local != foreign) {
    return refused(
        "$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (options.from && options.from->empty()) {
    return {ErrorCode::kInvalidNamespace, "invalid $lookup namespace: the collection has no name"};
  }
  if (options.from) CAIRN_RETURN_IF_ERROR(check_source_name(*options.from));
  if (!options.from && !starts_with_stage(options.pipeline.as_document(), "$documents")) {
    return refused(
        "$lookup stage without explicit collection must have a pipeline with $documents as first "
        "stage");
  }
  return Status();
}

Status define_variables(DocumentView let, const Environment& outer, JoinRule& rule) {
  for (const Element& variable : let) {
    CAIRN_RETURN_IF_ERROR(expr::check_variable_name(variable.name));
    CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr expression,
                           expr::parse_expression(variable.value, outer.scope()));
    Value* value = rule.environment->around.bindings.define_variable(variable.name);
    rule.variables.push_back({std::move(expression), value});
  }
  return Status();
}

// The array's elements from `first` to before `last`.
Document array_from(DocumentView array, std::uint32_t first, std::uint32_t last) {
  DocumentBuilder builder;
  std::uint32_t index = 0;
  for (const Element& element : array) {
    if (index >= first && index < last)
      builder.append(std::to_string(index - first), element.value);
    ++index;
  }
  return builder.take();
}

Status parse_correlated(DocumentView stages, JoinRule& rule) {
  const auto equality = correlated_equality(stages, rule.environment->around.bindings);
  if (!equality || !rule.environment->prefix.empty()) return Status();
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr value,
                         expr::parse_expression(equality->variable, rule.environment->scope()));
  rule.correlated.emplace(JoinRule::Correlated{FieldPath(equality->field), std::move(value)});
  return Status();
}

// With an equality the documents come from it; without, the pipeline reads them itself.
Status parse_pipeline(const Options& options, JoinRule& rule) {
  if (options.pipeline.missing()) return Status();
  const DocumentView stages = options.pipeline.as_document();
  if (!rule.local_field) {
    CAIRN_ASSIGN_OR_RETURN(rule.pipeline, Pipeline::parse(stages, *rule.environment));
    rule.same_for_all = gives_the_same(stages, rule.environment->around.bindings);
    return parse_correlated(stages, rule);
  }
  std::uint32_t first = 0;
  if (!options.from) {  // the equality is one with the documents that the first stage makes
    rule.environment->prefix = array_from(stages, 0, 1);
    first = 1;
  }
  CAIRN_ASSIGN_OR_RETURN(rule.pipeline, Pipeline::parse_over(array_from(stages, first, UINT32_MAX),
                                                             *rule.environment));
  return Status();
}

Result<StagePtr> parse_lookup(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("the $lookup stage specification must be an object, but found {}",
                              type_name(specification.type())));
  }
  Options options;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(read_option(option, options));
  }
  CAIRN_RETURN_IF_ERROR(check_options(options));
  Lookup lookup;
  CAIRN_RETURN_IF_ERROR(check_field_path(*options.as));
  lookup.as = FieldPath(*options.as);
  JoinRule& rule = lookup.rule;
  rule.environment = std::make_unique<Environment>(
      environment.inside(Within::kLookup, options.from.value_or(std::string_view())));
  std::unique_ptr<ReadFigures> reads;
  if (environment.explaining) {
    reads = std::make_unique<ReadFigures>(environment.reads);
    rule.environment->reads = reads.get();
  }
  if (!options.local_field.empty()) {
    CAIRN_RETURN_IF_ERROR(check_field_path(options.local_field));
    CAIRN_RETURN_IF_ERROR(check_field_path(options.foreign_field));
    rule.local_field.emplace(options.local_field);
    rule.foreign_field.emplace(options.foreign_field);
  }
  if (!options.let.missing()) {
    CAIRN_RETURN_IF_ERROR(define_variables(options.let.as_document(), environment, rule));
  }
  CAIRN_RETURN_IF_ERROR(resolve_view(*rule.environment));
  CAIRN_RETURN_IF_ERROR(parse_pipeline(options, rule));
  return StagePtr(std::make_unique<LookupStage>(std::move(lookup), std::move(reads)));
}

}  // namespace

extern const StageRow row_lookup{"$lookup", parse_lookup};

}  // namespace cairn::aggregate
