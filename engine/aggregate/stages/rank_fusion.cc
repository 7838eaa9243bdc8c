// $rankFusion: the documents of several ranked pipelines over the collection, by reciprocal rank
// fusion: score = sum of weight / (60 + rank), equal sort keys sharing a rank.
// Source: MongoDB's manual, "$rankFusion"; Cormack, Clarke, Buettcher, SIGIR 2009.
#include "engine/aggregate/fusion.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::aggregate {
namespace {

constexpr double kRankConstant = 60;
constexpr std::string_view kRankFusionHow =
    "value output by reciprocal rank fusion algorithm, computed as sum of (weight * (1 / (60 + "
    "rank))) across input pipelines from which this document is output, from:";

class RankStream final : public FusionStream {
 public:
  explicit RankStream(Fusion& fusion) : FusionStream(fusion, "$rankFusion") {}

 protected:
  Result<FusionShare> share(std::size_t input, const Stream& stream, std::int64_t rank) override {
    FusionShare share;
    share.rank = rank;
    if (const expr::Metadata* metadata = stream.metadata()) share.raw = metadata->score;
    share.value = fusion().inputs[input].weight / (kRankConstant + static_cast<double>(rank));
    return share;
  }

  Status rate(ById& documents) override {
    for (auto& [key, fused] : documents) {
      for (const FusionShare& share : fused.shares) fused.score += share.value;
    }
    return Status();
  }

  Value details_of(const Fused& fused) const override {
    DocumentBuilder out;
    out.append("value", fused.score).append("description", kRankFusionHow).begin_array("details");
    for (std::size_t i = 0; i < fused.shares.size(); ++i) {
      const FusionInput& input = fusion().inputs[i];
      out.push_document().append("inputPipelineName", input.name);
      if (!fused.shares[i].given) {
        out.append("rank", "NA");
      } else {
        out.append("rank", static_cast<std::int32_t>(fused.shares[i].rank));
      }
      out.append("weight", input.weight);
      if (fused.shares[i].raw) out.append("value", *fused.shares[i].raw);
      out.begin_array("details").end().end();
    }
    out.end();
    return Value::document(out.take());
  }
};

class RankFusion final : public Stage {
 public:
  explicit RankFusion(Fusion fusion) : fusion_(std::move(fusion)) {}
  Result<StreamPtr> open(StreamPtr) override {
    return StreamPtr(std::make_unique<RankStream>(fusion_));
  }

 private:
  Fusion fusion_;
};

Status check_ranked_stages(DocumentView stages);
constexpr FusionRules kRankRules{.stage = "$rankFusion", .check_stages = check_ranked_stages};

// Only selects, and says in which order.
Status check_ranked_stages(DocumentView stages) {
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
    if (stage.value.as_document().begin()->name != "$score") continue;
    return {location(12108703), "$rankFusion input pipelines must not contain a $score stage."};
  }
  return check_selecting(kRankRules, stages, "", location(12108704));
}

Status parse_inputs(ValueView input, const Environment& environment, Fusion& fusion) {
  if (!input.is_document()) return fusion_wrong_type(kRankRules, "input", input, "object");
  ValueView pipelines;
  for (const Element& field : input.as_document()) {
    if (field.name != "pipelines") {
      return fusion_unknown(kRankRules, fmt::format("input.{}", field.name));
    }
    pipelines = field.value;
  }
  return parse_fusion_inputs(kRankRules, pipelines, environment, fusion);
}

Status parse_combination(ValueView combination, Fusion& fusion) {
  if (combination.missing()) return Status();
  if (!combination.is_document()) {
    return fusion_wrong_type(kRankRules, "combination", combination, "object");
  }
  const ValueView weights = combination.as_document()["weights"];
  if (weights.missing()) return fusion_missing(kRankRules, "combination.weights");
  return parse_fusion_weights(kRankRules, weights, fusion);
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
    if (!known) return fusion_unknown(kRankRules, field.name);
  }
  Fusion fusion;
  if (specification["input"].missing()) return fusion_missing(kRankRules, "input");
  CAIRN_RETURN_IF_ERROR(parse_fusion_details(kRankRules, specification["scoreDetails"], fusion));
  CAIRN_RETURN_IF_ERROR(parse_inputs(specification["input"], environment, fusion));
  CAIRN_RETURN_IF_ERROR(parse_combination(specification["combination"], fusion));
  return StagePtr(std::make_unique<RankFusion>(std::move(fusion)));
}

}  // namespace

extern const StageRow row_rank_fusion{.name = "$rankFusion",
                                      .parse = parse_rank_fusion,
                                      .place = Place::kFirst,
                                      .makes_documents = true,
                                      .in_facet = false};

}  // namespace cairn::aggregate
