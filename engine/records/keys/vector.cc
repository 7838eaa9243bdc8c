// Vector search indexes: one entry per field of vectors, under the field's number in the
// definition; its value is the vector as subtype 9 has it (engine/bson/binary_vector.h). What does
// not fit the definition is not indexed, and is no error. A document that has a vector has one
// entry more where the definition has fields to filter by (vector_filter_row.h).
#include "engine/records/keys/generators.h"

#include "engine/bson/binary_vector.h"
#include "engine/catalog/vector_filters.h"
#include "engine/records/keys/vector_entry.h"
#include "engine/records/keys/vector_filter_row.h"

#include <cmath>
#include <limits>

namespace cairn::records {
namespace {

// The numbers of an array as float32, in `bytes`. False: it has something else, or another length.
bool append_numbers(DocumentView numbers, std::size_t dimensions, std::string& bytes) {
  std::size_t count = 0;
  for (const Element& number : numbers) {
    if (!number.value.is_number() || number.value.type() == BsonType::kDecimal128) return false;
    if (++count > dimensions) return false;
    const auto narrow = static_cast<float>(number.value.to_double());
    if (!std::isfinite(narrow)) return false;
    bytes.append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
  }
  return count == dimensions;
}

bool is_zero(const BinaryVectorView& vector) {
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (vector[i] != 0) return false;
  }
  return true;
}

bool append_binary(BinaryView binary, const VectorField& field, std::string& bytes) {
  const auto vector = decode_binary_vector(binary);
  if (!vector.ok() || vector->size() != field.dimensions || first_not_finite(*vector)) {
    return false;
  }
  if (vector->element == VectorElement::kPackedBit &&
      field.similarity != VectorSimilarity::kEuclidean) {
    return false;
  }
  bytes.assign(reinterpret_cast<const char*>(binary.bytes.data()), binary.bytes.size());
  return true;
}

std::span<const std::uint8_t> bytes_of(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

bool append_vector(ValueView value, const VectorField& field, std::string& bytes) {
  bytes.clear();
  if (value.is_array()) {
    bytes.push_back(static_cast<char>(VectorElement::kFloat32));
    bytes.push_back(0);
    if (!append_numbers(value.as_document(), field.dimensions, bytes)) return false;
  } else if (value.type() == BsonType::kBinary && value.as_binary().subtype == kVectorSubtype) {
    if (!append_binary(value.as_binary(), field, bytes)) return false;
  } else {
    return false;
  }
  if (field.similarity != VectorSimilarity::kCosine) return true;
  // A vector of no direction has no angle to another.
  const auto vector = decode_binary_vector({kVectorSubtype, bytes_of(bytes)});
  return vector.ok() && !is_zero(*vector);
}

}  // namespace

bool read_vector_entry(const VectorField& field, DocumentView document, std::string& entry) {
  const path_detail::Stop stop = path_detail::walk_documents(document, field.path, 0);
  return stop.next == field.path.size() && append_vector(stop.value, field, entry);
}

Status vector_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  thread_local std::string bytes;
  const std::vector<VectorField>& fields = index.vectors()->fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!read_vector_entry(fields[i], document, bytes)) continue;
    const auto number = static_cast<char>(i);
    keys.add_bytes({&number, 1}, bytes);
  }
  if (keys.empty()) return Status();
  const std::vector<FieldPath> filters = vector_filters(index);
  if (filters.empty()) return Status();
  bytes.clear();
  append_filter_row(document, filters, bytes);
  keys.add_bytes({&kVectorFilterMark, 1}, bytes);
  return Status();
}

}  // namespace cairn::records
