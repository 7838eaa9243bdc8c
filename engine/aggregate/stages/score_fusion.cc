// $scoreFusion: the documents of several scored pipelines over the collection, by their scores:
// scaled for each pipeline, weighted, and combined (the average, or an expression).
// Source: MongoDB's manual, "$scoreFusion".
#include "engine/aggregate/fusion.h"
#include "engine/aggregate/normalization.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::aggregate {
namespace {

constexpr std::string_view kScoreFusionHow =
    "the value calculated by combining the scores (either normalized or raw) across input "
    "pipelines from which this document is output from:";

struct ScoreFusionSpec {
  Fusion fusion;
  Normalization normalization = Normalization::kNone;
  // Null: the average. Reads the inputs' scores as the variables behind `variables`.
  expr::ExpressionPtr expression;
  Value written;  // the expression as given
  std::unique_ptr<expr::Bindings> bindings;
  std::vector<Value*> variables;  // one per input
};

class ScoreStream final : public FusionStream {
 public:
  explicit ScoreStream(ScoreFusionSpec& spec)
      : FusionStream(spec.fusion, "$scoreFusion"),
        spec_(spec),
        normalizers_(spec.fusion.inputs.size(), Normalizer(spec.normalization)) {}

 protected:
  Result<FusionShare> share(std::size_t input, const Stream& stream, std::int64_t) override {
    const expr::Metadata* metadata = stream.metadata();
    if (metadata == nullptr || !metadata->score) {
      return Status(location(40218), "query requires score metadata, but it is not available");
    }
    FusionShare share;
    share.raw = *metadata->score;
    share.details = metadata->score_details;
    normalizers_[input].note(*share.raw);
    return share;
  }

  Status rate(ById& documents) override {
    for (auto& [key, fused] : documents) {
      for (std::size_t i = 0; i < fused.shares.size(); ++i) {
        FusionShare& share = fused.shares[i];
        if (!share.given) continue;
        share.value = normalizers_[i].scaled(*share.raw) * fusion().inputs[i].weight;
      }
      CAIRN_ASSIGN_OR_RETURN(fused.score, combined(fused));
    }
    return Status();
  }

  Value details_of(const Fused& fused) const override {
    DocumentBuilder out;
    out.append("value", fused.score).append("description", kScoreFusionHow);
    out.append("normalization", normalization_name(spec_.normalization));
    out.begin_document("combination");
    if (spec_.expression == nullptr) {
      out.append("method", "average");
    } else {
      out.append("method", "custom expression");
      out.append("expression", score_expression_text(spec_.written));
    }
    out.end().begin_array("details");
    for (std::size_t i = 0; i < fused.shares.size(); ++i) {
      out.push_document();
      append_share(fusion().inputs[i], fused.shares[i], out);
      out.end();
    }
    out.end();
    return Value::document(out.take());
  }

 private:
  Result<double> combined(const Fused& fused) {
    if (spec_.expression == nullptr) {
      double sum = 0;
      for (const FusionShare& share : fused.shares) sum += share.value;
      return sum / static_cast<double>(fused.shares.size());
    }
    for (std::size_t i = 0; i < fused.shares.size(); ++i) {
      *spec_.variables[i] = Value::number(fused.shares[i].value);
    }
    evaluation_.begin(fused.document);
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, spec_.expression->evaluate(evaluation_));
    return score_of(value);
  }

  static void append_share(const FusionInput& input, const FusionShare& share,
                           DocumentBuilder& out) {
    out.append("inputPipelineName", input.name);
    if (!share.given) {
      out.append("inputPipelineRawScore", 0).append("weight", input.weight).append("value", 0);
      return;
    }
    out.append("inputPipelineRawScore", *share.raw).append("weight", input.weight);
    out.append("value", share.value);
    if (share.details.missing()) {
      out.begin_array("details").end();
    } else {
      out.append("details", share.details);
    }
  }

  ScoreFusionSpec& spec_;
  std::vector<Normalizer> normalizers_;
  expr::Evaluation evaluation_;
};

class ScoreFusion final : public Stage {
 public:
  explicit ScoreFusion(ScoreFusionSpec spec) : spec_(std::move(spec)) {}
  Result<StreamPtr> open(StreamPtr) override {
    return StreamPtr(std::make_unique<ScoreStream>(spec_));
  }

 private:
  ScoreFusionSpec spec_;
};

Status check_scored_stages(DocumentView stages);
constexpr FusionRules kScoreRules{.stage = "$scoreFusion", .check_stages = check_scored_stages};

// Only selects, and scores.
Status check_scored_stages(DocumentView stages) {
  constexpr std::string_view kMust =
      "All input pipelines to the $scoreFusion stage must begin with one of $search, "
      "$vectorSearch, or have a custom $score in the pipeline.";
  if (stages.empty()) {
    return {location(12108710),
            fmt::format("$scoreFusion input pipeline cannot be empty. {}", kMust)};
  }
  bool scored = false;
  for (const Element& stage : stages) {
    const std::string_view name = stage.value.as_document().begin()->name;
    if (name == "$rankFusion" || name == "$scoreFusion") {
      return {location(12108711),
              fmt::format("$scoreFusion input pipeline has a nested hybrid search stage "
                          "($rankFusion/$scoreFusion). {}",
                          kMust)};
    }
    scored = scored || name == "$score" || name == "$search" || name == "$vectorSearch";
  }
  if (!scored) {
    return {location(12108712), fmt::format("Pipeline did not begin with a scored stage and did "
                                            "not contain an explicit $score stage. {}",
                                            kMust)};
  }
  return check_selecting(kScoreRules, stages, "$score", location(12108713));
}

