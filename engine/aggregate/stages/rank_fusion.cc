// $rankFusion: the documents of several ranked pipelines over the collection, by reciprocal rank
// fusion: score = sum of weight / (60 + rank), equal sort keys sharing a rank.
// Source: MongoDB's manual, "$rankFusion"; Cormack, Clarke, Buettcher, SIGIR 2009.
#include "engine/aggregate/pipeline.h"
#include "engine/aggregate/stage.h"
#include "engine/bson/key_string.h"
#include "engine/bson/sort_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace cairn::aggregate {
namespace {

constexpr double kRankConstant = 60;
constexpr std::string_view kHow =
    "value output by reciprocal rank fusion algorithm, computed as sum of (weight * (1 / (60 + "
    "rank))) across input pipelines from which this document is output, from:";

// Stages that retrieve, limit or order documents.
constexpr std::array<std::string_view, 8> kSelecting = {
    "$match", "$sort", "$skip", "$limit", "$sample", "$geoNear", "$search", "$vectorSearch"};

struct Input {
  std::string name;
  double weight = 1;
  std::unique_ptr<Environment> environment;
  std::optional<Pipeline> pipeline;
  std::optional<SortPattern> order;  // of its last $sort
};

struct Fusion {
  std::vector<Input> inputs;
  bool details = false;
};

// One document, and its rank in each input; 0: not among those.
struct Fused {
  Document document;
  std::vector<std::int64_t> ranks;
  double score = 0;
};

class FusedStream final : public Stream {
 public:
  explicit FusedStream(Fusion& fusion) : fusion_(fusion) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (!std::exchange(read_, true)) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    if (at_ == order_.size()) return std::optional<DocumentView>();
    const Fused& fused = *order_[at_++];
    metadata_.score = fused.score;
    if (fusion_.details) metadata_.score_details = details_of(fused);
    return std::optional<DocumentView>(fused.document.view());
  }
  void park() override {}
  const expr::Metadata* metadata() const override { return &metadata_; }

 private:
  Status read_all(const Interrupt* interrupt) {
    for (std::size_t i = 0; i < fusion_.inputs.size(); ++i) {
      CAIRN_RETURN_IF_ERROR(read_input(i, interrupt));
    }
    for (auto& [key, fused] : by_id_) order_.push_back(&fused);
    // By `_id` already: that decides between equal scores.
    std::stable_sort(order_.begin(), order_.end(),
                     [](const Fused* a, const Fused* b) { return a->score > b->score; });
    return Status();
  }

  Status read_input(std::size_t i, const Interrupt* interrupt) {
    Input& input = fusion_.inputs[i];
    CAIRN_ASSIGN_OR_RETURN(const StreamPtr stream, input.pipeline->open());
    Document last;
    std::int64_t position = 0;
    std::int64_t rank = 0;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, stream->next(interrupt));
      if (!document) return Status();
      ++position;
      const bool tied =
          rank > 0 && input.order && input.order->compare_documents(last, *document) == 0;
      if (!tied) {
        rank = position;
        last = Document(*document);
      }
      CAIRN_RETURN_IF_ERROR(note(i, rank, *document));
    }
  }

  Status note(std::size_t i, std::int64_t rank, DocumentView document) {
    std::string key;
    key::Encoder encoder(key);
    encoder.begin(key::Direction::kAscending);
    append_key(document["_id"], encoder);
    const auto [entry, fresh] = by_id_.try_emplace(std::move(key));
    Fused& fused = entry->second;
    if (fresh) {
      fused.document = Document(document);
      fused.ranks.resize(fusion_.inputs.size());
      bytes_ += document.size() + 128;
      if (bytes_ > kMaxStageMemoryBytes) {
        return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
                "Exceeded memory limit for $rankFusion"};
      }
    }
    fused.ranks[i] = rank;
    fused.score += fusion_.inputs[i].weight / (kRankConstant + static_cast<double>(rank));
    return Status();
  }

  Value details_of(const Fused& fused) const {
    DocumentBuilder out;
    out.append("value", fused.score).append("description", kHow).begin_array("details");
    for (std::size_t i = 0; i < fused.ranks.size(); ++i) {
      out.push_document().append("inputPipelineName", fusion_.inputs[i].name);
      if (fused.ranks[i] == 0) {
        out.append("rank", "NA");
      } else {
        out.append("rank", static_cast<std::int32_t>(fused.ranks[i]));
      }
      out.append("weight", fusion_.inputs[i].weight).begin_array("details").end().end();
    }
    out.end();
    return Value::document(out.take());
  }

  Fusion& fusion_;
  bool read_ = false;
  std::map<std::string, Fused> by_id_;
  std::size_t bytes_ = 0;
  std::vector<const Fused*> order_;
  std::size_t at_ = 0;
  expr::Metadata metadata_;
};

