// KeyDocument: the values in an index key as a document, with the types that they had.
#pragma once

#include "engine/catalog/index_entry.h"
#include "index/key/decoder.h"

#include <cairn/bson.h>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::exec {

// How a field "a.b" is written: {a: {b: 1}} or {"a.b": 1}.
enum class DottedFields : bool { kNested, kByName };

// Made once per index; used for key after key.
class KeyDocument {
 public:
  explicit KeyDocument(const IndexEntry& index, DottedFields dotted = DottedFields::kNested);

  // Overwrites `out`. A wildcard field gives two: `$_path`, and the value under that path. A null
  // may stand for a missing field: then `unsure`. Error: InternalError where the key is corrupt.
  Status read(std::string_view components, std::string_view type_bits, std::string& out);
  bool unsure() const { return unsure_; }

 private:
  struct Level {
    std::string name;
    std::vector<Level> inside;  // empty: a field of the index
    std::size_t field = 0;
  };
  static void add(const FieldPath& path, std::size_t field, std::vector<Level>& levels);
  Status read_path(key::Decoder& decoder, DocumentBuilder& out);
  void append(const std::vector<Level>& levels, DocumentBuilder& out);

  const IndexEntry& index_;
  bool flat_ = true;  // no dotted fields: the key's order is the document's
  std::vector<Level> levels_;
  std::string flat_bytes_;
  std::vector<ValueView> values_;
  std::string path_;  // of the wildcard field's value
  bool unsure_ = false;
};

}  // namespace cairn::exec
