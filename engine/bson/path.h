// Dotted paths ("a.b.0.c") and the ways in which MongoDB reads a document through one: the only
// place that knows them.
//
// A component that is a canonical number ("0", "17", not "01") may address an element of an array.
// How arrays on the way are treated depends on who reads:
//
//   find_path      documents only, an array ends the walk: for `_id` parts and the like.
//   visit_path     match semantics, below: for filters.
//   visit_values   a number addresses an element *instead of* fanning out; only values that exist
//                  are reported, arrays at the end element by element: for distinct and $lookup.
//   evaluate_path  numbers are plain field names; an array on the way gives the array of what its
//                  documents hold: for aggregation expressions.
//   key_tuples.h   index and sort keys.
//
// (Update paths address, they never fan out: they belong to engine/update.)
//
// Match semantics. The walk goes through documents. At an array on the way
//
//   - every element that is a document is walked with the rest of the path ("fan out");
//   - where the next component is an element's number, that element itself is addressed: reported
//     whole if the path ends there (an array is not expanded then), walked with the rest after the
//     number if it is a document; if it is an array, these same two rules hold for its elements;
//   - all other elements are passed over: an array in an array is entered by number only.
//
// At the end of the path an array is reported element by element and then itself
// (LeafArray::kExpand), or only itself (kWhole). A walk that cannot go on in a *document*, or meets
// a scalar where a document is needed, reports one missing value (`ValueView::missing()`); an array
// without a suitable element reports nothing at all. Hence, as in MongoDB 8, {a: 5} and {a: [{}]}
// match {"a.b": null}, {a: []} and {a: [1]} do not; and {"a.b": {$exists: false}}, the negation of
// "some reported value exists", is true of all four.
//
// No traversal allocates, except evaluate_path into its caller's buffer. Recursion is no deeper
// than path and document. Thread-safety: a FieldPath is a value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <cairn/bson.h>

namespace cairn {

// A path parsed into components. Every text is a path; an empty text is one empty component.
class FieldPath {
 public:
  static constexpr std::int32_t kNotAnIndex = -1;

  FieldPath() : FieldPath(std::string_view{}) {}
  explicit FieldPath(std::string_view dotted);

  const std::string& text() const { return text_; }
  std::size_t size() const { return components_.size(); }  // at least 1
  std::string_view name(std::size_t i) const {
    const Component& c = components_[i];
    return {text_.data() + c.begin, c.end - c.begin};
  }
  // The array position that component `i` names, or kNotAnIndex.
  std::int32_t index(std::size_t i) const { return components_[i].index; }
  // Whether some component names an array position.
  bool names_position() const {
    return std::ranges::any_of(components_,
                               [](const Component& c) { return c.index != kNotAnIndex; });
  }
  // "a.b" of "a.b.c" for count 2. REQUIRES: 1 <= count <= size().
  std::string_view prefix(std::size_t count) const {
    return {text_.data(), components_[count - 1].end};
  }
  // "b.c" of "a.b.c" from 1. REQUIRES: from < size().
  std::string_view suffix(std::size_t from) const {
    return std::string_view(text_).substr(components_[from].begin);
  }
  // "a.b" is a prefix of "a.b" and "a.b.c", not of "a.bc".
  bool is_prefix_of(const FieldPath& other) const {
    return size() <= other.size() && other.prefix(size()) == text_;
  }
  friend bool operator==(const FieldPath& a, const FieldPath& b) { return a.text_ == b.text_; }

 private:
  struct Component {
    std::uint32_t begin;
    std::uint32_t end;
    std::int32_t index;
  };
  std::string text_;
  std::vector<Component> components_;
};

// The number that `name` writes as an array position ("0", "17"; not "01", "+1"), or
// FieldPath::kNotAnIndex.
std::int32_t parse_array_index(std::string_view name);

// What aggregation and projection demand of a path, with MongoDB's codes: no empty path (40352), no
// trailing dot (40353), no empty component (15998), no component with a leading '$' (16410) or a
// NUL (16411), at most 200 components.
Status check_field_path(std::string_view dotted);

// Through documents only; missing where the path ends early or meets an array.
ValueView find_path(DocumentView document, const FieldPath& path);

// What a visitor of visit_path is told of each value.
struct PathValue {
  ValueView value;  // missing: a dead end
  // The position in the outermost array that was fanned out on the way (or expanded at the end), or
  // -1: MongoDB's positional operator `$`, and the answer to "was an array crossed". Addressing by
  // number does not count.
  std::int32_t array_index = -1;
};

enum class LeafArray : std::uint8_t { kExpand, kWhole };

// Calls `visitor(const PathValue&) -> bool` for each value until one call returns true; returns
// whether one did.
template <typename Visitor>
bool visit_path(DocumentView document, const FieldPath& path, LeafArray leaf, Visitor&& visitor);

// Calls `visitor(ValueView) -> bool` for each existing value until one call returns true; returns
// whether one did.
template <typename Visitor>
bool visit_values(DocumentView document, const FieldPath& path, Visitor&& visitor);

// The value of the expression "$path" (without '$'): a view into `document`, or, where an array was
// crossed, an array built in `scratch` (overwritten; the view lives as long as its content).
ValueView evaluate_path(DocumentView document, const FieldPath& path, std::string& scratch);

namespace path_detail {

// Where a walk through documents stopped: at the path's end (`next == path.size()`), at an array,
// or at a dead end
// (`value` is missing or a scalar, and next < path.size()).
struct Stop {
  ValueView value;
  std::size_t next;  // the component after `value`
};

inline Stop walk_documents(DocumentView document, const FieldPath& path, std::size_t at) {
  for (;;) {
    const ValueView value = document.find(path.name(at++));
    if (at == path.size() || !value.is_document()) return {value, at};
    document = value.as_document();
  }
}

inline std::int32_t outermost(std::int32_t outer, std::int32_t index) {
  return outer >= 0 ? outer : index;
}

template <typename Visitor>
class MatchWalk {
 public:
  MatchWalk(const FieldPath& path, LeafArray leaf, Visitor& visitor)
      : path_(path), leaf_(leaf), visitor_(visitor) {}

