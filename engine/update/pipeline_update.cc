#include "engine/update/pipeline_update.h"

#include "engine/bson/nesting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cairn::update {
namespace {

// Stages that MongoDB knows and that have no place in an update.
constexpr std::array<std::string_view, 30> kOtherStages{
    "$bucket",  "$bucketAuto",  "$changeStream", "$collStats", "$count",           "$currentOp",
    "$densify", "$documents",   "$facet",        "$fill",      "$geoNear",         "$graphLookup",
    "$group",   "$indexStats",  "$limit",        "$lookup",    "$match",           "$merge",
    "$out",     "$redact",      "$sample",       "$search",    "$setWindowFields", "$skip",
    "$sort",    "$sortByCount", "$unionWith",    "$unwind",    "$listSessions",    "$vectorSearch"};

Status not_allowed(std::string_view name) {
  if (std::find(kOtherStages.begin(), kOtherStages.end(), name) == kOtherStages.end()) {
    return {location(40324), fmt::format("Unrecognized pipeline stage name: '{}'", name)};
  }
  return {ErrorCode::kInvalidOptions,
          fmt::format("{} is not allowed to be used within an update", name)};
}

Status check_size(std::size_t stages, int nesting) {
  if (stages > kMaxPipelineStages) {
    return {location(7749501),
            fmt::format("Pipeline length must be no longer than {} stages", kMaxPipelineStages)};
  }
  if (nesting <= kMaxPipelineNesting) return Status();
  return {ErrorCode::kOverflow, "the pipeline's stages nest too deeply"};
}

Status check_stage(ValueView stage) {
  if (stage.is_document() && stage.as_document().count() == 1) return Status();
  if (!stage.is_document()) {
    return {ErrorCode::kTypeMismatch, "Each element of the 'pipeline' array must be an object"};
  }
  return {location(40323), "A pipeline stage specification object must contain exactly one field."};
}

}  // namespace

Result<PipelineUpdate> PipelineUpdate::parse(DocumentView stages, const expr::Bindings* bindings,
                                             DocumentView constants, CollationPtr collation) {
  expr::Bindings variables(bindings);
  for (const Element& constant : constants) {
    CAIRN_RETURN_IF_ERROR(expr::check_variable_name(constant.name));
    variables.define(constant.name, Value(constant.value));
  }
  PipelineUpdate update;
  update.collation_ = std::move(collation);
  // What fails for every document fails where there is one, and not before.
  const expr::Scope whole(&variables, update.collation_.get());
  const expr::Scope scope(&whole, expr::Folding::kWhereItWorks);
  int nesting = 0;
  for (const Element& stage : stages) {
    CAIRN_RETURN_IF_ERROR(check_stage(stage.value));
    nesting += nesting_up_to(stage.value.as_document(), kMaxPipelineNesting);
    CAIRN_RETURN_IF_ERROR(check_size(update.stages_.size() + 1, nesting));
    const Element named = *stage.value.as_document().begin();
    if (!project::is_transformation(named.name)) return not_allowed(named.name);
    CAIRN_ASSIGN_OR_RETURN(project::TransformationPtr parsed,
                           project::parse_transformation(named.name, named.value, scope));
    update.stages_.push_back(std::move(parsed));
  }
  return update;
}

Status PipelineUpdate::apply(DocumentView before, std::string& out) const {
  out.assign(before.bytes());
  expr::Evaluation evaluation;
  std::string buffer;
  for (const project::TransformationPtr& stage : stages_) {
    evaluation.begin(DocumentView(reinterpret_cast<const std::uint8_t*>(out.data())));
    CAIRN_ASSIGN_OR_RETURN(const DocumentView after, stage->apply(evaluation, buffer));
    if (after.data() == reinterpret_cast<const std::uint8_t*>(buffer.data())) {
      out.swap(buffer);
    } else {
      out = std::string(after.bytes());  // it may lie in `out` itself
    }
  }
  return Status();
}

}  // namespace cairn::update
