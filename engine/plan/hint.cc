#include "engine/plan/hint.h"

namespace cairn::plan {
namespace {

Status no_such_index() {
  return {ErrorCode::kBadValue,
          "error processing query: planner returned error :: caused by :: hint provided "
          "does not correspond to an existing index"};
}

// Numbers of any type are equal.
bool same_pattern(DocumentView a, DocumentView b) {
  auto x = a.begin();
  auto y = b.begin();
  for (; x != a.end() && y != b.end(); ++x, ++y) {
    if (x->name != y->name || compare(x->value, y->value) != 0) return false;
  }
  return x == a.end() && y == b.end();
}

bool may_be_hinted(const IndexEntry& index, Hidden hidden) {
  return index.ready() && (hidden == Hidden::kToo || !index.hidden()) && index.broken().ok() &&
         !index.shared().dropped;
}

Result<Hint> by_pattern(const CollectionEntry& collection, DocumentView pattern, Hidden hidden) {
  Hint hint;
  for (const IndexEntry& index : collection.index_entries()) {
    if (!may_be_hinted(index, hidden) || !same_pattern(index.key_pattern(), pattern)) continue;
    if (hint.index != nullptr) {
      return Status(ErrorCode::kIndexNotFound,
                    "error processing query: planner returned error :: caused by :: Hint matched "
                    "multiple indexes, must hint by index name");
    }
    hint.index = &index;
  }
  if (hint.index != nullptr) return hint;
  hint.clustered = collection.definition().clustered && is_id_pattern(pattern);
  if (!hint.clustered) return no_such_index();
  return hint;
}

bool names_clustered(const CollectionEntry& collection, std::string_view name) {
  if (!collection.definition().clustered) return false;
  const ValueView index = collection.definition().options["clusteredIndex"];
  return index.is_document() && index.as_document()["name"].as_string() == name;
}

// {$natural: 1} or {$natural: -1}, and nothing else.
Result<Hint> by_nature(DocumentView hint) {
  const ValueView natural = hint["$natural"];
  const double direction = natural.is_number() ? natural.to_double() : 0;
  if (hint.count() != 1 || (direction != 1 && direction != -1)) {
    return Status(ErrorCode::kBadValue,
                  "$natural hint cannot be set to a value other than -1 or 1.");
  }
  return Hint{.natural = direction < 0 ? Direction::kBackward : Direction::kForward};
}

}  // namespace

bool is_id_pattern(DocumentView pattern) {
  auto field = pattern.begin();
  if (field == pattern.end() || field->name != "_id" || !field->value.is_number()) return false;
  return ++field == pattern.end();
}

Result<Hint> parse_hint(const CollectionEntry& collection, ValueView hint, Hidden hidden) {
  if (hint.missing()) return Hint{};
  if (hint.is_document()) {
    const DocumentView pattern = hint.as_document();
    if (pattern.empty()) return Hint{};
    if (!pattern["$natural"].missing()) return by_nature(pattern);
    return by_pattern(collection, pattern, hidden);
  }
  if (!hint.is_string()) {
    return Status(ErrorCode::kFailedToParse, "hint must be a string or an object");
  }
  const IndexEntry* const index = collection.find_index_entry(hint.as_string());
  if (index != nullptr && may_be_hinted(*index, hidden)) return Hint{.index = index};
  if (names_clustered(collection, hint.as_string())) return Hint{.clustered = true};
  return no_such_index();
}

}  // namespace cairn::plan