class RankFusion final : public Stage {
 public:
  explicit RankFusion(Fusion fusion) : fusion_(std::move(fusion)) {}
  Result<StreamPtr> open(StreamPtr) override {
    return StreamPtr(std::make_unique<FusedStream>(fusion_));
  }

 private:
  Fusion fusion_;
};

Status wrong_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$rankFusion.{}' is the wrong type '{}', expected type '{}'",
                      field, type_name(value.type()), expected)};
}
Status missing(std::string_view field) {
  return {ErrorCode::kIDLFailedToParse,
          fmt::format("BSON field '$rankFusion.{}' is missing but a required field", field)};
}
Status unknown(std::string_view field) {
  return {ErrorCode::kIDLUnknownField,
          fmt::format("BSON field '$rankFusion.{}' is an unknown field.", field)};
}

Status check_name(std::string_view name) {
  constexpr std::string_view kRule =
      "$rankFusion pipeline names must follow the naming rules of field path expressions. :: "
      "caused by :: FieldPath field names may not ";
  if (name.empty()) return {location(15998), fmt::format("{}be empty strings.", kRule)};
  if (name.starts_with('$')) return {location(16410), fmt::format("{}start with '$'.", kRule)};
  if (name.find('.') != std::string_view::npos) {
    return {location(16412), fmt::format("{}contain '.'.", kRule)};
  }
  return Status();
}

// Only selects, and says in which order.
Status check_stages(DocumentView stages) {
  constexpr std::string_view kMust =
      "All input pipelines to the $rankFusion stage must begin with one of $search, "
      "$vectorSearch, $geoNear, or have a $sort in the pipeline.";
  if (stages.empty()) {
    return {location(12108700),
            fmt::format("$rankFusion input pipeline cannot be empty. {}", kMust)};
  }
  bool ranked = false;
  for (const Element& stage : stages) {
    const std::string_view name = stage.value.as_document().begin()->name;
    if (name == "$rankFusion" || name == "$scoreFusion") {
      return {
          location(12108701),
          fmt::format("$rankFusion input pipeline has a nested hybrid search stage. {}", kMust)};
    }
    ranked = ranked || name == "$sort" || name == "$geoNear" || name == "$search" ||
             name == "$vectorSearch";
  }
  if (!ranked) {
    return {location(12108702), fmt::format("Pipeline did not begin with a ranked stage and did "
                                            "not contain an explicit $sort stage. {}",
                                            kMust)};
  }
  for (const Element& stage : stages) {
    const std::string_view name = stage.value.as_document().begin()->name;
    if (std::ranges::find(kSelecting, name) != kSelecting.end()) continue;
    return {location(12108704),
            fmt::format("$rankFusion input pipelines must not contain {} because it modifies or "
                        "transforms the input documents. Only stages that retrieve, limit, or "
                        "order documents are allowed.",
                        name)};
  }
  return Status();
}

