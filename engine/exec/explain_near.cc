#include "engine/exec/explain_near.h"

#include "engine/exec/explain_index.h"
#include "engine/exec/normal_filter.h"
#include "engine/plan/near_scan.h"

namespace cairn::exec {
namespace {

std::int32_t short_of(std::int64_t count) { return static_cast<std::int32_t>(count); }

void append_rings(const NearMeasure& did, DocumentBuilder& out) {
  out.begin_array("searchIntervals");
  for (std::size_t i = 0; i < did.rings.size(); ++i) {
    const NearMeasure::Ring& ring = did.rings[i];
    out.push_document();
    out.append("minDistance", ring.from).append("maxDistance", ring.to);
    out.append("maxInclusive", i + 1 == did.rings.size());
    out.append("nBuffered", short_of(ring.buffered)).append("nReturned", short_of(ring.returned));
    out.end();
  }
  out.end();
}

// What reads the entries of all rings.
ExplainNode scan_node(const ExplainedNear& explained) {
  plan::IndexScan scan = explained.plan->near->scan;
  scan.bounds[explained.plan->near->field] = explained.did.keys;
  const ScanMeasure did = explained.did.scan;
  ExplainNode node{.stage = "IXSCAN"};
  node.fields = [scan = std::move(scan)](DocumentBuilder& out) { append_index_scan(scan, out); };
  node.did = {.there = true, .returned = did.returned, .ended = did.ended};
  node.read = did.keys;
  node.figures = [did](DocumentBuilder& out) {
    out.append("keysExamined", short_of(did.keys)).append("seeks", short_of(did.seeks));
    out.append("dupsTested", 0).append("dupsDropped", 0);
  };
  return node;
}

ExplainNode reading_node(const ExplainedNear& explained) {
  const std::int64_t documents = explained.did.documents;
  ExplainNode node{.stage = "FETCH", .read = explained.did.scan.returned};
  node.did = {.there = true, .returned = documents, .ended = explained.access.ended};
  node.fields = [](DocumentBuilder&) {};
  node.figures = [documents](DocumentBuilder& out) {
    out.append("docsExamined", short_of(documents)).append("alreadyHasObj", 0);
  };
  node.inputs.push_back(scan_node(explained));
  return node;
}

}  // namespace

void add_near_nodes(const ExplainedNear& explained, std::vector<ExplainNode>& nodes) {
  const plan::Plan& plan = *explained.plan;
  if (!plan.exact) {
    ExplainNode fetch{.stage = "FETCH", .did = explained.access, .read = explained.did.returned};
    fetch.fields = [&explained](DocumentBuilder& out) {
      out.append("filter", normal_filter(explained.plan->residual_shown));
      out.append("nss", explained.full_name);
    };
    const std::int64_t had = explained.did.returned;
    fetch.figures = [had](DocumentBuilder& out) {
      out.append("docsExamined", 0).append("alreadyHasObj", short_of(had));
    };
    nodes.push_back(std::move(fetch));
  }
  const IndexEntry& index = *plan.near->scan.index;
  ExplainNode near{.stage = index.kind() == FieldKind::k2d ? "GEO_NEAR_2D" : "GEO_NEAR_2DSPHERE"};
  near.fields = [&explained, &index](DocumentBuilder& out) {
    out.append("nss", explained.full_name).append("keyPattern", index.key_pattern());
    out.append("indexName", index.name()).append("indexVersion", 2);
  };
  near.did = explained.access;
  near.did.returned = explained.did.returned;
  near.read = explained.did.documents;
  near.figures = [&explained](DocumentBuilder& out) { append_rings(explained.did, out); };
  if (explained.ran) near.inputs.push_back(reading_node(explained));
  nodes.push_back(std::move(near));
}

}  // namespace cairn::exec
