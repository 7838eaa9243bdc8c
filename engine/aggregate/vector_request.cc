#include "engine/aggregate/vector_request.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

namespace cairn::aggregate {
namespace {

constexpr std::int64_t kMostCandidates = 10000;

Status refused(std::string message) { return {ErrorCode::kUnknownError, std::move(message)}; }
Status refused(std::string_view member, std::string_view what) {
  return refused(fmt::format("\"{}\" {}", member, what));
}

Result<std::string> text(DocumentView specification, std::string_view name) {
  const ValueView value = specification[name];
  if (!value.has_value()) return refused(name, "is required");
  if (!value.is_string()) return refused(name, "must be a string");
  return std::string(value.as_string());
}

Status refused_number(std::size_t place, std::string_view what) {
  return refused(fmt::format("queryVector[{}]", place), what);
}

Result<std::string> numbers_as_vector(DocumentView numbers) {
  std::vector<float> narrow;
  for (const Element& number : numbers) {
    if (!number.value.is_number() || number.value.type() == BsonType::kDecimal128) {
      return refused_number(narrow.size(), "must be a number");
    }
    narrow.push_back(static_cast<float>(number.value.to_double()));
    if (!std::isfinite(narrow.back())) return refused_number(narrow.size() - 1, "must be finite");
  }
  return encode_binary_vector(narrow);
}

Result<std::string> binary_as_vector(BinaryView binary) {
  if (binary.subtype != kVectorSubtype) {
    return refused("queryVector", "must be an array of numbers or binary data of subtype 9");
  }
  const auto vector = decode_binary_vector(binary);
  if (!vector.ok()) return refused("queryVector", vector.status().message());
  if (const std::optional<std::size_t> place = first_not_finite(*vector)) {
    return refused_number(*place, "must be finite");
  }
  if (vector->padding != 0) return refused("queryVector", "must have no padding");
  return std::string(reinterpret_cast<const char*>(binary.bytes.data()), binary.bytes.size());
}

Result<std::string> query_vector(DocumentView specification) {
  const ValueView vector = specification["queryVector"];
  if (specification["query"].has_value()) {
    if (vector.has_value()) {
      return refused("exactly one of \"query\" and \"queryVector\" must be present");
    }
    return refused("query", "needs a hosted model, which Cairn does not call");
  }
  if (!vector.has_value()) return refused("queryVector", "is required");
  if (vector.is_array()) return numbers_as_vector(vector.as_document());
  if (vector.type() == BsonType::kBinary) return binary_as_vector(vector.as_binary());
  return refused("queryVector", "must be an array of numbers or binary data of subtype 9");
}

Status read_candidates(DocumentView specification, VectorRequest& request) {
  const ValueView candidates = specification["numCandidates"];
  if (request.exact) {
    if (!candidates.has_value()) return Status();
    return refused("numCandidates", "must be omitted when exact is true");
  }
  if (!candidates.has_value()) return refused("numCandidates", "is required");
  if (!candidates.is_number()) return refused("numCandidates", "must be a number");
  const std::optional<std::int64_t> number = candidates.to_int64_exact();
  if (!number) return refused("numCandidates", "must be an integer");
  if (*number < 1 || *number > kMostCandidates) {
    return refused("numCandidates", fmt::format("must be within bounds [1..{}]", kMostCandidates));
  }
  if (*number < request.limit) {
    return refused("numCandidates", "must be greater than or equal to \"limit\"");
  }
  request.candidates = *number;
  return Status();
}

Status read_nested(DocumentView specification, VectorRequest& request) {
  if (const ValueView parents = specification["parentFilter"]; parents.has_value()) {
    if (!parents.is_document()) return refused("parentFilter", "must be a document");
    request.parent_filter = Document(parents.as_document());
  }
  const ValueView options = specification["nestedOptions"];
  if (!options.has_value()) return Status();
  if (!options.is_document()) return refused("nestedOptions", "must be a document");
  request.nested_score = exec::NestedScore::kMax;
  for (const Element& option : options.as_document()) {
    if (option.name != "scoreMode") {
      return refused("nestedOptions", fmt::format("unrecognized field \"{}\"", option.name));
    }
    if (!option.value.has_value()) continue;
    if (!option.value.is_string()) return refused("nestedOptions.scoreMode", "must be a string");
    const std::string_view mode = option.value.as_string();
    if (mode != "max" && mode != "avg") {
      return refused("nestedOptions.scoreMode",
                     fmt::format("must be \"max\" or \"avg\", not \"{}\"", mode));
    }
    request.nested_score = mode == "max" ? exec::NestedScore::kMax : exec::NestedScore::kMean;
  }
  return Status();
}

}  // namespace

Status check_vector_stage(ValueView specification) {
  if (!specification.is_document()) {
    return {ErrorCode::kFailedToParse,
            fmt::format("$vectorSearch value must be an object. Found: {}",
                        type_name(specification.type()))};
  }
  const ValueView limit = specification.as_document()["limit"];
  if (!limit.missing()) {
    if (!limit.is_number() || limit.type() == BsonType::kDecimal128) {
      return {location(8575100),
              "Expected limit to be a number, but got " + std::string(type_name(limit.type()))};
    }
    if (!(limit.to_double() > 0)) {
      return {location(7912700), "$vectorSearch requires a positive limit"};
    }
  }
  const ValueView filter = specification.as_document()["filter"];
  if (!filter.missing() && !filter.is_document()) {
    return {location(10065), "invalid parameter: expected an object (filter)"};
  }
  return Status();
}

Result<VectorRequest> parse_vector_request(DocumentView specification) {
  VectorRequest request;
  CAIRN_ASSIGN_OR_RETURN(request.index, text(specification, "index"));
  CAIRN_ASSIGN_OR_RETURN(request.path, text(specification, "path"));
  const ValueView exact = specification["exact"];
  if (exact.has_value() && exact.type() != BsonType::kBool) {
    return refused("exact", "must be a boolean");
  }
  request.exact = exact.truthy();
  const ValueView limit = specification["limit"];
  if (limit.missing()) return refused("limit", "is required");
  const std::optional<std::int64_t> whole = limit.to_int64_exact();
  if (!whole) return refused("limit", "must be an integer");
  if (*whole > std::numeric_limits<std::int32_t>::max()) {
    return refused("limit", "must be a 32-bit integer");
  }
  request.limit = *whole;
  CAIRN_RETURN_IF_ERROR(read_candidates(specification, request));
  CAIRN_ASSIGN_OR_RETURN(request.vector, query_vector(specification));
  CAIRN_RETURN_IF_ERROR(read_nested(specification, request));
  const ValueView stored = specification["returnStoredSource"];
  if (stored.has_value() && stored.type() != BsonType::kBool) {
    return refused("returnStoredSource", "must be a boolean");
  }
  request.stored_source = stored.truthy();
  if (const ValueView filter = specification["filter"]; filter.is_document()) {
    request.filter = Document(filter.as_document());
  }
  return request;
}

Status check_nested_options(const VectorRequest& request, const VectorField& field) {
  if (field.nested || !request.nested_score) return Status();
  return refused(
      "nestedOptions",
      fmt::format("needs a path under the index's nestedRoot, which '{}' is not", request.path));
}

Result<BinaryVectorView> check_query_vector(const VectorRequest& request,
                                            const VectorField& field) {
  CAIRN_ASSIGN_OR_RETURN(
      const BinaryVectorView vector,
      decode_binary_vector(
          {kVectorSubtype,
           {reinterpret_cast<const std::uint8_t*>(request.vector.data()), request.vector.size()}}));
  if (vector.size() != field.dimensions) {
    return refused(fmt::format("vector field is indexed with {} dimensions but queried with {}",
                               field.dimensions, vector.size()));
  }
  if (vector.element == VectorElement::kPackedBit &&
      field.similarity != VectorSimilarity::kEuclidean) {
    return refused("a packed_bit query vector needs an index with euclidean similarity");
  }
  if (field.similarity != VectorSimilarity::kCosine) return vector;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (vector[i] != 0) return vector;
  }
  return refused("Cosine similarity cannot be calculated against a zero vector.");
}

}  // namespace cairn::aggregate
