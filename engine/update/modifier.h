// Modifiers: what `$set`, `$inc`, … do to one value. Each operator is a row in the family
// `modifiers/`.
#pragma once

#include "engine/update/update.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <string>
#include <string_view>

namespace cairn::update {

// One application of an update to one document.
struct Application {
  DocumentView before;  // the whole document, as it was
  const ApplyContext* context = nullptr;
  bool inserting = false;  // the document is being made by an upsert
  // Counted as a change even if nothing else is: an element of an array that was unset became null,
  // as it may have been.
  bool unset_element = false;

  // "_id: 1", for messages.
  std::string id_text() const;
};

// Where in the document a walk is: a chain of names on the stack, put together only for messages.
struct Place {
  const Place* parent = nullptr;
  std::string_view name;

  std::string path() const;  // "a.0.b"
};

// What becomes of a value. Made values of up to 15 bytes need no allocation.
struct Effect {
  enum class Kind : std::uint8_t { kKeep, kSet, kRemove };
  Kind kind = Kind::kKeep;
  ValueView borrowed;  // of kSet, where it is not `made`
  Value made;

  ValueView value() const { return made.missing() ? borrowed : made.view(); }

  static Effect keep() { return {}; }
  static Effect set(ValueView value) { return {Kind::kSet, value, {}}; }
  static Effect set(Value value) { return {Kind::kSet, {}, std::move(value)}; }
  static Effect remove() { return {Kind::kRemove, {}, {}}; }
};

// How a modifier takes a path that cannot be followed to its end in a document.
enum class Reach : std::uint8_t {
  kTolerant,  // nothing happens, or the path is made
  kStrict,    // a value on the way that is no document, nor an array entered by number, is
              // PathNotViable
};

// Immutable after parsing; thread-safe.
class Modifier {
 public:
  virtual ~Modifier() = default;
  // `current` may be missing; `place` is for messages.
  virtual Result<Effect> apply(ValueView current, const Place& place,
                               Application& application) const = 0;
  // Whether the path is made where it is not there.
  virtual bool creates(const Application&) const { return true; }
  virtual Reach reach() const { return Reach::kTolerant; }
  // Whether it may put elements behind those that an array has, and do nothing else to it.
  virtual bool appends() const { return false; }
  // Asked before anything is applied, of modifiers that look beyond their own place.
  virtual Status check(const Application&) const { return Status(); }
  virtual bool checks() const { return false; }
};
using ModifierPtr = std::unique_ptr<const Modifier>;

class PathTree;

// To add an operator: modifiers/<name>.cc with its row, its name in CMakeLists.txt.
struct ModifierRow {
  std::string_view name;  // "$set"
  // Adds `path: argument` to the tree. Both outlive the tree.
  Status (*parse)(std::string_view path, ValueView argument, PathTree& tree);
};

// Error: FailedToParse "Unknown modifier: …".
Result<const ModifierRow*> find_modifier(std::string_view name);

// What `$set` does; `$rename`, `$setOnInsert` and upserts use it too. `value` outlives it.
ModifierPtr set_value(ValueView value);

}  // namespace cairn::update
