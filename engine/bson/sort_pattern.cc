// Parsing of sort specifications, and the search for a document's first key.
#include "engine/bson/sort_pattern.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace cairn {
namespace {

constexpr ValueView kNullValue(BsonType::kNull, nullptr, 0);

// Keeps the first key in the pattern's order.
class FirstKey final : public KeyTupleSink {
 public:
  FirstKey(const SortPattern& pattern, SortPattern::KeyView& key) : pattern_(pattern), key_(key) {}

  void on_tuple(KeyTuple tuple) override {
    SortPattern::KeyView candidate;
    for (std::size_t i = 0; i < tuple.size(); ++i) {
      candidate[i] = tuple[i].missing() ? kNullValue : tuple[i];
    }
    if (!found_ || pattern_.compare_keys(candidate, key_) < 0) key_ = candidate;
    found_ = true;
  }

 private:
  const SortPattern& pattern_;
  SortPattern::KeyView& key_;
  bool found_ = false;
};

Status illegal_key(const Element& field) {
  return {location(15974), "Illegal key in $sort specification: " + std::string(field.name) + ": " +
                               to_json(field.value)};
}

// Keywords that MongoDB can sort by, and what a document lacks where nothing made it.
constexpr std::pair<std::string_view, std::string_view> kSortable[] = {
    {"textScore", "text score"},
    {"score", "score"},
    {"searchScore", "$search score"},
    {"vectorSearchScore", "$vectorSearch score"},
    {"geoNearDistance", "$geoNear distance"},
};

// Documents of a collection have nothing beside their fields: whoever sorts by what other stages
// make takes those parts of the specification out.
Status refused_meta(const Element& field) {
  const DocumentView meta = field.value.as_document();
  const ValueView keyword = meta["$meta"];
  if (keyword.missing()) {
    return {location(17312), "$meta is the only expression supported by $sort right now"};
  }
  if (meta.count() != 1) {
    return {ErrorCode::kFailedToParse, "Cannot have additional keys in a $meta sort specification"};
  }
  if (keyword.is_string() && keyword.as_string() == "randVal") {
    return {ErrorCode::kNotImplemented, "sorting by {$meta: \"randVal\"} is not supported"};
  }
  for (const auto& [name, needed] : kSortable) {
    if (!keyword.is_string() || keyword.as_string() != name) continue;
    return {location(40218),
            "query requires " + std::string(needed) + " metadata, but it is not available"};
  }
  return {location(31138), "Illegal $meta sort: $meta: " + to_json(keyword)};
}

Result<SortDirection> parse_direction(const Element& field) {
  if (field.value.is_document()) return refused_meta(field);
  if (!field.value.is_number()) return illegal_key(field);
  switch (field.value.to_int64_clamped()) {
    case 1:
      return SortDirection::kAscending;
    case -1:
      return SortDirection::kDescending;
    default:
      return {location(15975),
              "$sort key ordering must be 1 (for ascending) or -1 (for descending)"};
  }
}

}  // namespace

Status SortPattern::add(const Element& field) {
  CAIRN_RETURN_IF_ERROR(check_field_path(field.name));
  CAIRN_ASSIGN_OR_RETURN(const SortDirection direction, parse_direction(field));
  FieldPath path(field.name);
  if (std::find(paths_.begin(), paths_.end(), path) != paths_.end()) return {};  // never decides
  if (paths_.size() == kMaxKeyFields) return {location(13103), "too many compound keys"};
  paths_.push_back(std::move(path));
  directions_.push_back(direction);
  return {};
}

Result<SortPattern> SortPattern::parse(DocumentView specification, const Collation* collation) {
  SortPattern pattern;
  pattern.collation_ = collation;
  for (const Element& field : specification) CAIRN_RETURN_IF_ERROR(pattern.add(field));
  if (pattern.paths_.empty()) {
    return {location(15976), "$sort stage must have at least one sort key"};
  }
  return pattern;
}

Status SortPattern::find_key(DocumentView document, KeyView& key) const {
  FirstKey first(*this, key);
  const Status status = extract_key_tuples(paths_, document, first);
  if (status.code() == ErrorCode::kCannotIndexParallelArrays) {
    return {ErrorCode::kBadValue, "cannot sort with keys that are parallel arrays"};
  }
  return status;
}

Result<Document> SortPattern::make_key(DocumentView document) const {
  KeyView key;
  CAIRN_RETURN_IF_ERROR(find_key(document, key));
  DocumentBuilder builder;
  for (std::size_t i = 0; i < size(); ++i) builder.append("", key[i]);
  return builder.take();
}

std::weak_ordering SortPattern::compare_keys(const KeyView& a, const KeyView& b) const {
  for (std::size_t i = 0; i < size(); ++i) {
    if (const auto order = compare(a[i], b[i], collation_); order != 0) return directed(i, order);
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering SortPattern::compare_keys(DocumentView a, DocumentView b) const {
  auto x = a.begin();
  auto y = b.begin();
  for (std::size_t i = 0; i < size(); ++i, ++x, ++y) {
    if (const auto order = compare(x->value, y->value, collation_); order != 0)
      return directed(i, order);
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering SortPattern::compare_documents(DocumentView a, DocumentView b) const {
  KeyView x;
  KeyView y;
  if (!find_key(a, x).ok()) x.fill(kNullValue);
  if (!find_key(b, y).ok()) y.fill(kNullValue);
  return compare_keys(x, y);
}

}  // namespace cairn
