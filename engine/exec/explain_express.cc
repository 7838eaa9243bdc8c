#include "engine/exec/explain_express.h"

#include "engine/match/outline.h"

namespace cairn::exec {
namespace {

using match::Condition;

// The index that has the one value that is asked for; null: the query is more than that.
const IndexEntry* index_of_value(const Explained& explained) {
  const plan::Plan& plan = *explained.plan;
  const bool hinted = explained.hinted && !explained.filtered;
  const bool plain = explained.top.empty() && !hinted && explained.sort.empty();
  if (!plain || explained.skip > 0) return nullptr;
  if (plan.access != plan::Access::kIndexScan || !plan.exact || plan.distinct_fields > 0) {
    return nullptr;
  }
  const plan::IndexScan& scan = plan.scans.front();
  const IndexEntry& index = *scan.index;
  if (scan.has_range || scan.key_filter != nullptr || index.filter() != nullptr ||
      index.kind() != FieldKind::kOrdered) {
    return nullptr;
  }
  const std::vector<Condition> conditions = match::outline(explained.matcher->filter());
  if (conditions.size() != 1 || conditions.front().asks != Condition::Asks::kEq) return nullptr;
  if (conditions.front().path != index.fields().front().name) return nullptr;
  const bool one = explained.limit == 1 || (index.unique() && index.fields().size() == 1);
  return one && !explained.matcher->matches_everything() ? &index : nullptr;
}

std::string_view stage_of(const Explained& explained, bool clustered) {
  if (explained.top == "UPDATE") return "EXPRESS_UPDATE";
  if (!explained.top.empty()) return "EXPRESS_DELETE";
  return clustered ? "EXPRESS_CLUSTERED_IXSCAN" : "EXPRESS_IXSCAN";
}

void append_projection(const Explained& explained, DocumentBuilder& out) {
  if (explained.projection.empty()) return;
  out.append("projection", explained.projection);
  out.append("projectionCovered", explained.plan->reads == plan::Needs::kFields);
}

void append_would(const Explained& explained, DocumentBuilder& out) {
  if (explained.top.empty()) return;
  for (const char* name : {"nWouldModify", "nWouldUpsert", "nWouldDelete"}) {
    const ValueView figure = explained.top_figures.view()[name];
    out.append(name, figure.is_number() ? static_cast<std::int32_t>(figure.to_int64_clamped()) : 0);
  }
}

ExplainNode node_of(const Explained& explained, const IndexEntry* index) {
  const bool clustered = index == nullptr && explained.collection->definition().clustered;
  const Measure did = explained.ran == nullptr ? Measure() : explained.ran->access;
  ExplainNode node{.stage = stage_of(explained, clustered), .did = did, .express = true};
  if (!explained.top.empty()) node.did.returned = explained.returned;
  node.fields = [&explained, index, clustered](DocumentBuilder& out) {
    if (index != nullptr) {
      out.append("keyPattern", index->key_pattern()).append("indexName", index->name());
    } else if (!clustered) {
      out.begin_document("keyPattern").append("_id", 1).end();
      out.append("indexName", "_id_");
    }
    append_projection(explained, out);
  };
  node.figures = [&explained, did, clustered](DocumentBuilder& out) {
    const std::int64_t keys = clustered ? 0 : did.examined.keys;
    out.append("keysExamined", static_cast<std::int32_t>(keys));
    out.append("docsExamined", static_cast<std::int32_t>(did.examined.documents));
    append_would(explained, out);
  };
  return node;
}

}  // namespace

bool is_simple_projection(DocumentView projection) {
  for (const Element& field : projection) {
    const bool flag = field.value.is_number() || field.value.type() == BsonType::kBool;
    if (!flag || field.name.find('.') != std::string_view::npos) return false;
  }
  return true;
}

bool finds_one_id(const Explained& explained) {
  const plan::Plan& plan = *explained.plan;
  if (explained.hinted && !explained.filtered) return false;
  if (explained.skip > 0 && explained.top.empty()) return false;
  return plan.access == plan::Access::kIdLookup && plan.exact && plan.ids.size() == 1;
}

std::optional<ExplainNode> express_node(const Explained& explained) {
  if (explained.plan == nullptr || !explained.express || explained.return_key) return std::nullopt;
  if (!is_simple_projection(explained.projection)) return std::nullopt;
  if (finds_one_id(explained)) return node_of(explained, nullptr);
  const IndexEntry* const index = index_of_value(explained);
  return index == nullptr ? std::nullopt : std::optional(node_of(explained, index));
}

}  // namespace cairn::exec
