// Modifiers: what `$set`, `$inc`, … do to one value. Each operator is a row in the family
// `modifiers/`.
#pragma once

#include "engine/update/update.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace cairn::update {

// One application of an update to one document.
struct Application {
  DocumentView before;  // the whole document, as it was
  const ApplyContext* context = nullptr;
  bool inserting = false;  // the document is being made by an upsert
  std::deque<std::string>
      made;  // values that modifiers build; they live until the document is written

  // "{_id: 1}", for messages.
  std::string document_id() const;
  // Keeps a value alive and gives a view of it.
  ValueView keep(const Value& value);
};

// What becomes of a value.
struct Effect {
  enum class Kind : std::uint8_t { kKeep, kSet, kRemove };
  Kind kind = Kind::kKeep;
  ValueView value;  // of kSet

  static Effect keep() { return {}; }
  static Effect set(ValueView value) { return {Kind::kSet, value}; }
  static Effect remove() { return {Kind::kRemove, {}}; }
};

// How a modifier takes a path that cannot be followed to its end in a document.
enum class Reach : std::uint8_t {
  kTolerant,  // nothing happens, or the path is made
  kStrict,    // a value on the way that is no document, nor an array entered by number, is
              // PathNotViable
  kNoArrays,  // the same, and arrays may not be entered at all ($rename)
};

// Immutable after parsing; thread-safe.
class Modifier {
 public:
  virtual ~Modifier() = default;
  // `current` may be missing; `path` is for messages.
  virtual Result<Effect> apply(ValueView current, std::string_view path,
                               Application& application) const = 0;
  // Whether the path is made where it is not there.
  virtual bool creates(const Application&) const { return true; }
  virtual Reach reach() const { return Reach::kTolerant; }
};
using ModifierPtr = std::unique_ptr<const Modifier>;

class PathTree;

// To add an operator: modifiers/<name>.cc with its row, its name in CMakeLists.txt.
struct ModifierRow {
  std::string_view name;  // "$set"
  // Adds `path: argument` to the tree. `argument` outlives the tree.
  Status (*parse)(std::string_view path, ValueView argument, PathTree& tree);
};

// Error: FailedToParse "Unknown modifier: …", NotImplemented for one that Cairn has not yet.
Result<const ModifierRow*> find_modifier(std::string_view name);

// What `$set` does; `$rename`, `$setOnInsert` and upserts use it too. `value` outlives it.
ModifierPtr set_value(ValueView value);

}  // namespace cairn::update
