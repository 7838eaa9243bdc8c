// The values of one field of a geographic index. Each field is looked at by itself: a key stands
// for any value of one with any value of the others.
#pragma once

#include "engine/bson/path.h"
#include "engine/records/keys/key_set.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <vector>

namespace cairn::records {

// One field's part of the keys: values, or places by the keys that they have.
struct FieldKeys {
  std::vector<ValueView> values;
  std::vector<std::uint64_t> places;
};

// What may be a place: whatever stands at the path, arrays as a whole. Notes the arrays on the way.
std::vector<ValueView> places_at(DocumentView document, std::size_t field, const FieldPath& path,
                                 KeySet& keys);
// The values that an ordered index would have. Error: 16746.
Status values_at(DocumentView document, std::size_t field, const FieldPath& path, KeySet& keys,
                 FieldKeys& out);

// Calls `write(choice)` for each combination; `choice[i]` is an index into the field's values or
// places, whichever it has. REQUIRES: each field has some.
template <typename Write>
void for_each_combination(const std::vector<FieldKeys>& fields, Write&& write) {
  std::vector<std::size_t> choice(fields.size());
  const auto count = [&](std::size_t i) {
    return fields[i].places.empty() ? fields[i].values.size() : fields[i].places.size();
  };
  while (true) {
    write(choice);
    std::size_t at = 0;
    while (at < fields.size() && ++choice[at] == count(at)) choice[at++] = 0;
    if (at == fields.size()) return;
  }
}

}  // namespace cairn::records
