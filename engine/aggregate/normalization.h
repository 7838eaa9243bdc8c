// Normalization: how $score and $scoreFusion bring scores into the range from 0 to 1.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <limits>
#include <string_view>

namespace cairn::aggregate {

enum class Normalization : std::uint8_t { kNone, kSigmoid, kMinMaxScaler };

// Errors: TypeMismatch, BadValue; `field` is what they name.
Result<Normalization> parse_normalization(std::string_view field, ValueView value);
std::string_view normalization_name(Normalization normalization);

// Scores of one stream of documents: all of them are noted before the first is scaled.
class Normalizer {
 public:
  explicit Normalizer(Normalization normalization) : normalization_(normalization) {}
  void note(double score);
  double scaled(double score) const;

 private:
  Normalization normalization_;
  double least_ = std::numeric_limits<double>::infinity();
  double greatest_ = -std::numeric_limits<double>::infinity();
};

// A score is a number. Error: TypeMismatch.
Result<double> score_of(ValueView value);

// An expression as `scoreDetails` shows it: "{ string: { $add: [ '$a', 1 ] } }".
std::string score_expression_text(ValueView expression);

}  // namespace cairn::aggregate
