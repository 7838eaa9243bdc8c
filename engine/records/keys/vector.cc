// Vector search indexes: one entry per field of vectors, under the field's number in the
// definition, of a nested field one per element, whose number follows; its value is the vector as
// subtype 9 has it (engine/bson/binary_vector.h). What does not fit the definition is not indexed,
// and is no error. A document that has a vector has one entry more where the definition has fields
// to filter by (vector_filter_row.h).
#include "engine/records/keys/generators.h"

#include "engine/bson/binary_vector.h"
#include "engine/records/keys/vector_entry.h"
#include "engine/records/keys/vector_filter_row.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace cairn::records {
namespace {

// The number of an array's element whose value is at `value`, which is moved behind it; NaN where
// it is none that a vector can have.
double take_number(std::uint8_t type, const std::uint8_t*& value) {
  const auto take = [&value]<class Number>(Number number) {
    std::memcpy(&number, value, sizeof number);
    value += sizeof number;
    return static_cast<double>(number);
  };
  switch (static_cast<BsonType>(type)) {
    case BsonType::kDouble:
      return take(double());
    case BsonType::kInt32:
      return take(std::int32_t());
    case BsonType::kInt64:
      return take(std::int64_t());
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

// The numbers of an array as float32, behind `bytes`. False: it has something else, or another
// length. Every search reads some documents' vectors, and every insert one: the elements are walked
// by hand, which takes a quarter of what DocumentView's iterator takes.
bool append_numbers(DocumentView numbers, std::size_t dimensions, std::string& bytes) {
  const std::size_t begin = bytes.size();
  bytes.resize(begin + dimensions * sizeof(float));
  const std::uint8_t* at = numbers.data() + sizeof(std::int32_t);
  std::size_t count = 0;
  for (; *at != 0; ++count) {
    if (count == dimensions) return false;
    const std::uint8_t type = *at++;
    while (*at != 0) ++at;  // its name
    const auto narrow = static_cast<float>(take_number(type, ++at));
    if (!std::isfinite(narrow)) return false;
    std::memcpy(bytes.data() + begin + count * sizeof narrow, &narrow, sizeof narrow);
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
  const FieldPath& path = field.nested ? field.in_element : field.path;
  const path_detail::Stop stop = path_detail::walk_documents(document, path, 0);
  return stop.next == path.size() && append_vector(stop.value, field, entry);
}

namespace {

void add_elements(const VectorField& field, char number, DocumentView document, std::string& bytes,
                  KeySet& keys) {
  std::string key;
  for_each_element(field, document, [&](std::uint32_t element, DocumentView of_element) {
    if (element >= kMostElements || !read_vector_entry(field, of_element, bytes)) return;
    key.assign(1, number);
    append_u32(key, element);
    keys.add_bytes(key, bytes);
  });
}

}  // namespace

Status vector_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  thread_local std::string bytes;
  const std::vector<VectorField>& fields = index.vectors()->fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto number = static_cast<char>(i);
    if (fields[i].nested) {
      add_elements(fields[i], number, document, bytes, keys);
      continue;
    }
    if (!read_vector_entry(fields[i], document, bytes)) continue;
    keys.add_bytes({&number, 1}, bytes);
  }
  if (keys.empty()) return Status();
  const std::vector<FieldPath>& filters = index.vectors()->filters();
  if (filters.empty()) return Status();
  bytes.clear();
  append_filter_row(document, filters, bytes);
  keys.add_bytes({&kVectorFilterMark, 1}, bytes);
  return Status();
}

}  // namespace cairn::records
