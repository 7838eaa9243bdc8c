#include "engine/exec/explain_text.h"

#include "engine/plan/text_scan.h"

namespace cairn::exec {
namespace {

bool asks_for_score(DocumentView specification) {
  for (const Element& field : specification) {
    if (!field.value.is_document()) continue;
    const ValueView meta = field.value.as_document()["$meta"];
    if (meta.is_string() && meta.as_string() == "textScore") return true;
  }
  return false;
}

template <typename Words>
void append_words(std::string_view name, const Words& words, DocumentBuilder& out) {
  out.begin_array(name);
  for (const std::string& word : words) out.push(word);
  out.end();
}

void append_search(const text::Search& search, DocumentBuilder& out) {
  out.begin_document("parsedTextQuery");
  append_words("terms", search.terms(), out);
  append_words("negatedTerms", search.negated_terms(), out);
  append_words("phrases", search.phrases(), out);
  append_words("negatedPhrases", search.negated_phrases(), out);
  out.end();
}

ExplainNode scan_node(const ExplainedText& explained, std::size_t at) {
  const IndexEntry& index = *explained.plan->text->index;
  ExplainNode node{.stage = "IXSCAN"};
  node.fields = [&explained, &index](DocumentBuilder& out) {
    out.append("nss", explained.full_name).append("keyPattern", index.key_pattern());
    out.append("indexName", index.name()).append("isMultiKey", true);
    out.append("isUnique", index.unique()).append("isSparse", index.sparse());
    out.append("isPartial", index.filter() != nullptr).append("indexVersion", 2);
    out.append("direction", "backward").begin_document("indexBounds").end();
  };
  if (at >= explained.did.scans.size()) return node;
  const ScanMeasure did = explained.did.scans[at];
  node.did = {.there = true, .returned = did.returned, .ended = did.ended};
  node.read = did.keys;
  node.figures = [did](DocumentBuilder& out) {
    out.append("keysExamined", static_cast<std::int32_t>(did.keys));
    out.append("seeks", static_cast<std::int32_t>(did.seeks));
    out.append("dupsTested", 0).append("dupsDropped", 0);
  };
  return node;
}

std::vector<ExplainNode> scan_nodes(const ExplainedText& explained) {
  std::vector<ExplainNode> nodes;
  const std::size_t terms = explained.plan->text->search.index_terms().size();
  for (std::size_t i = 0; i < terms; ++i) nodes.push_back(scan_node(explained, i));
  if (!nodes.empty()) return nodes;
  nodes.push_back({.stage = "EOF", .fields = [](DocumentBuilder& out) {
                     out.append("type", "predicateEvalsToFalse");
                   }});
  return nodes;
}

// What reads the documents.
ExplainNode reading_node(const ExplainedText& explained) {
  const bool scores = asks_for_score(explained.sort) || asks_for_score(explained.projection);
  const TextMeasure& did = explained.did;
  ExplainNode node{.stage = scores ? "TEXT_OR" : "FETCH"};
  node.did = {
      .there = true, .returned = did.matched + did.rejected, .ended = explained.access.ended};
  node.read = did.documents;
  if (!scores)
    node.fields = [&explained](DocumentBuilder& out) { out.append("nss", explained.full_name); };
  node.figures = [&did, scores](DocumentBuilder& out) {
    out.append("docsExamined", static_cast<std::int32_t>(did.documents));
    if (!scores) out.append("alreadyHasObj", 0);
  };
  node.inputs = scan_nodes(explained);
  if (scores || node.inputs.size() == 1) return node;
  ExplainNode any{.stage = "OR"};
  for (const ScanMeasure& scan : did.scans) any.read += scan.returned;
  any.did = {.there = true, .returned = did.scored, .ended = explained.access.ended};
  any.figures = [any_read = any.read, &did](DocumentBuilder& out) {
    out.append("dupsTested", static_cast<std::int32_t>(any_read));
    out.append("dupsDropped", static_cast<std::int32_t>(any_read - did.scored));
  };
  any.inputs = std::move(node.inputs);
  node.inputs.clear();
  node.inputs.push_back(std::move(any));
  return node;
}

}  // namespace

ExplainNode text_node(const ExplainedText& explained) {
  ExplainNode node{.stage = "TEXT_MATCH"};
  node.fields = [&explained](DocumentBuilder& out) {
    const plan::TextScan& scan = *explained.plan->text;
    out.append("nss", explained.full_name).append("indexPrefix", scan.prefix_shown);
    out.append("indexName", scan.index->name());
    append_search(scan.search, out);
    out.append("textIndexVersion", static_cast<std::int32_t>(scan.index->text()->version()));
  };
  const TextMeasure& did = explained.did;
  node.did = {.there = true, .returned = did.matched, .ended = explained.access.ended};
  node.read = did.matched + did.rejected;
  node.figures = [&did](DocumentBuilder& out) {
    out.append("docsRejected", static_cast<std::int32_t>(did.rejected));
  };
  node.inputs.push_back(reading_node(explained));
  return node;
}

}  // namespace cairn::exec
