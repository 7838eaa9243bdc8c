#include "engine/exec/explain_index.h"

#include "engine/exec/key_ranges.h"
#include "engine/exec/normal_filter.h"

namespace cairn::exec {
namespace {

// A wildcard index is shown as one on the path that it stands for.
std::vector<std::string> component_names(const plan::IndexScan& scan) {
  std::vector<std::string> names;
  for (const IndexField& field : scan.index->fields()) {
    const bool wildcard = field.kind == FieldKind::kWildcard;
    if (wildcard) names.emplace_back("$_path");
    if (wildcard && scan.wildcard_path.empty()) break;  // none: nothing is asked from there on
    names.push_back(wildcard ? scan.wildcard_path : field.name);
  }
  return names;
}

void append_pattern(const plan::IndexScan& scan, DocumentBuilder& out) {
  if (scan.index->kind() != FieldKind::kWildcard) {
    out.append("keyPattern", scan.index->key_pattern());
    return;
  }
  const std::vector<std::string> names = component_names(scan);
  const std::vector<key::Direction> directions = component_directions(*scan.index);
  out.begin_document("keyPattern");
  for (std::size_t i = 0; i < names.size(); ++i) {
    out.append(names[i], directions[i] == key::Direction::kAscending ? 1 : -1);
  }
  out.end();
}

void append_multikey_paths(const IndexEntry& index, DocumentBuilder& out) {
  out.begin_document("multiKeyPaths");
  for (std::size_t i = 0; i < index.fields().size(); ++i) {
    const FieldPath& path = index.fields()[i].path;
    const Multikey::Components arrays = index.multikey().components(i);
    out.begin_array(index.fields()[i].name);
    for (std::size_t c = 0; c < path.size(); ++c) {
      if ((arrays & Multikey::bit(c)) != 0) out.push(path.prefix(c + 1));
    }
    out.end();
  }
  out.end();
}

// The documents of what it finds are read on the way.
bool fetches_distinct(const plan::Plan& plan) {
  return plan.distinct_fields > 0 && plan.reads == plan::Needs::kDocument;
}

// `fetching` is told of a scan that steps from value to value.
void append_identity(const plan::IndexScan& scan, std::optional<bool> fetching,
                     DocumentBuilder& out) {
  const IndexEntry& index = *scan.index;
  append_pattern(scan, out);
  out.append("indexName", index.name());
  if (const ValueView collation = index.spec()["collation"]; collation.is_document()) {
    out.append("collation", collation);
  }
  out.append("isMultiKey", index.multikey().any());
  if (!index.is_id() && index.kind() != FieldKind::k2d) append_multikey_paths(index, out);
  out.append("isUnique", index.unique()).append("isSparse", index.sparse());
  out.append("isPartial", index.filter() != nullptr);
  if (fetching) out.append("isShardFiltering", false).append("isFetching", *fetching);
  out.append("indexVersion", 2);
}

void append_bounds(const plan::IndexScan& scan, DocumentBuilder& out) {
  out.begin_document("indexBounds");
  if (!scan.has_range) {
    const IndexEntry& index = *scan.index;
    const std::vector<std::string> names = component_names(scan);
    const std::vector<key::Direction> directions = component_directions(index);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool up =
          (directions[i] == key::Direction::kAscending) == (scan.direction == Direction::kForward);
      const plan::Intervals& bounds = scan.bounds[i];
      const auto text = [&](const plan::Interval& interval) {
        return to_text(interval, up ? plan::Walk::kUp : plan::Walk::kDown,
                       index.collation() != nullptr);
      };
      out.begin_array(names[i]);
      if (up) {
        for (const plan::Interval& interval : bounds) out.push(text(interval));
      } else {
        for (auto at = bounds.rbegin(); at != bounds.rend(); ++at) out.push(text(*at));
      }
      out.end();
    }
  }
  out.end();
}

void append_way(const plan::IndexScan& scan, DocumentBuilder& out) {
  out.append("direction", scan.direction == Direction::kForward ? "forward" : "backward");
  append_bounds(scan, out);
}

void append_scan(std::string_view full_name, const plan::IndexScan& scan, DocumentBuilder& out) {
  if (scan.key_filter != nullptr) {
    out.append("filter", normal_filter(scan.key_filter->filter()));
  }
  if (!full_name.empty()) out.append("nss", full_name);
  append_identity(scan, std::nullopt, out);
  append_way(scan, out);
}

ExplainNode distinct_node(const ExplainedIndexes& explained) {
  const plan::IndexScan& scan = explained.plan->scans.front();
  const bool fetches = fetches_distinct(*explained.plan);
  ExplainNode node{.stage = "DISTINCT_SCAN"};
  node.fields = [&scan, fetches](DocumentBuilder& out) {
    append_identity(scan, fetches, out);
    append_way(scan, out);
  };
  if (explained.did.scans.empty()) return node;
  const ScanMeasure did = explained.did.scans.front();
  node.did = {.there = true, .returned = did.returned, .ended = did.ended};
  if (fetches) node.did.returned = explained.did.found;
  node.did.nanoseconds = explained.access.nanoseconds;
  node.read = did.keys;
  const std::int64_t documents = explained.did.documents;
  node.figures = [did, documents](DocumentBuilder& out) {
    out.append("keysExamined", static_cast<std::int32_t>(did.keys));
    out.append("docsExamined", static_cast<std::int32_t>(documents));
    out.append("chunkSkips", 0).append("orphanChunkSkips", 0);
  };
  return node;
}

ExplainNode scan_node(const ExplainedIndexes& explained, std::size_t at) {
  if (explained.plan->distinct_fields > 0) return distinct_node(explained);
  const plan::IndexScan& scan = explained.plan->scans[at];
  ExplainNode node{.stage = "IXSCAN"};
  node.fields = [&explained, &scan](DocumentBuilder& out) {
    append_scan(explained.full_name, scan, out);
  };
  if (at >= explained.did.scans.size()) return node;
  const ScanMeasure did = explained.did.scans[at];
  node.did = {.there = true, .returned = did.returned, .ended = did.ended};
  node.did.nanoseconds = explained.access.nanoseconds;
  node.read = did.keys;
  const bool alone = explained.plan->scans.size() == 1;
  const std::int64_t tested = alone ? explained.did.dups_tested : 0;
  const std::int64_t dropped = alone ? explained.did.dups_dropped : 0;
  if (alone) node.did.returned -= dropped;
  node.figures = [did, tested, dropped](DocumentBuilder& out) {
    out.append("keysExamined", static_cast<std::int32_t>(did.keys));
    out.append("seeks", static_cast<std::int32_t>(did.seeks));
    out.append("dupsTested", static_cast<std::int32_t>(tested));
    out.append("dupsDropped", static_cast<std::int32_t>(dropped));
  };
  return node;
}

// Its bounds are two keys where they are one interval.
bool is_one_range(const plan::IndexScan& scan) {
  if (scan.index->kind() == FieldKind::kWildcard) return false;
  bool range = false;
  for (const plan::Intervals& bounds : scan.bounds) {
    if (bounds.size() != 1) return false;
    if (range && !is_everything(bounds)) return false;
    range = range || !bounds.front().is_point();
  }
  return !scan.has_range && scan.key_filter == nullptr;
}

void append_count_bounds(const plan::IndexScan& scan, DocumentBuilder& out) {
  const auto side = [&](bool start, std::string_view name) {
    bool inclusive = true;
    out.begin_document(name);
    for (std::size_t i = 0; i < scan.bounds.size(); ++i) {
      const plan::Interval& one = scan.bounds[i].front();
      const bool up = scan.index->fields()[i].direction == key::Direction::kAscending;
      const plan::Edge& edge = up == start ? one.lower : one.upper;
      out.append(scan.index->fields()[i].name, edge.value.view());
      inclusive = inclusive && edge.inclusive;
    }
    out.end();
    return inclusive;
  };
  out.begin_document("indexBounds");
  const bool from = side(true, "startKey");
  out.append("startKeyInclusive", from);
  const bool to = side(false, "endKey");
  out.append("endKeyInclusive", to);
  out.end();
}

ExplainNode count_node(const ExplainedIndexes& explained) {
  const plan::IndexScan& scan = explained.plan->scans.front();
  ExplainNode node = scan_node(explained, 0);
  node.stage = "COUNT_SCAN";
  node.fields = [&explained, &scan](DocumentBuilder& out) {
    out.append("nss", explained.full_name);
    append_identity(scan, std::nullopt, out);
    append_count_bounds(scan, out);
  };
  const std::int64_t keys = node.read;
  node.figures = [keys](DocumentBuilder& out) {
    out.append("keysExamined", static_cast<std::int32_t>(keys));
  };
  return node;
}

ExplainNode union_node(const ExplainedIndexes& explained) {
  ExplainNode node{.stage = explained.plan->merged ? "SORT_MERGE" : "OR"};
  if (explained.plan->merged) {
    node.fields = [&explained](DocumentBuilder& out) { out.append("sortPattern", explained.sort); };
  }
  for (std::size_t i = 0; i < explained.plan->scans.size(); ++i) {
    node.inputs.push_back(scan_node(explained, i));
    node.did.returned += node.inputs.back().did.returned;
  }
  node.read = node.did.returned;
  node.did.returned -= explained.did.dups_dropped;
  node.did.ended = explained.access.ended;
  node.did.nanoseconds = explained.access.nanoseconds;
  const IndexMeasure& did = explained.did;
  node.figures = [&did](DocumentBuilder& out) {
    out.append("dupsTested", static_cast<std::int32_t>(did.dups_tested));
    out.append("dupsDropped", static_cast<std::int32_t>(did.dups_dropped));
  };
  return node;
}

ExplainNode fetch_node(const ExplainedIndexes& explained) {
  ExplainNode node{.stage = "FETCH", .did = explained.access, .read = explained.did.found};
  node.fields = [&explained](DocumentBuilder& out) {
    if (!explained.plan->exact) {
      const Document filter = normal_filter(explained.plan->residual_shown);
      if (!filter.empty()) out.append("filter", filter);
    }
    out.append("nss", explained.full_name);
  };
  const std::int64_t documents = explained.did.documents;
  node.figures = [documents](DocumentBuilder& out) {
    out.append("docsExamined", static_cast<std::int32_t>(documents));
    out.append("alreadyHasObj", 0);
  };
  return node;
}

ExplainNode skip_node(const ExplainedIndexes& explained) {
  ExplainNode node{.stage = "SKIP", .did = explained.access};
  node.did.returned = explained.did.found;
  node.read = explained.did.found + explained.did.skipped;
  node.fields = [&explained](DocumentBuilder& out) {
    append_number("skipAmount", explained.skip, out);
  };
  return node;
}

}  // namespace

void append_index_scan(const plan::IndexScan& scan, DocumentBuilder& out) {
  append_scan({}, scan, out);
}

void add_index_nodes(const ExplainedIndexes& explained, std::vector<ExplainNode>& nodes) {
  const plan::Plan& plan = *explained.plan;
  if (plan.reads == plan::Needs::kDocument && !explained.sorts_entries && !fetches_distinct(plan))
    nodes.push_back(fetch_node(explained));
  if (explained.skip > 0) nodes.push_back(skip_node(explained));
  if (plan.access == plan::Access::kIndexUnion) {
    nodes.push_back(union_node(explained));
  } else if (plan.reads == plan::Needs::kNothing && is_one_range(plan.scans.front())) {
    nodes.push_back(count_node(explained));
  } else {
    nodes.push_back(scan_node(explained, 0));
  }
}

}  // namespace cairn::exec
