// Fusion: several pipelines over one collection as one stream of scored documents, each document
// once; what $rankFusion and $scoreFusion share.
#pragma once

#include "engine/aggregate/pipeline.h"
#include "engine/aggregate/stage.h"
#include "engine/bson/sort_pattern.h"

#include <cairn/bson.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::aggregate {

struct FusionInput {
  std::string name;
  double weight = 1;
  std::unique_ptr<Environment> environment;
  std::optional<Pipeline> pipeline;
  std::optional<SortPattern> order;  // of its last $sort
};

struct Fusion {
  std::vector<FusionInput> inputs;
  bool details = false;  // `scoreDetails`
};

// What one input says of a document.
struct FusionShare {
  bool given = false;
  std::int64_t rank = 0;      // from 1 on; equal sort keys share one
  std::optional<double> raw;  // the input's own score, if it has one
  double value = 0;           // scaled and weighted
  Value details;
};

struct Fused {
  Document document;
  std::vector<FusionShare> shares;  // one per input
  double score = 0;
};

// All inputs are read before the first document is given: the best score first, equal ones by
// `_id`. `fusion` outlives the stream.
class FusionStream : public Stream {
 public:
  FusionStream(Fusion& fusion, std::string_view stage) : fusion_(fusion), stage_(stage) {}
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override;
  void park() override {}
  const expr::Metadata* metadata() const override { return &metadata_; }

 protected:
  using ById = std::map<std::string, Fused>;

  const Fusion& fusion() const { return fusion_; }
  // Of the document that the input's stream gave last.
  virtual Result<FusionShare> share(std::size_t input, const Stream& stream, std::int64_t rank) = 0;
  // Sets every document's score.
  virtual Status rate(ById& documents) = 0;
  virtual Value details_of(const Fused& fused) const = 0;

 private:
  Status read_all(const Interrupt* interrupt);
  Status read_input(std::size_t i, const Interrupt* interrupt);
  Status note(std::size_t i, FusionShare share, DocumentView document);

  Fusion& fusion_;
  std::string_view stage_;
  bool read_ = false;
  ById by_id_;
  std::size_t bytes_ = 0;
  std::vector<const Fused*> order_;
  std::size_t at_ = 0;
  expr::Metadata metadata_;
};

// What differs between the stages where they are parsed.
struct FusionRules {
  std::string_view stage;  // "$rankFusion"
  // Whether an input may consist of these stages (an array).
  Status (*check_stages)(DocumentView stages);
};

Status parse_fusion_inputs(const FusionRules& rules, ValueView pipelines,
                           const Environment& environment, Fusion& fusion);
// `combination.weights`. Errors: 9967500, 12559404, 12559401, TypeMismatch.
Status parse_fusion_weights(const FusionRules& rules, ValueView weights, Fusion& fusion);
// `scoreDetails`.
Status parse_fusion_details(const FusionRules& rules, ValueView details, Fusion& fusion);

// The stages (an array) only select and order documents. Error: `code`, naming the first that does
// not; `also` is one more that may stand there.
Status check_selecting(const FusionRules& rules, DocumentView stages, std::string_view also,
                       ErrorCode code);

Status fusion_wrong_type(const FusionRules& rules, std::string_view field, ValueView value,
                         std::string_view expected);
Status fusion_missing(const FusionRules& rules, std::string_view field);
Status fusion_unknown(const FusionRules& rules, std::string_view field);

}  // namespace cairn::aggregate
