// Ordered indexes: a key per tuple of values (engine/bson/key_tuples.h has the rules of arrays).
#include "engine/records/keys/generators.h"

#include "engine/bson/key_string.h"
#include "engine/bson/key_tuples.h"

#include <algorithm>

namespace cairn::records {
namespace {

class TupleKeys final : public KeyTupleSink {
 public:
  TupleKeys(const IndexEntry& index, KeySet& keys)
      : index_(index), collation_(index.collation().get()), keys_(keys) {}

  void on_tuple(KeyTuple tuple) override {
    const auto missing = [](const ValueView& value) { return value.missing(); };
    if (index_.sparse() && std::all_of(tuple.begin(), tuple.end(), missing)) return;
    keys_.add([&](key::Encoder& encoder) {
      for (std::size_t i = 0; i < tuple.size(); ++i) {
        encoder.begin(index_.fields()[i].direction);
        append_key(tuple[i], encoder, collation_);
      }
    });
  }
  void on_array(std::size_t field, std::size_t component) override {
    keys_.add_array(field, component);
  }

 private:
  const IndexEntry& index_;
  const Collation* collation_;
  KeySet& keys_;
};

}  // namespace

Status ordered_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  TupleKeys sink(index, keys);
  return extract_key_tuples(index.paths(), document, sink);
}

}  // namespace cairn::records