  bool document(DocumentView document, std::size_t at, std::int32_t outer) {
    const Stop stop = walk_documents(document, path_, at);
    if (stop.next == path_.size()) return end(stop.value, outer);
    if (stop.value.is_array()) return array(stop.value.as_document(), stop.next, outer);
    return visitor_(PathValue{ValueView(), outer});
  }

 private:
  bool end(ValueView value, std::int32_t outer) {
    if (value.is_array() && leaf_ == LeafArray::kExpand) {
      std::int32_t index = 0;
      for (const Element& element : value.as_document()) {
        if (visitor_(PathValue{element.value, outermost(outer, index++)})) return true;
      }
    }
    return visitor_(PathValue{value, outer});
  }

  bool array(DocumentView elements, std::size_t at, std::int32_t outer) {
    std::int32_t index = 0;
    for (const Element& element : elements) {
      const ValueView value = element.value;
      if (value.is_document() && document(value.as_document(), at, outermost(outer, index))) {
        return true;
      }
      if (index++ == path_.index(at) && addressed(value, at + 1, outer)) return true;
    }
    return false;
  }

  bool addressed(ValueView value, std::size_t at, std::int32_t outer) {
    if (at == path_.size()) return visitor_(PathValue{value, outer});
    if (value.is_document()) return document(value.as_document(), at, outer);
    if (value.is_array()) return array(value.as_document(), at, outer);
    return false;
  }

  const FieldPath& path_;
  LeafArray leaf_;
  Visitor& visitor_;
};

ValueView array_element(DocumentView array, std::int32_t index);

template <typename Visitor>
bool visit_existing(DocumentView document, const FieldPath& path, std::size_t at, Visitor& visitor);

template <typename Visitor>
bool visit_existing_end(ValueView value, Visitor& visitor) {
  if (value.missing()) return false;
  if (!value.is_array()) return visitor(value);
  for (const Element& element : value.as_document()) {
    if (visitor(element.value)) return true;
  }
  return false;
}

template <typename Visitor>
bool visit_existing_in_array(DocumentView array, const FieldPath& path, std::size_t at,
                             Visitor& visitor) {
  if (path.index(at) != FieldPath::kNotAnIndex) {
    const ValueView value = array_element(array, path.index(at));
    if (at + 1 == path.size()) return visit_existing_end(value, visitor);
    if (value.is_document()) return visit_existing(value.as_document(), path, at + 1, visitor);
    return value.is_array() && visit_existing_in_array(value.as_document(), path, at + 1, visitor);
  }
  for (const Element& element : array) {
    if (element.value.is_document() &&
        visit_existing(element.value.as_document(), path, at, visitor)) {
      return true;
    }
  }
  return false;
}

template <typename Visitor>
bool visit_existing(DocumentView document, const FieldPath& path, std::size_t at,
                    Visitor& visitor) {
  const Stop stop = walk_documents(document, path, at);
  if (stop.next == path.size()) return visit_existing_end(stop.value, visitor);
  if (!stop.value.is_array()) return false;
  return visit_existing_in_array(stop.value.as_document(), path, stop.next, visitor);
}

}  // namespace path_detail

template <typename Visitor>
bool visit_path(DocumentView document, const FieldPath& path, LeafArray leaf, Visitor&& visitor) {
  return path_detail::MatchWalk<std::remove_reference_t<Visitor>>(path, leaf, visitor)
      .document(document, 0, -1);
}

template <typename Visitor>
bool visit_values(DocumentView document, const FieldPath& path, Visitor&& visitor) {
  return path_detail::visit_existing(document, path, 0, visitor);
}

}  // namespace cairn
