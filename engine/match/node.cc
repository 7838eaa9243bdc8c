#include "engine/match/node.h"

#include <cairn/interrupt_scope.h>

namespace cairn::match {
namespace {

class AtPath final : public Node {
 public:
  AtPath(FieldPath path, Test test)
      : path_(std::move(path)),
        test_(std::move(test.test)),
        leaf_(test_->leaf_array()),
        negated_(test.negated) {}

  bool matches(DocumentView document, Trace& trace) const override {
    const auto visitor = [&](const PathValue& found) {
      if (trace.stops()) return true;
      if (!test_->test(found.value, trace)) return false;
      if (found.array_index >= 0 && !negated_) trace.array_index = found.array_index;
      return true;
    };
    return visit_path(document, path_, leaf_, visitor) != negated_;
  }

 private:
  FieldPath path_;
  std::unique_ptr<const ValueTest> test_;
  LeafArray leaf_;
  bool negated_;
};

class AllOf final : public Node {
 public:
  explicit AllOf(std::vector<NodePtr> nodes) : nodes_(std::move(nodes)) {}
  bool matches(DocumentView document, Trace& trace) const override {
    for (const NodePtr& node : nodes_) {
      if (!node->matches(document, trace)) return false;
    }
    return true;
  }

 private:
  std::vector<NodePtr> nodes_;
};

class AnyOf final : public Node {
 public:
  explicit AnyOf(std::vector<NodePtr> nodes) : nodes_(std::move(nodes)) {}
  bool matches(DocumentView document, Trace& trace) const override {
    for (const NodePtr& node : nodes_) {
      if (node->matches(document, trace)) return true;
    }
    return false;
  }

 private:
  std::vector<NodePtr> nodes_;
};

class NotOf final : public Node {
 public:
  explicit NotOf(NodePtr node) : node_(std::move(node)) {}
  // What did not match has no place in an array.
  bool matches(DocumentView document, Trace& trace) const override {
    return !trace.apart([&](Trace& inner) { return node_->matches(document, inner); });
  }

 private:
  NodePtr node_;
};

}  // namespace

bool Trace::look() {
  steps_left = kStepsPerLook;
  if (error.ok()) error = InterruptScope::check();
  return !error.ok();
}

NodePtr at_path(FieldPath path, Test test) {
  if (test.test == nullptr) {
    NodePtr all = all_at_path(path, std::move(test.all));
    return test.negated ? not_of(std::move(all)) : std::move(all);
  }
  return std::make_unique<AtPath>(std::move(path), std::move(test));
}

NodePtr all_at_path(const FieldPath& path, Tests tests) {
  std::vector<NodePtr> nodes;
  for (Test& test : tests) nodes.push_back(at_path(path, std::move(test)));
  return all_of(std::move(nodes));
}

NodePtr all_of(std::vector<NodePtr> nodes) {
  if (nodes.size() == 1) return std::move(nodes.front());
  return std::make_unique<AllOf>(std::move(nodes));
}

NodePtr any_of(std::vector<NodePtr> nodes) { return std::make_unique<AnyOf>(std::move(nodes)); }

NodePtr not_of(NodePtr node) { return std::make_unique<NotOf>(std::move(node)); }

bool passes(const Tests& tests, ValueView value, Trace& trace) {
  for (const Test& test : tests) {
    const bool passed =
        test.test == nullptr ? passes(test.all, value, trace) : test.test->test(value, trace);
    if (passed == test.negated) return false;
  }
  return true;
}

}  // namespace cairn::match
