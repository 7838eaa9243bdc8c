// 2d indexes: a key per legacy pair of coordinates (index/geo/grid.h), with the values of the
// fields behind. A document without any pair is not in the index. Source: MongoDB's manual, "2d
// Indexes"; what is taken for a pair, and the errors, are its engine's.
#include "engine/bson/key_string.h"
#include "engine/bson/shell_text.h"
#include "engine/records/keys/generators.h"
#include "engine/records/keys/geo_path.h"

#include <fmt/format.h>

#include <string>

namespace cairn::records {
namespace {

class Pairs {
 public:
  Pairs(DocumentView document, const geo::Grid& grid, std::vector<std::uint64_t>& keys)
      : document_(document), grid_(grid), keys_(keys) {}

  // One pair, or several in an array or a document; what is neither is passed over.
  Status add(ValueView value) {
    if (!value.is_document() && !value.is_array()) return Status();
    const DocumentView parts = value.as_document();
    if (parts.empty()) return Status();
    if (parts.begin()->value.is_number()) return add_pair(parts);
    for (const Element& part : parts) {
      if (!part.value.is_document() && !part.value.is_array()) {
        return {location(16804), "location object expected, location array not in correct format"};
      }
      const DocumentView pair = part.value.as_document();
      if (!pair.empty()) CAIRN_RETURN_IF_ERROR(add_pair(pair));
    }
    return Status();
  }

 private:
  Status add_pair(DocumentView pair) {
    auto part = pair.begin();
    const ValueView x = part->value;
    if (++part == pair.end()) return refuse(13068, "geo field only has 1 element");
    const ValueView y = part->value;
    if (!x.is_number() || !y.is_number()) {
      return refuse(13026, "geo values must be 'legacy coordinate pairs' for 2d indexes");
    }
    const geo::Point point{x.to_double(), y.to_double()};
    if (!grid_.contains(point)) {
      return refuse(13027, fmt::format("point not in interval of [ {:g}, {:g} ]", grid_.lowest(),
                                       grid_.highest()));
    }
    keys_.push_back(grid_.key_of(point));
    return Status();
  }

  Status refuse(int code, const std::string& why) const {
    return {location(code), why + " :: caused by :: " + to_shell_text(document_)};
  }

  DocumentView document_;
  const geo::Grid& grid_;
  std::vector<std::uint64_t>& keys_;
};

}  // namespace

Status grid_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  const std::vector<IndexField>& fields = index.fields();
  std::vector<FieldKeys> found(fields.size());
  Pairs pairs(document, index.geo()->grid, found[0].places);
  for (const ValueView place : places_at(document, 0, fields[0].path, keys)) {
    CAIRN_RETURN_IF_ERROR(pairs.add(place));
  }
  if (found[0].places.empty()) return Status();
  if (found[0].places.size() > 1) keys.add_array(0, fields[0].path.size() - 1);
  for (std::size_t i = 1; i < fields.size(); ++i) {
    CAIRN_RETURN_IF_ERROR(values_at(document, i, fields[i].path, keys, found[i]));
  }
  for_each_combination(found, [&](const std::vector<std::size_t>& choice) {
    keys.add([&](key::Encoder& encoder) {
      encoder.begin(fields[0].direction);
      append_key(hash_value(found[0].places[choice[0]]).view(), encoder);
      for (std::size_t i = 1; i < fields.size(); ++i) {
        encoder.begin(fields[i].direction);
        append_key(found[i].values[choice[i]], encoder);
      }
    });
  });
  return Status();
}

}  // namespace cairn::records
