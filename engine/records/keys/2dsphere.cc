// 2dsphere indexes: a key per cell of each place (index/geo/cells.h), with the values of the other
// fields. A document without any place is not in the index; in one of version 1 it is.
// Source: MongoDB's manual, "2dsphere Indexes"; its engine's errors.
#include "engine/bson/key_string.h"
#include "engine/bson/shell_text.h"
#include "engine/match/geo/geometry.h"
#include "engine/records/keys/generators.h"
#include "engine/records/keys/geo_path.h"

#include <string>

namespace cairn::records {
namespace {

Status no_keys(DocumentView document, const Status& why) {
  return {location(16755),
          "Can't extract geo keys: " + to_shell_text(document) + "  " + std::string(why.message())};
}

bool is_nothing(ValueView value) {
  if (value.type() == BsonType::kNull || value.type() == BsonType::kUndefined) return true;
  return (value.is_document() || value.is_array()) && value.as_document().empty();
}

Status add_cells(ValueView value, const GeoSpec& spec, std::vector<std::uint64_t>& cells) {
  if (spec.version > 1 && is_nothing(value)) return Status();
  CAIRN_ASSIGN_OR_RETURN(const match::Geometry geometry, match::parse_indexed_geometry(value));
  if (geometry.point) {
    cells.push_back(geo::cell_of(*geometry.point));
    return Status();
  }
  const std::vector<std::uint64_t> more = geo::cells_of(*geometry.shape, spec.finest);
  cells.insert(cells.end(), more.begin(), more.end());
  return Status();
}

}  // namespace

Status sphere_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  const std::vector<IndexField>& fields = index.fields();
  std::vector<FieldKeys> found(fields.size());
  bool has_place = index.geo()->version == 1;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != FieldKind::k2dsphere) {
      CAIRN_RETURN_IF_ERROR(values_at(document, i, fields[i].path, keys, found[i]));
      continue;
    }
    for (const ValueView place : places_at(document, i, fields[i].path, keys)) {
      const Status added = add_cells(place, *index.geo(), found[i].places);
      if (!added.ok()) return no_keys(document, added);
    }
    has_place = has_place || !found[i].places.empty();
    if (found[i].places.empty()) found[i].values.emplace_back();
    // Two conditions on one place may be met by different keys of it.
    if (found[i].places.size() > 1) keys.add_array(i, fields[i].path.size() - 1);
  }
  if (!has_place) return Status();
  for_each_combination(found, [&](const std::vector<std::size_t>& choice) {
    keys.add([&](key::Encoder& encoder) {
      for (std::size_t i = 0; i < fields.size(); ++i) {
        encoder.begin(fields[i].direction);
        if (found[i].places.empty()) {
          append_key(found[i].values[choice[i]], encoder, index.collation().get());
        } else {
          encoder.int64(cell_number(found[i].places[choice[i]]));
        }
      }
    });
  });
  return Status();
}

}  // namespace cairn::records