Result<Input> parse_input(const Element& pipeline, const Environment& outer) {
  CAIRN_RETURN_IF_ERROR(check_name(pipeline.name));
  if (!pipeline.value.is_array()) {
    return Status(ErrorCode::kTypeMismatch,
                  "Error parsing $rankFusion/$scoreFusion.input.pipelines "
                  ":: caused by :: A pipeline must be an array of "
                  "objects");
  }
  const DocumentView stages = pipeline.value.as_document();
  Input input;
  input.name = pipeline.name;
  input.environment =
      std::make_unique<Environment>(outer.inside(Within::kFusion, outer.collection));
  input.environment->prefix = outer.prefix;
  CAIRN_ASSIGN_OR_RETURN(input.pipeline, Pipeline::parse(stages, *input.environment));
  CAIRN_RETURN_IF_ERROR(check_stages(stages));
  for (const Element& stage : stages) {
    const ValueView sort = stage.value.as_document()["$sort"];
    if (sort.is_document()) {
      CAIRN_ASSIGN_OR_RETURN(input.order, SortPattern::parse(sort.as_document()));
    }
  }
  return input;
}

Status parse_inputs(ValueView input, const Environment& environment, Fusion& fusion) {
  if (!input.is_document()) return wrong_type("input", input, "object");
  ValueView pipelines;
  for (const Element& field : input.as_document()) {
    if (field.name != "pipelines") return unknown(fmt::format("input.{}", field.name));
    pipelines = field.value;
  }
  if (pipelines.missing()) return missing("input.pipelines");
  if (!pipelines.is_document()) return wrong_type("input.pipelines", pipelines, "object");
  if (pipelines.as_document().empty()) {
    return {ErrorCode::kBadValue,
            "A hybrid scoring stage should be run with at least one pipeline."};
  }
  for (const Element& pipeline : pipelines.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(Input parsed, parse_input(pipeline, environment));
    fusion.inputs.push_back(std::move(parsed));
  }
  return Status();
}

Status parse_weights(ValueView combination, Fusion& fusion) {
  if (!combination.is_document()) return wrong_type("combination", combination, "object");
  const ValueView weights = combination.as_document()["weights"];
  if (weights.missing()) return missing("combination.weights");
  if (!weights.is_document()) return wrong_type("combination.weights", weights, "object");
  for (const Element& weight : weights.as_document()) {
    const auto input = std::ranges::find(fusion.inputs, weight.name, &Input::name);
    if (input == fusion.inputs.end()) {
      return {location(9967500), fmt::format("$rankFusion stage contained a weight in "
                                             "'combination.weights' that did not reference a valid "
                                             "pipeline name: {}",
                                             weight.name)};
    }
    if (!weight.value.is_number()) {
      return {location(12559404), fmt::format("$rankFusion's pipeline weight must be numeric, but "
                                              "given non-numeric value for pipeline '{}'.",
                                              weight.name)};
    }
    input->weight = weight.value.to_double();
    if (input->weight < 0) {
      return {location(12559401), fmt::format("$rankFusion's pipeline weight must be non-negative, "
                                              "but given {} for pipeline '{}'.",
                                              to_json(weight.value), weight.name)};
    }
  }
  return Status();
}

Result<StagePtr> parse_rank_fusion(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("$rankFusion must take a nested object but found: $rankFusion: {}",
                              to_json(value)));
  }
  const DocumentView specification = value.as_document();
  for (const Element& field : specification) {
    const bool known =
        field.name == "input" || field.name == "combination" || field.name == "scoreDetails";
    if (!known) return unknown(field.name);
  }
  Fusion fusion;
  if (specification["input"].missing()) return missing("input");
  const ValueView details = specification["scoreDetails"];
  if (!details.missing() && details.type() != BsonType::kBool) {
    return wrong_type("scoreDetails", details, "bool");
  }
  fusion.details = details.truthy();
  CAIRN_RETURN_IF_ERROR(parse_inputs(specification["input"], environment, fusion));
  if (const ValueView combination = specification["combination"]; !combination.missing()) {
    CAIRN_RETURN_IF_ERROR(parse_weights(combination, fusion));
  }
  return StagePtr(std::make_unique<RankFusion>(std::move(fusion)));
}

}  // namespace

extern const StageRow row_rank_fusion{.name = "$rankFusion",
                                      .parse = parse_rank_fusion,
                                      .place = Place::kFirst,
                                      .makes_documents = true,
                                      .in_facet = false};

}  // namespace cairn::aggregate
