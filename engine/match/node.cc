#include "engine/match/node.h"

#include <cairn/interrupt_scope.h>

#include <algorithm>
#include <iterator>

namespace cairn::match {
namespace {

class AtPath final : public Node {
 public:
  AtPath(FieldPath path, Test test)
      : path_(std::move(path)),
        test_(std::move(test.test)),
        leaf_(test_->leaf_array()),
        rank_(test.negated ? Rank::kNot : test.rank),
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
  Rank rank() const override { return rank_; }
  std::string_view path() const override { return path_.text(); }
  std::unique_ptr<const ValueTest> give_test() override { return std::move(test_); }

 private:
  FieldPath path_;
  std::unique_ptr<const ValueTest> test_;
  LeafArray leaf_;
  Rank rank_;
  bool negated_;
};

// One of several tests is passed.
class AnyTest final : public ValueTest {
 public:
  explicit AnyTest(std::vector<std::unique_ptr<const ValueTest>> tests)
      : tests_(std::move(tests)) {}
  bool test(ValueView value, Trace& trace) const override {
    return std::any_of(tests_.begin(), tests_.end(),
                       [&](const auto& one) { return one->test(value, trace); });
  }

 private:
  std::vector<std::unique_ptr<const ValueTest>> tests_;
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
  Rank rank() const override { return Rank::kAnd; }
  bool give_parts(std::vector<NodePtr>& out) override {
    std::move(nodes_.begin(), nodes_.end(), std::back_inserter(out));
    return true;
  }

 private:
  std::vector<NodePtr> nodes_;
};

class AnyOf final : public Node {
 public:
  explicit AnyOf(std::vector<NodePtr> nodes) : nodes_(std::move(nodes)) {}
  // Which alternative matches is nothing to tell a place by.
  bool matches(DocumentView document, Trace& trace) const override {
    return trace.apart([&](Trace& inner) {
      return std::any_of(nodes_.begin(), nodes_.end(),
                         [&](const NodePtr& node) { return node->matches(document, inner); });
    });
  }
  Rank rank() const override { return Rank::kOr; }

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
  Rank rank() const override { return Rank::kNot; }

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
  std::vector<NodePtr> parts;
  for (NodePtr& node : nodes) {
    if (!node->give_parts(parts)) parts.push_back(std::move(node));
  }
  std::stable_sort(parts.begin(), parts.end(), [](const NodePtr& a, const NodePtr& b) {
    return a->rank() != b->rank() ? a->rank() < b->rank() : a->path() < b->path();
  });
  return std::make_unique<AllOf>(std::move(parts));
}

// Equalities at one path are one question, as MongoDB makes them a `$in`.
NodePtr any_of(std::vector<NodePtr> nodes) {
  if (nodes.size() == 1) return std::move(nodes.front());
  const bool one_path = std::all_of(nodes.begin(), nodes.end(), [&](const NodePtr& node) {
    return node->rank() == Rank::kEq && node->path() == nodes.front()->path();
  });
  if (!one_path) return std::make_unique<AnyOf>(std::move(nodes));
  FieldPath path(nodes.front()->path());
  std::vector<std::unique_ptr<const ValueTest>> tests;
  for (const NodePtr& node : nodes) tests.push_back(node->give_test());
  return std::make_unique<AtPath>(
      std::move(path),
      Test{.test = std::make_unique<AnyTest>(std::move(tests)), .rank = Rank::kIn});
}

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
