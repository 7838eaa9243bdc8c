#include "engine/exec/explain_node.h"

namespace cairn::exec {
namespace {

void append_results(const ExplainNode& node, DocumentBuilder& out) {
  out.append("nReturned", static_cast<std::int32_t>(node.did.returned));
  out.append("executionTimeMillisEstimate",
             static_cast<std::int32_t>(node.did.nanoseconds / kNanosecondsPerMillisecond));
}

void append_figures(const ExplainNode& node, DocumentBuilder& out) {
  const std::int64_t works = node.read + (node.did.ended ? 1 : 0);
  append_results(node, out);
  out.append("works", static_cast<std::int32_t>(works));
  out.append("advanced", static_cast<std::int32_t>(node.did.returned));
  out.append("needTime", static_cast<std::int32_t>(node.read - node.did.returned));
  for (const char* none : {"needYield", "saveState", "restoreState"}) out.append(none, 0);
  out.append("isEOF", node.did.ended ? 1 : 0);
}

// The filter stands before the figures, the other fields behind them.
void append_fields_and_figures(const ExplainNode& node, DocumentBuilder& out) {
  DocumentBuilder builder;
  if (node.fields) node.fields(builder);
  const Document fields = builder.take();
  const ValueView filter = fields.view()["filter"];
  if (!filter.missing()) out.append("filter", filter);
  append_figures(node, out);
  for (const Element& field : fields.view()) {
    if (field.name != "filter") out.append(field.name, field.value);
  }
}

void append_node(const ExplainNode& node, Figures figures, DocumentBuilder& out) {
  out.append("stage", node.stage);
  if (node.express) {
    node.fields(out);
    if (figures == Figures::kShown) append_results(node, out);
  } else if (figures == Figures::kShown) {
    append_fields_and_figures(node, out);
  } else if (node.fields) {
    node.fields(out);
  }
  if (figures == Figures::kShown && node.figures) node.figures(out);
  if (node.inputs.empty()) return;
  if (node.inputs.size() == 1) {
    out.begin_document("inputStage");
    append_node(node.inputs.front(), figures, out);
    out.end();
    return;
  }
  out.begin_array("inputStages");
  for (const ExplainNode& input : node.inputs) {
    out.push_document();
    append_node(input, figures, out);
    out.end();
  }
  out.end();
}

}  // namespace

void append_number(std::string_view name, std::int64_t value, DocumentBuilder& out) {
  if (value <= INT32_MAX) {
    out.append(name, static_cast<std::int32_t>(value));
  } else {
    out.append(name, value);
  }
}

void append_nodes(const std::vector<ExplainNode>& nodes, Figures figures, DocumentBuilder& out) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i > 0) out.begin_document("inputStage");
    append_node(nodes[i], figures, out);
  }
  for (std::size_t i = 1; i < nodes.size(); ++i) out.end();
}

}  // namespace cairn::exec
