// ExplainNode: one operator of an explained plan: what it is, and what it did.
#pragma once

#include "engine/exec/measure.h"

#include <cairn/bson.h>

#include <functional>
#include <string_view>
#include <vector>

namespace cairn::exec {

inline constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;

struct ExplainNode {
  std::string_view stage;
  std::function<void(DocumentBuilder&)> fields = {};
  Measure did = {};
  std::int64_t read = 0;  // of its input
  std::function<void(DocumentBuilder&)> figures = {};
  std::vector<ExplainNode> inputs = {};  // where they are not the next of a list
  bool express = false;                  // it has no works
};

// As an int where it is one, else as a long.
void append_number(std::string_view name, std::int64_t value, DocumentBuilder& out);

enum class Figures : bool { kNone, kShown };

// Writes operators from the outermost to the innermost, each as `inputStage` of the one before; the
// last one's inputs as `inputStages`, a single one
// as `inputStage`.
void append_nodes(const std::vector<ExplainNode>& nodes, Figures figures, DocumentBuilder& out);

}  // namespace cairn::exec
