#include "engine/records/keys/geo_path.h"

#include "engine/bson/key_tuples.h"

namespace cairn::records {
namespace {

// Notes which components of a path are arrays that are gone into.
void note_arrays(DocumentView document, std::size_t field, const FieldPath& path, std::size_t at,
                 KeySet& keys) {
  const path_detail::Stop stop = path_detail::walk_documents(document, path, at);
  if (stop.next == path.size() || !stop.value.is_array()) return;
  keys.add_array(field, stop.next - 1);
  for (const Element& element : stop.value.as_document()) {
    if (!element.value.is_document()) continue;
    note_arrays(element.value.as_document(), field, path, stop.next, keys);
  }
}

class Values final : public KeyTupleSink {
 public:
  Values(std::size_t field, KeySet& keys, FieldKeys& out) : field_(field), keys_(keys), out_(out) {}

  void on_tuple(KeyTuple tuple) override { out_.values.push_back(tuple.front()); }
  void on_array(std::size_t, std::size_t component) override { keys_.add_array(field_, component); }

 private:
  std::size_t field_;
  KeySet& keys_;
  FieldKeys& out_;
};

}  // namespace

std::vector<ValueView> places_at(DocumentView document, std::size_t field, const FieldPath& path,
                                 KeySet& keys) {
  std::vector<ValueView> found;
  bool arrays = false;
  visit_path(document, path, LeafArray::kWhole, [&](const PathValue& at) {
    arrays = arrays || at.array_index >= 0;
    if (!at.value.missing()) found.push_back(at.value);
    return false;
  });
  if (arrays) note_arrays(document, field, path, 0, keys);
  return found;
}

Status values_at(DocumentView document, std::size_t field, const FieldPath& path, KeySet& keys,
                 FieldKeys& out) {
  Values sink(field, keys, out);
  return extract_key_tuples({&path, 1}, document, sink);
}

}  // namespace cairn::records
