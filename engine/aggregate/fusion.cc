#include "engine/aggregate/fusion.h"

#include "engine/bson/key_string.h"

#include <cairn/limits.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cairn::aggregate {
namespace {

// Stages that retrieve, limit or order documents.
constexpr std::array<std::string_view, 8> kSelecting = {
    "$match", "$sort", "$skip", "$limit", "$sample", "$geoNear", "$search", "$vectorSearch"};

std::string_view name_of(const Element& stage) { return stage.value.as_document().begin()->name; }

// Gives the documents of one input their ranks.
class Ranking {
 public:
  explicit Ranking(const FusionInput& input) : input_(input) {}

  std::int64_t of(DocumentView document, const expr::Metadata* metadata) {
    ++position_;
    if (rank_ > 0 && tied(document, metadata)) return rank_;
    rank_ = position_;
    if (input_.order) {
      last_ = Document(document);
    } else if (metadata != nullptr) {
      last_key_ = metadata->sort_key;
    }
    return rank_;
  }

 private:
  bool tied(DocumentView document, const expr::Metadata* metadata) const {
    if (input_.order) return input_.order->compare_documents(last_, document) == 0;
    if (metadata == nullptr || metadata->sort_key.missing()) return false;
    return compare(metadata->sort_key, last_key_) == 0;
  }

  const FusionInput& input_;
  std::int64_t position_ = 0;
  std::int64_t rank_ = 0;
  Document last_;
  Value last_key_;
};

Status check_name(const FusionRules& rules, std::string_view name) {
  const auto refuse = [&](int code, std::string_view may_not) {
    return Status(location(code),
                  fmt::format("{} pipeline names must follow the naming rules of field path "
                              "expressions. :: caused by :: FieldPath field names may not {}",
                              rules.stage, may_not));
  };
  if (name.empty()) return refuse(15998, "be empty strings.");
  if (name.starts_with('$')) {
    return refuse(16410, fmt::format("start with '$', given '{}'.", name));
  }
  if (name.find('.') != std::string_view::npos) {
    return refuse(16412, fmt::format("contain '.', given '{}'.", name));
  }
  return Status();
}

Result<FusionInput> parse_input(const FusionRules& rules, const Element& pipeline,
                                const Environment& outer) {
  CAIRN_RETURN_IF_ERROR(check_name(rules, pipeline.name));
  if (!pipeline.value.is_array()) {
    return Status(ErrorCode::kTypeMismatch,
                  "Error parsing $rankFusion/$scoreFusion.input.pipelines :: caused by :: A "
                  "pipeline must be an array of objects");
  }
  const DocumentView stages = pipeline.value.as_document();
  FusionInput input;
  input.name = pipeline.name;
  input.environment =
      std::make_unique<Environment>(outer.inside(Within::kFusion, outer.collection));
  input.environment->prefix = outer.prefix;
  CAIRN_ASSIGN_OR_RETURN(input.pipeline, Pipeline::parse(stages, *input.environment));
  CAIRN_RETURN_IF_ERROR(rules.check_stages(stages));
  for (const Element& stage : stages) {
    const ValueView sort = stage.value.as_document()["$sort"];
    if (sort.is_document()) {
      auto order = SortPattern::parse(sort.as_document());
      if (order.ok()) input.order = std::move(*order);
    }
  }
  return input;
}

Status read_weight(const FusionRules& rules, const Element& weight, FusionInput& input) {
  if (!weight.value.is_number()) {
    return {location(12559404),
            fmt::format("{}'s pipeline weight must be numeric, but given non-numeric value for "
                        "pipeline '{}'.",
                        rules.stage, weight.name)};
  }
  input.weight = weight.value.to_double();
  if (input.weight >= 0) return Status();
  return {location(12559401), fmt::format("{}'s pipeline weight must be non-negative, but given {} "
                                          "for pipeline '{}'.",
                                          rules.stage, to_json(weight.value), weight.name)};
}

}  // namespace

Result<std::optional<DocumentView>> FusionStream::next(const Interrupt* interrupt) {
  if (!std::exchange(read_, true)) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
  if (at_ == order_.size()) return std::optional<DocumentView>();
  const Fused& fused = *order_[at_++];
  metadata_.score = fused.score;
  if (fusion_.details) metadata_.score_details = details_of(fused);
  return std::optional<DocumentView>(fused.document.view());
}

Status FusionStream::read_all(const Interrupt* interrupt) {
  for (std::size_t i = 0; i < fusion_.inputs.size(); ++i) {
    CAIRN_RETURN_IF_ERROR(read_input(i, interrupt));
  }
  CAIRN_RETURN_IF_ERROR(rate(by_id_));
  for (auto& [key, fused] : by_id_) order_.push_back(&fused);
  // By `_id` already: that decides between equal scores.
  std::stable_sort(order_.begin(), order_.end(),
                   [](const Fused* a, const Fused* b) { return a->score > b->score; });
  return Status();
}

