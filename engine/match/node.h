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
#include <vector>

namespace cairn::match {

// What a match leaves behind beside its answer.
struct Trace {
  std::int32_t array_index = -1;  // of the outermost array's element that matched last, or -1
  Status error = {};              // of evaluating an expression; the answer means nothing then
};

class Node {
 public:
  virtual ~Node() = default;
  virtual bool matches(DocumentView document, Trace& trace) const = 0;
};
using NodePtr = std::unique_ptr<const Node>;

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
