#include "engine/catalog/geo_spec.h"

#include <array>
#include <string_view>

namespace cairn {
namespace {

double number_or(ValueView value, double otherwise) {
  return value.is_number() ? value.to_double() : otherwise;
}

int whole_or(ValueView value, int otherwise) {
  return value.is_number() ? static_cast<int>(value.to_int64_clamped()) : otherwise;
}

bool has_field_of(DocumentView pattern, std::string_view kind) {
  for (const Element& field : pattern) {
    if (field.value.is_string() && field.value.as_string() == kind) return true;
  }
  return false;
}

}  // namespace

bool is_grid_pattern(DocumentView pattern) { return has_field_of(pattern, "2d"); }

bool is_geo_pattern(DocumentView pattern) {
  return is_grid_pattern(pattern) || has_field_of(pattern, "2dsphere");
}

GeoSpec GeoSpec::parse(DocumentView spec) {
  GeoSpec made;
  // Options of the other kind may stand there and mean nothing.
  if (is_grid_pattern(spec["key"].as_document())) {
    made.grid = geo::Grid(whole_or(spec["bits"], made.grid.bits()),
                          number_or(spec["min"], made.grid.lowest()),
                          number_or(spec["max"], made.grid.highest()));
    return made;
  }
  made.version = whole_or(spec["2dsphereIndexVersion"], made.version);
  made.finest = whole_or(spec["finestIndexedLevel"], made.finest);
  return made;
}

std::int64_t cell_number(std::uint64_t key) { return static_cast<std::int64_t>(key); }

Value hash_value(std::uint64_t key) {
  constexpr std::uint8_t kSubtype = 128;
  std::array<std::uint8_t, sizeof(key)> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(key >> (8 * (bytes.size() - 1 - i)));
  }
  DocumentBuilder out;
  out.append("", BinaryView{kSubtype, bytes});
  return Value(out.take().view().begin()->value);
}

std::uint64_t hash_of_bytes(std::string_view bytes) {
  std::uint64_t key = 0;
  for (const char byte : bytes) key = key << 8 | static_cast<std::uint8_t>(byte);
  return key;
}

}  // namespace cairn
