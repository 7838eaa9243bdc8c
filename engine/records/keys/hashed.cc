// Hashed indexes: one key per document. Source: MongoDB's manual, "Hashed Indexes".
#include "engine/records/keys/generators.h"

#include "engine/bson/hashed_key.h"
#include "engine/bson/key_string.h"

#include <array>

namespace cairn::records {
namespace {

Result<ValueView> hashed_value(DocumentView document, const FieldPath& path) {
  const path_detail::Stop stop = path_detail::walk_documents(document, path, 0);
  if (stop.value.is_array()) {
    return Status(location(16766),
                  "Error: hashed indexes do not currently support array values. Found array at "
                  "path: " +
                      std::string(path.prefix(stop.next)));
  }
  return stop.next == path.size() ? stop.value : ValueView();
}

}  // namespace

Status hashed_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  const std::vector<IndexField>& fields = index.fields();
  std::array<ValueView, kMaxKeyFields> values;
  bool any = false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(values[i], hashed_value(document, fields[i].path));
    any = any || !values[i].missing();
  }
  if (index.sparse() && !any) return Status();
  keys.add([&](key::Encoder& encoder) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      encoder.begin(fields[i].direction);
      if (fields[i].kind == FieldKind::kHashed) {
        encoder.int64(hashed_key(values[i]));
      } else {
        append_key(values[i], encoder, index.collation().get());
      }
    }
  });
  return Status();
}

}  // namespace cairn::records
