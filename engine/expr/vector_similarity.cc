#include "engine/expr/vector_similarity.h"

#include "engine/bson/binary_vector.h"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace cairn::expr {
namespace {

// One of the two operands, seen as a vector.
struct VectorOperand {
  ValueView value;
  BinaryVectorView binary;  // where the value is one
  std::size_t size = 0;
};

bool is_binary_vector(ValueView value) {
  return value.type() == BsonType::kBinary && value.as_binary().subtype == kVectorSubtype;
}

class SimilarityOf final : public Expression {
 public:
  SimilarityOf(const Similarity& similarity, bool score, Operands operands)
      : Expression(std::move(operands)), similarity_(similarity), score_(score) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    std::array<VectorOperand, 2> vectors;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      CAIRN_ASSIGN_OR_RETURN(vectors[i].value, operands_[i]->evaluate(evaluation));
    }
    for (VectorOperand& vector : vectors) {
      if (!vector.value.has_value()) return Evaluation::null();
    }
    for (VectorOperand& vector : vectors) CAIRN_RETURN_IF_ERROR(open(vector));
    if (vectors[0].size != vectors[1].size) return sizes_differ(vectors);
    // Vectors are long: their numbers are unpacked once, into memory that the thread keeps.
    thread_local std::array<std::vector<double>, 2> numbers;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (!unpack(vectors[i], numbers[i])) return not_numbers(i);
    }
    const double measure = similarity_.measure(numbers[0], numbers[1]);
    return evaluation.number(score_ ? similarity_.score(measure) : measure);
  }
  // MongoDB computes constant vectors with the documents, so their errors come with them.
  bool pure() const override { return false; }

 private:
  Status open(VectorOperand& vector) const {
    if (vector.value.is_array()) {
      vector.size = vector.value.as_document().count();
      return Status();
    }
    if (!is_binary_vector(vector.value)) {
      return {location(10413200),
              fmt::format("Arguments to {} must be arrays or binData vectors, but found type: {}",
                          similarity_.name, type_of(vector.value))};
    }
    Result<BinaryVectorView> binary = decode_binary_vector(vector.value.as_binary());
    if (!binary.ok()) return {location(10506600), std::string(binary.status().message())};
    vector.binary = *binary;
    vector.size = binary->size();
    return Status();
  }

  Status sizes_differ(const std::array<VectorOperand, 2>& vectors) const {
    return {location(10413202),
            fmt::format("Arguments to {} must be the same size, but the first is of size {} and "
                        "the second is of size {}",
                        similarity_.name, vectors[0].size, vectors[1].size)};
  }

  Status not_numbers(std::size_t place) const {
    return {location(place == 0 ? 10413203 : 10413204),
            fmt::format("All elements in the {} argument to {} must be numeric or boolean",
                        place == 0 ? "first" : "second", similarity_.name)};
  }

  static bool unpack(const VectorOperand& vector, std::vector<double>& numbers) {
    numbers.resize(vector.size);
    if (!vector.value.is_array()) {
      for (std::size_t i = 0; i < vector.size; ++i) numbers[i] = vector.binary[i];
      return true;
    }
    std::size_t i = 0;
    for (const Element& element : vector.value.as_document()) {
      const ValueView value = element.value;
      if (!value.is_number() && value.type() != BsonType::kBool) return false;
      numbers[i++] = value.is_number() ? value.to_double() : static_cast<double>(value.as_bool());
    }
    return true;
  }

  const Similarity& similarity_;
  const bool score_;
};

struct Arguments {
  ValueView vectors;
  bool score = false;
};

Result<Arguments> read_named(std::string_view name, DocumentView argument) {
  Arguments arguments;
  for (const Element& field : argument) {
    if (field.name == "vectors") {
      if (!field.value.is_array()) {
        return Status(location(10413205),
                      fmt::format("vectors must be an array of expressions, but found {}",
                                  type_of(field.value)));
      }
      arguments.vectors = field.value;
    } else if (field.name == "score") {
      if (field.value.type() != BsonType::kBool) {
        return Status(location(10413206),
                      fmt::format("score must be a boolean, but found {}", type_of(field.value)));
      }
      arguments.score = field.value.as_bool();
    } else {
      return Status(location(10413207),
                    fmt::format("{} found an unknown argument: {}", name, field.name));
    }
  }
  return arguments;
}

}  // namespace

Result<ExpressionPtr> parse_similarity(const Similarity& similarity, ValueView argument,
                                       const Scope& scope) {
  Arguments arguments{.vectors = argument};
  if (argument.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(arguments, read_named(similarity.name, argument.as_document()));
  } else if (!argument.is_array()) {
    return Status(location(10413208),
                  fmt::format("{} only supports an object or array as an argument, but found{}",
                              similarity.name, type_of(argument)));
  }
  Operands operands;
  if (!arguments.vectors.missing()) {
    CAIRN_ASSIGN_OR_RETURN(
        operands, parse_operands(similarity.name, arguments.vectors, scope, {0, Arity::kAny}));
  }
  if (operands.size() != 2) {
    return Status(location(10413209),
                  fmt::format("{} requires exactly two vectors", similarity.name));
  }
  return ExpressionPtr(
      std::make_unique<SimilarityOf>(similarity, arguments.score, std::move(operands)));
}

}  // namespace cairn::expr
