// Wildcard indexes. A key is that of an ordered index, but that the wildcard field gives two
// components: the dotted path of a leaf, ascending, and its value.
//
//   - leaves are all values but documents and arrays that hold something; an empty document is a
//     leaf, an empty array gives `undefined`;
//   - elements of an array have the array's path; an array in an array is a value;
//   - beside other fields a document without leaves has a key of path and value MinKey; alone,
//   none.
//
// Source: MongoDB's manual, "Wildcard Indexes", and keys looked at.
#include "engine/records/keys/generators.h"

#include "engine/bson/key_string.h"
#include "engine/expr/evaluation.h"

#include <array>

namespace cairn::records {
namespace {

class Leaves {
 public:
  Leaves(const IndexEntry& index, KeySet& keys) : index_(index), keys_(keys) {}

  Status run(DocumentView document, DocumentView seen) {
    CAIRN_RETURN_IF_ERROR(read_others(document));
    walk(seen, index_.projection() == nullptr);
    if (any_ || index_.fields().size() == 1) return Status();
    add_key([](key::Encoder& encoder) { encoder.min_key(); },
            [](key::Encoder& encoder) { encoder.min_key(); });
    return Status();
  }

 private:
  // The values of the other fields, which cannot be arrays.
  Status read_others(DocumentView document) {
    for (std::size_t i = 0; i < index_.fields().size(); ++i) {
      if (i == *index_.wildcard_field()) continue;
      const FieldPath& path = index_.paths()[i];
      const path_detail::Stop stop = path_detail::walk_documents(document, path, 0);
      if (stop.value.is_array()) {
        return {location(7246301),
                "field " + path.text() + " cannot be indexed as an array (multikey)"};
      }
      others_[i] = stop.next == path.size() ? stop.value : ValueView();
    }
    return Status();
  }

  void walk(DocumentView document, bool without_id) {
    for (const Element& element : document) {
      if (without_id && element.name == "_id") continue;
      const std::size_t length = path_.size();
      if (length != 0) path_.push_back('.');
      path_.append(element.name);
      visit(element.value);
      path_.resize(length);
    }
  }

  void visit(ValueView value) {
    if (value.is_array()) return visit_array(value.as_document());
    if (value.is_document() && !value.as_document().empty()) {
      return walk(value.as_document(), false);
    }
    add_leaf(value);
  }

  void visit_array(DocumentView array) {
    keys_.add_wildcard_array(path_);
    if (array.empty()) return add_leaf(ValueView(BsonType::kUndefined, nullptr, 0));
    for (const Element& element : array) {
      if (element.value.is_array()) {
        add_leaf(element.value);
      } else {
        visit(element.value);
      }
    }
  }

  void add_leaf(ValueView value) {
    any_ = true;
    add_key([&](key::Encoder& encoder) { encoder.string(path_); },
            [&](key::Encoder& encoder) { append_key(value, encoder, index_.collation().get()); });
  }

  template <typename Path, typename Value>
  void add_key(Path&& path, Value&& value) {
    keys_.add([&](key::Encoder& encoder) {
      for (std::size_t i = 0; i < index_.fields().size(); ++i) {
        const bool wildcard = i == *index_.wildcard_field();
        if (wildcard) {
          encoder.begin(key::Direction::kAscending);
          path(encoder);
        }
        encoder.begin(index_.fields()[i].direction);
        if (wildcard) {
          value(encoder);
        } else {
          append_key(others_[i], encoder, index_.collation().get());
        }
      }
    });
  }

  const IndexEntry& index_;
  KeySet& keys_;
  std::array<ValueView, kMaxKeyFields> others_;
  std::string path_;
  bool any_ = false;
};

}  // namespace

Status wildcard_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  Leaves leaves(index, keys);
  const project::Projection* projection = index.projection();
  if (projection == nullptr) return leaves.run(document, document);
  DocumentBuilder projected;
  expr::Evaluation evaluation(document);
  CAIRN_RETURN_IF_ERROR(projection->apply(evaluation, projected));
  const Document seen = projected.take();
  return leaves.run(document, seen);
}

}  // namespace cairn::records