Status parse_input(ValueView input, const Environment& environment, ScoreFusionSpec& spec) {
  if (!input.is_document()) return fusion_wrong_type(kScoreRules, "input", input, "object");
  for (const Element& field : input.as_document()) {
    if (field.name == "pipelines" || field.name == "normalization") continue;
    return fusion_unknown(kScoreRules, fmt::format("input.{}", field.name));
  }
  const ValueView normalization = input.as_document()["normalization"];
  if (normalization.missing()) return fusion_missing(kScoreRules, "input.normalization");
  CAIRN_ASSIGN_OR_RETURN(spec.normalization,
                         parse_normalization("$scoreFusion.input.normalization", normalization));
  return parse_fusion_inputs(kScoreRules, input.as_document()["pipelines"], environment,
                             spec.fusion);
}

Status parse_expression(ValueView expression, const Environment& environment,
                        ScoreFusionSpec& spec) {
  spec.written = Value(expression);
  spec.bindings = std::make_unique<expr::Bindings>(&environment.around.bindings);
  for (const FusionInput& input : spec.fusion.inputs) {
    spec.variables.push_back(spec.bindings->define_variable(input.name));
  }
  const expr::Scope scope(spec.bindings.get(), environment.around.collation.get());
  CAIRN_ASSIGN_OR_RETURN(spec.expression, expr::parse_expression(expression, scope));
  return Status();
}

// Whether the scores are combined by an expression.
Result<bool> parse_method(ValueView method) {
  if (method.missing()) return false;
  if (!method.is_string()) {
    return fusion_wrong_type(kScoreRules, "combination.method", method, "string");
  }
  if (method.as_string() == "expression") return true;
  if (method.as_string() == "avg") return false;
  return Status(ErrorCode::kBadValue,
                fmt::format("Enumeration value '{}' for field '$scoreFusion.combination.method' is "
                            "not a valid value.",
                            method.as_string()));
}

Status parse_combination(ValueView value, const Environment& environment, ScoreFusionSpec& spec) {
  if (value.missing()) return Status();
  if (!value.is_document()) return fusion_wrong_type(kScoreRules, "combination", value, "object");
  const DocumentView combination = value.as_document();
  for (const Element& field : combination) {
    const bool known =
        field.name == "weights" || field.name == "method" || field.name == "expression";
    if (!known) return fusion_unknown(kScoreRules, fmt::format("combination.{}", field.name));
  }
  const ValueView method = combination["method"];
  const ValueView expression = combination["expression"];
  const ValueView weights = combination["weights"];
  CAIRN_ASSIGN_OR_RETURN(const bool by_expression, parse_method(method));
  if (method.missing() && !expression.missing()) {
    return {location(10017300),
            "combination.expression must be specified if and only if combination.method is "
            "\"expression\""};
  }
  if (by_expression == expression.missing()) {
    return {location(12559406),
            "combination.expression should only be specified when combination.method has the value "
            "\"expression\""};
  }
  if (by_expression && !weights.missing()) {
    return {location(12559407),
            "combination.expression and combination.weights cannot both be specified"};
  }
  if (!weights.missing()) {
    CAIRN_RETURN_IF_ERROR(parse_fusion_weights(kScoreRules, weights, spec.fusion));
  }
  return by_expression ? parse_expression(expression, environment, spec) : Status();
}

Result<StagePtr> parse_score_fusion(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("$scoreFusion must take a nested object but found: $scoreFusion: {}",
                              to_json(value)));
  }
  const DocumentView specification = value.as_document();
  for (const Element& field : specification) {
    const bool known =
        field.name == "input" || field.name == "combination" || field.name == "scoreDetails";
    if (!known) return fusion_unknown(kScoreRules, field.name);
  }
  ScoreFusionSpec spec;
  if (specification["input"].missing()) return fusion_missing(kScoreRules, "input");
  CAIRN_RETURN_IF_ERROR(
      parse_fusion_details(kScoreRules, specification["scoreDetails"], spec.fusion));
  CAIRN_RETURN_IF_ERROR(parse_input(specification["input"], environment, spec));
  CAIRN_RETURN_IF_ERROR(parse_combination(specification["combination"], environment, spec));
  return StagePtr(std::make_unique<ScoreFusion>(std::move(spec)));
}

}  // namespace

extern const StageRow row_score_fusion{.name = "$scoreFusion",
                                       .parse = parse_score_fusion,
                                       .place = Place::kFirst,
                                       .makes_documents = true,
                                       .in_facet = false};

}  // namespace cairn::aggregate
