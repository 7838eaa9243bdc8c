// $unionWith: behind the documents that come, those of another collection or of a pipeline over it.
#include "engine/aggregate/pipeline.h"
#include "engine/aggregate/source_name.h"
#include "engine/aggregate/stage.h"
#include "engine/aggregate/view.h"

#include <cairn/interrupt_scope.h>

#include <fmt/format.h>

namespace cairn::aggregate {
namespace {

class Union final : public StreamOver {
 public:
  Union(StreamPtr input, Pipeline& other) : StreamOver(std::move(input)), other_(other) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    while (true) {
      auto document = input_->next(interrupt);
      if (!document.ok() || document->has_value() || at_other_) return document;
      at_other_ = true;
      CAIRN_ASSIGN_OR_RETURN(input_, other_.open());
    }
  }

 private:
  Pipeline& other_;
  bool at_other_ = false;
};

class UnionWith final : public Stage {
 public:
  explicit UnionWith(std::unique_ptr<Environment> environment)
      : collection_(environment->collection), environment_(std::move(environment)) {}

  Status parse(DocumentView stages) {
    CAIRN_RETURN_IF_ERROR(resolve_view(*environment_));
    CAIRN_ASSIGN_OR_RETURN(pipeline_, Pipeline::parse(stages, *environment_));
    return Status();
  }
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Union>(std::move(input), *pipeline_));
  }
  // The other pipeline runs once more for it.
  Result<bool> explain_plan(bool ran, DocumentBuilder& out) override {
    out.begin_document("$unionWith");
    if (!collection_.empty()) out.append("coll", collection_);
    out.begin_array("pipeline");
    CAIRN_RETURN_IF_ERROR(pipeline_->explain_stages(ran, InterruptScope::current(), out));
    out.end().end();
    return true;
  }

 private:
  std::string collection_;  // as it was given: perhaps a view
  std::unique_ptr<Environment> environment_;
  std::optional<Pipeline> pipeline_;
};

struct Options {
  std::string_view collection;
  DocumentView stages;
};

Status wrong_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$unionWith.{}' is the wrong type '{}', expected type '{}'",
                      field, type_name(value.type()), expected)};
}

Result<Options> parse_options(ValueView specification) {
  Options options;
  if (specification.is_string()) {
    options.collection = specification.as_string();
    if (!options.collection.empty()) return options;
    return Status(ErrorCode::kInvalidNamespace, "$unionWith: not a valid collection name");
  }
  if (!specification.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("the $unionWith stage specification must be an object or string, but "
                              "found {}",
                              type_name(specification.type())));
  }
  for (const Element& option : specification.as_document()) {
    if (option.name == "coll") {
      if (!option.value.has_value()) continue;
      if (!option.value.is_string()) return wrong_type("coll", option.value, "string");
      options.collection = option.value.as_string();
    } else if (option.name == "pipeline") {
      if (!option.value.is_array()) {
        return Status(ErrorCode::kTypeMismatch, "A pipeline must be an array of objects");
      }
      options.stages = option.value.as_document();
    } else {
      return Status(ErrorCode::kIDLUnknownField,
                    fmt::format("BSON field '$unionWith.{}' is an unknown field.", option.name));
    }
  }
  if (options.collection.empty() && !starts_with_stage(options.stages, "$documents")) {
    return Status(ErrorCode::kFailedToParse,
                  "$unionWith stage without explicit collection must have a pipeline with "
                  "$documents as first stage");
  }
  return options;
}

Result<StagePtr> parse_union_with(ValueView specification, Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(const Options options, parse_options(specification));
  CAIRN_RETURN_IF_ERROR(check_source_name(options.collection));
  auto stage = std::make_unique<UnionWith>(
      std::make_unique<Environment>(environment.inside(Within::kUnion, options.collection)));
  CAIRN_RETURN_IF_ERROR(stage->parse(options.stages));
  return StagePtr(std::move(stage));
}

}  // namespace

extern const StageRow row_union_with{"$unionWith", parse_union_with};

}  // namespace cairn::aggregate
