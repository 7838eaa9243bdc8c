// $facet: several pipelines over the same documents, the results of each an array; blocking. The
// input is read once.
#include "engine/aggregate/pipeline.h"
#include "engine/aggregate/spool.h"
#include "engine/aggregate/stage.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace cairn::aggregate {
namespace {

// Of the one document that comes out, which may be taken apart again further on.
constexpr std::size_t kMaxResultBytes = 100ULL << 20;

struct Part {
  std::string name;
  std::unique_ptr<Environment> environment;  // stays where it is
  std::optional<Pipeline> pipeline;
};
using Parts = std::vector<Part>;

class Faceted final : public StreamOver {
 public:
  Faceted(StreamPtr input, Parts& parts, const Environment& environment)
      : StreamOver(std::move(input)),
        parts_(parts),
        spool_({.spill = environment.spill(),
                .too_large = "Exceeded memory limit for $facet, but didn't allow external "
                             "storage. Pass allowDiskUse:true to opt in.",
                .keeps_metadata = environment.metas->asks_anything()}) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (input_ == nullptr) return std::optional<DocumentView>();
    CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    DocumentBuilder builder;
    for (Part& part : parts_) {
      builder.begin_array(part.name);
      CAIRN_RETURN_IF_ERROR(run(part, builder, interrupt));
      builder.end();
    }
    result_ = builder.take();
    return std::optional<DocumentView>(result_.view());
  }
  const expr::Metadata* metadata() const override { return nullptr; }

 private:
  Status read_all(const Interrupt* interrupt) {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      CAIRN_RETURN_IF_ERROR(spool_.add(*document, input_->metadata()));
    }
    input_.reset();
    return spool_.finish();
  }

  Status run(Part& part, DocumentBuilder& out, const Interrupt* interrupt) {
    CAIRN_ASSIGN_OR_RETURN(const StreamPtr results, part.pipeline->open_over(spool_.read()));
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, results->next(interrupt));
      if (!document) return Status();
      out.push(*document);
      if (out.size() <= kMaxResultBytes) continue;
      return {location(4031700), fmt::format("document constructed by $facet is {} bytes, which "
                                             "exceeds the limit of {} bytes",
                                             out.size(), kMaxResultBytes)};
    }
  }

  Parts& parts_;
  Spool spool_;
  Document result_;
};

class Facet final : public Stage {
 public:
  Facet(Parts parts, const Environment& environment)
      : parts_(std::move(parts)), environment_(environment) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Faceted>(std::move(input), parts_, environment_));
  }

 private:
  Parts parts_;
  const Environment& environment_;
};

Status check_name(std::string_view name) {
  constexpr std::string_view kRule =
      "$facet pipeline names must follow the naming rules of field path expressions. :: caused by "
      ":: FieldPath field names may not ";
  if (name.empty()) return {location(15998), fmt::format("{}be empty strings.", kRule)};
  if (name.starts_with('$')) {
    return {location(16410), fmt::format("{}start with '$', given '{}'.", kRule, name)};
  }
  if (name.find('.') != std::string_view::npos) {
    return {location(16412), fmt::format("{}contain '.', given '{}'.", kRule, name)};
  }
  return Status();
}

Result<Part> parse_part(const Element& facet, Environment& environment) {
  CAIRN_RETURN_IF_ERROR(check_name(facet.name));
  if (!facet.value.is_array()) {
    return Status(location(40170), fmt::format("arguments to $facet must be arrays, {} is type {}",
                                               facet.name, type_name(facet.value.type())));
  }
  for (const Element& stage : facet.value.as_document()) {
    if (stage.value.is_document()) continue;
    return Status(location(40171),
                  fmt::format("elements of arrays in $facet spec must be "
                              "non-empty objects, {} argument contained an "
                              "element of type {}: {}",
                              facet.name, type_name(stage.value.type()), to_json(stage.value)));
  }
  Part part;
  part.name = facet.name;
  part.environment =
      std::make_unique<Environment>(environment.inside(Within::kFacet, environment.collection));
  CAIRN_ASSIGN_OR_RETURN(part.pipeline,
                         Pipeline::parse_over(facet.value.as_document(), *part.environment));
  return part;
}

Result<StagePtr> parse_facet(ValueView specification, Environment& environment) {
  if (!specification.is_document() || specification.as_document().empty()) {
    return Status(location(40169),
                  fmt::format("the $facet specification must be a non-empty object, but found: "
                              "$facet: {}",
                              to_json(specification)));
  }
  Parts parts;
  for (const Element& facet : specification.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(Part part, parse_part(facet, environment));
    parts.push_back(std::move(part));
  }
  return StagePtr(std::make_unique<Facet>(std::move(parts), environment));
}

}  // namespace

extern const StageRow row_facet{.name = "$facet", .parse = parse_facet, .in_facet = false};

}  // namespace cairn::aggregate
