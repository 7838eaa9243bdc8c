// $score: gives every document a score, which {$meta: "score"} reads; scaled by the scores of all
// documents where so asked (then blocking), and weighted.
// Source: MongoDB's manual, "$score".
#include "engine/aggregate/metadata_bytes.h"
#include "engine/aggregate/normalization.h"
#include "engine/aggregate/spool.h"
#include "engine/aggregate/stage.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::aggregate {
namespace {

constexpr std::string_view kScoreHow =
    "the score calculated from multiplying a weight in the range [0,1] with either a normalized or "
    "nonnormalized value:";

struct Options {
  expr::ExpressionPtr score;
  Value written;  // the expression as given
  Normalization normalization = Normalization::kNone;
  double weight = 1;
  bool details = false;
};

Value details_of(const Options& options, double raw, double score) {
  DocumentBuilder out;
  out.append("value", score).append("description", kScoreHow).append("rawScore", raw);
  out.append("normalization", normalization_name(options.normalization));
  out.append("weight", options.weight);
  out.append("expression", score_expression_text(options.written));
  out.begin_array("details").end();
  return Value::document(out.take());
}

// What every score is made of: the documents' own, in the order in which they come.
class Scored : public StreamOver {
 public:
  Scored(StreamPtr input, const Options& options)
      : StreamOver(std::move(input)), options_(options), normalizer_(options.normalization) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (!document) return document;
    CAIRN_ASSIGN_OR_RETURN(const double raw, raw_score(*document, input_->metadata()));
    metadata_ = input_->metadata() == nullptr ? expr::Metadata() : *input_->metadata();
    set_score(raw);
    return document;
  }
  const expr::Metadata* metadata() const override { return &metadata_; }

 protected:
  Result<double> raw_score(DocumentView document, const expr::Metadata* metadata) {
    evaluation_.begin(document, metadata);
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, options_.score->evaluate(evaluation_));
    return score_of(value);
  }
  void set_score(double raw) {
    metadata_.score = normalizer_.scaled(raw) * options_.weight;
    metadata_.score_details =
        options_.details ? details_of(options_, raw, *metadata_.score) : Value();
  }

  const Options& options_;
  Normalizer normalizer_;
  expr::Evaluation evaluation_;
  expr::Metadata metadata_;
};

// Reads everything before it gives anything: the least and the greatest score must be known.
class Scaled final : public Scored {
 public:
  Scaled(StreamPtr input, const Options& options, SpillSpace* spill)
      : Scored(std::move(input), options),
        spool_({.spill = spill,
                .too_large = "Exceeded memory limit for $score, but didn't allow external spilling"
                             "; pass allowDiskUse:true to opt in"}) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> beside, kept_->next(interrupt));
    if (!beside) return beside;
    metadata_ = read_metadata(*beside);
    set_score(*metadata_.score);
    return kept_->next(interrupt);
  }
  void park() override {
    Scored::park();
    if (kept_ != nullptr) kept_->park();
  }

 private:
  Status read_all(const Interrupt* interrupt) {
    std::string beside;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      CAIRN_ASSIGN_OR_RETURN(const double raw, raw_score(*document, input_->metadata()));
      normalizer_.note(raw);
      metadata_ = input_->metadata() == nullptr ? expr::Metadata() : *input_->metadata();
      metadata_.score = raw;
      beside.clear();
      append_metadata(&metadata_, beside);
      CAIRN_RETURN_IF_ERROR(
          spool_.add(DocumentView(reinterpret_cast<const std::uint8_t*>(beside.data()))));
      CAIRN_RETURN_IF_ERROR(spool_.add(*document));
    }
    input_.reset();
    CAIRN_RETURN_IF_ERROR(spool_.finish());
    kept_ = spool_.read();
    return Status();
  }

  Spool spool_;  // each document behind its metadata, whose score is the raw one
  StreamPtr kept_;
};

class Score final : public Stage {
 public:
  Score(Options options, SpillSpace* spill) : options_(std::move(options)), spill_(spill) {}
  Result<StreamPtr> open(StreamPtr input) override {
    if (options_.normalization == Normalization::kMinMaxScaler) {
      return StreamPtr(std::make_unique<Scaled>(std::move(input), options_, spill_));
    }
    return StreamPtr(std::make_unique<Scored>(std::move(input), options_));
  }

 private:
  Options options_;
  SpillSpace* spill_;
};

Status wrong_type(const Element& option, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$score.{}' is the wrong type '{}', expected {}", option.name,
                      type_name(option.value.type()), expected)};
}

Status read_weight(const Element& option, Options& options) {
  if (!option.value.is_number()) {
    return wrong_type(option, "types '[long, decimal, double, int]'");
  }
  options.weight = option.value.to_double();
  const auto refuse = [&](std::string_view rule) {
    return Status(ErrorCode::kBadValue,
                  fmt::format("BSON field 'weight' value must be {}, actual value '{}'", rule,
                              to_json(option.value)));
  };
  if (!(options.weight >= 0)) return refuse(">= 0");
  return options.weight <= 1 ? Status() : refuse("<= 1");
}

Status read_option(const Element& option, const Environment& environment, Options& options) {
  if (option.name == "score") {
    options.written = Value(option.value);
    CAIRN_ASSIGN_OR_RETURN(options.score,
                           expr::parse_expression(option.value, environment.scope()));
    return Status();
  }
  if (option.name == "normalization") {
    CAIRN_ASSIGN_OR_RETURN(options.normalization,
                           parse_normalization("$score.normalization", option.value));
    return Status();
  }
  if (option.name == "weight") return read_weight(option, options);
  if (option.name == "scoreDetails") {
    if (option.value.type() != BsonType::kBool) return wrong_type(option, "type 'bool'");
    options.details = option.value.truthy();
    return Status();
  }
  return {ErrorCode::kIDLUnknownField,
          fmt::format("BSON field '$score.{}' is an unknown field.", option.name)};
}

Result<StagePtr> parse_score(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("The $score stage specification must be an object, found {}",
                              type_name(specification.type())));
  }
  Options options;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(read_option(option, environment, options));
  }
  if (options.score == nullptr) {
    return Status(ErrorCode::kIDLFailedToParse,
                  "BSON field '$score.score' is missing but a required field");
  }
  return StagePtr(std::make_unique<Score>(std::move(options), environment.spill()));
}

}  // namespace

extern const StageRow row_score{"$score", parse_score};

}  // namespace cairn::aggregate
