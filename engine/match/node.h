// Nodes of a parsed filter: what is asked of a document (Node), and what is asked of one value
// (ValueTest).
//
// Immutable after parsing and thread-safe. Matching allocates nothing.
#pragma once

#include "engine/bson/path.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace cairn::match {

// What a match leaves behind beside its answer.
struct Trace {
  std::int32_t array_index = -1;  // of the outermost array's element that matched last, or -1
  // Of evaluating an expression, or the interrupt's; the answer means nothing then.
  Status error = {};
  std::uint32_t steps_left = kStepsPerLook;
  bool text = false;  // the document is one that the filter's `$text` finds

  // What takes steps (of a microsecond or so) calls this for each. True: there is an error, and
  // nobody needs an answer any more.
  bool stops(std::uint32_t weight = 1) {
    if (weight < steps_left) [[likely]] {
      steps_left -= weight;
      return !error.ok();
    }
    return look();
  }
  static constexpr std::uint32_t kStepsPerLook = 1024;
  static constexpr std::uint32_t kStepsPerRegex = kStepsPerLook / 4;

  // What `matches` gives for a trace of its own, whose place in an array is not told.
  template <typename Matches>
  bool apart(const Matches& matches) {
    Trace inner{.steps_left = steps_left, .text = text};
    const bool matched = matches(inner);
    steps_left = inner.steps_left;
    if (!inner.error.ok()) error = std::move(inner.error);
    return matched;
  }

 private:
  bool look();
};

// In which order the parts of a conjunction are asked, by what they ask; those of one rank by their
// paths. It is MongoDB's (MatchExpression::MatchType), because it shows: of several parts that
// match in an array, the one asked last tells `Trace::array_index`.
enum class Rank : std::uint8_t {
  kAnd,
  kOr,
  kElemMatch,
  kSize,
  kEq,
  kLte,
  kLt,
  kGt,
  kGte,
  kRegex,
  kMod,
  kExists,
  kIn,
  kBitsAllSet,
  kBitsAllClear,
  kBitsAnySet,
  kBitsAnyClear,
  kNot,
  kType,
  kOther,
};

class ValueTest;

class Node {
 public:
  virtual ~Node() = default;
  virtual bool matches(DocumentView document, Trace& trace) const = 0;
  virtual Rank rank() const { return Rank::kOther; }
  // That it asks at; empty: of the document.
  virtual std::string_view path() const { return {}; }
  // Of a conjunction that stands in another one: gives away its parts.
  virtual bool give_parts(std::vector<std::unique_ptr<Node>>&) { return false; }
  // Of one that asks whether a value at its path passes one test: gives that away.
  virtual std::unique_ptr<const ValueTest> give_test() { return nullptr; }
};
using NodePtr = std::unique_ptr<Node>;

class ValueTest {
 public:
  virtual ~ValueTest() = default;
  // `value` may be missing.
  virtual bool test(ValueView value, Trace& trace) const = 0;
  // Whether an array at the path's end is also tested element by element, or only as a whole.
  virtual LeafArray leaf_array() const { return LeafArray::kExpand; }
};

struct Test;
using Tests = std::vector<Test>;

// What an operator asks at a path: that some value there passes, or, negated, that none does.
// Instead of one `test` it may have several in `all`, each of which may be passed by a value of its
// own (`$not` of a conjunction).
struct Test {
  std::unique_ptr<const ValueTest> test;
  bool negated = false;
  Tests all = {};
  Rank rank = Rank::kOther;  // where it is not negated
};

// Some value at `path` passes (or none does, if negated).
NodePtr at_path(FieldPath path, Test test);
// All tests hold at `path`, each for some value of its own.
NodePtr all_at_path(const FieldPath& path, Tests tests);
NodePtr all_of(std::vector<NodePtr> nodes);
NodePtr any_of(std::vector<NodePtr> nodes);
NodePtr not_of(NodePtr node);

// All tests hold for this one value.
bool passes(const Tests& tests, ValueView value, Trace& trace);

}  // namespace cairn::match