Status FusionStream::read_input(std::size_t i, const Interrupt* interrupt) {
  FusionInput& input = fusion_.inputs[i];
  CAIRN_ASSIGN_OR_RETURN(const StreamPtr stream, input.pipeline->open());
  Ranking ranking(input);
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, stream->next(interrupt));
    if (!document) return Status();
    CAIRN_ASSIGN_OR_RETURN(FusionShare said,
                           share(i, *stream, ranking.of(*document, stream->metadata())));
    CAIRN_RETURN_IF_ERROR(note(i, std::move(said), *document));
  }
}

Status FusionStream::note(std::size_t i, FusionShare share, DocumentView document) {
  std::string key;
  key::Encoder encoder(key);
  encoder.begin(key::Direction::kAscending);
  append_key(document["_id"], encoder);
  const auto [entry, fresh] = by_id_.try_emplace(std::move(key));
  Fused& fused = entry->second;
  if (fresh) {
    fused.document = Document(document);
    fused.shares.resize(fusion_.inputs.size());
    bytes_ += document.size() + 128 + fused.shares.size() * sizeof(FusionShare);
    if (bytes_ > kMaxStageMemoryBytes) {
      return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
              fmt::format("Exceeded memory limit for {}", stage_)};
    }
  }
  share.given = true;
  fused.shares[i] = std::move(share);
  return Status();
}

Status parse_fusion_inputs(const FusionRules& rules, ValueView pipelines,
                           const Environment& environment, Fusion& fusion) {
  if (pipelines.missing()) return fusion_missing(rules, "input.pipelines");
  if (!pipelines.is_document()) {
    return fusion_wrong_type(rules, "input.pipelines", pipelines, "object");
  }
  if (pipelines.as_document().empty()) {
    return {ErrorCode::kBadValue,
            "A hybrid scoring stage should be run with at least one pipeline."};
  }
  for (const Element& pipeline : pipelines.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(FusionInput parsed, parse_input(rules, pipeline, environment));
    fusion.inputs.push_back(std::move(parsed));
  }
  return Status();
}

Status parse_fusion_weights(const FusionRules& rules, ValueView weights, Fusion& fusion) {
  if (!weights.is_document()) {
    return fusion_wrong_type(rules, "combination.weights", weights, "object");
  }
  for (const Element& weight : weights.as_document()) {
    const auto input = std::ranges::find(fusion.inputs, weight.name, &FusionInput::name);
    if (input == fusion.inputs.end()) {
      return {location(9967500),
              fmt::format("{} stage contained a weight in 'combination.weights' that did not "
                          "reference a valid pipeline name: {}",
                          rules.stage, weight.name)};
    }
    CAIRN_RETURN_IF_ERROR(read_weight(rules, weight, *input));
  }
  return Status();
}

Status parse_fusion_details(const FusionRules& rules, ValueView details, Fusion& fusion) {
  if (!details.missing() && details.type() != BsonType::kBool) {
    return fusion_wrong_type(rules, "scoreDetails", details, "bool");
  }
  fusion.details = details.truthy();
  return Status();
}

Status check_selecting(const FusionRules& rules, DocumentView stages, std::string_view also,
                       ErrorCode code) {
  for (const Element& stage : stages) {
    const std::string_view name = name_of(stage);
    bool selects = name == also || std::ranges::find(kSelecting, name) != kSelecting.end();
    if (name == "$geoNear") {
      const DocumentView near = stage.value.as_document().begin()->value.as_document();
      selects = near["distanceField"].missing() && near["includeLocs"].missing();
    }
    if (selects) continue;
    return {code,
            fmt::format("{} input pipelines must not contain {} because it modifies or transforms "
                        "the input documents. Only stages that retrieve, limit, or order documents "
                        "are allowed.",
                        rules.stage, name)};
  }
  return Status();
}

Status fusion_wrong_type(const FusionRules& rules, std::string_view field, ValueView value,
                         std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '{}.{}' is the wrong type '{}', expected type '{}'", rules.stage,
                      field, type_name(value.type()), expected)};
}
Status fusion_missing(const FusionRules& rules, std::string_view field) {
  return {ErrorCode::kIDLFailedToParse,
          fmt::format("BSON field '{}.{}' is missing but a required field", rules.stage, field)};
}
Status fusion_unknown(const FusionRules& rules, std::string_view field) {
  return {ErrorCode::kIDLUnknownField,
          fmt::format("BSON field '{}.{}' is an unknown field.", rules.stage, field)};
}

}  // namespace cairn::aggregate
