// Any bytes as a key, and any BSON as values of keys: what is decoded encodes to the same bytes
// again, and the keys of two documents' fields are in the order of their values.
#include "engine/bson/key_string.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace cairn;  // NOLINT: a fuzz target is all about them

struct Keyed {
  std::string key;
  std::string type_bits;
};

Keyed encode(std::span<const ValueView> values, std::span<const KeyField> fields) {
  Keyed keyed;
  key::Encoder encoder(keyed.key, keyed.type_bits);
  for (std::size_t i = 0; i < values.size(); ++i) {
    encoder.begin(fields[i].direction);
    append_key(values[i], encoder);
  }
  encoder.finish(key::Terminator::kEnd);
  return keyed;
}

// Bits: components - 1 (2 bits), then their directions.
std::vector<KeyField> fields_of(std::uint8_t shape) {
  std::vector<KeyField> fields;
  for (int i = 0; i <= (shape & 3); ++i) {
    const bool descending = (shape >> (2 + i) & 1) != 0;
    fields.push_back({"f", descending ? key::Direction::kDescending : key::Direction::kAscending});
  }
  return fields;
}

void decode_and_encode(const std::vector<KeyField>& fields, std::string_view key,
                       std::string_view type_bits) {
  const auto document = decode_key(key, type_bits, fields);
  if (!document) return;
  std::vector<ValueView> values;
  for (const Element& element : *document) values.push_back(element.value);
  const Keyed again = encode(values, fields);
  if (again.key != key || again.type_bits != type_bits) std::abort();
}

void compare_fields(DocumentView a, DocumentView b, const KeyField& field) {
  for (auto x = a.begin(), y = b.begin(); !x.at_end() && !y.at_end(); ++x, ++y) {
    const Keyed left = encode({{x->value}}, {{field}});
    const Keyed right = encode({{y->value}}, {{field}});
    auto order = left.key.compare(right.key) <=> 0;
    if (field.direction == key::Direction::kDescending) order = 0 <=> order;
    if (order != compare(x->value, y->value)) std::abort();
    decode_and_encode({field}, left.key, left.type_bits);
    if (!decode_key(left.key, left.type_bits, {{field}})) std::abort();
  }
}

void encode_and_compare(const KeyField& field, std::span<const std::uint8_t> bytes) {
  // Two documents, one after the other.
  if (bytes.size() < 4) return;
  const std::uint32_t size = bson_detail::load<std::uint32_t>(bytes.data());
  if (size > bytes.size()) return;
  const ValidateOptions options{.max_nesting = 100, .check_utf8 = false};
  const auto first = validate_document(bytes.first(size), options);
  const auto second = validate_document(bytes.subspan(size), options);
  if (first && second) compare_fields(*first, *second, field);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::vector<KeyField> fields = fields_of(data[0] >> 1);
  const std::span<const std::uint8_t> rest(data + 2, size - 2);
  if ((data[0] & 1) != 0) {
    encode_and_compare(fields[0], rest);
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
  const std::size_t type_bits = std::min<std::size_t>(data[1], text.size());
  decode_and_encode(fields, text.substr(type_bits), text.substr(0, type_bits));
  return 0;
}
