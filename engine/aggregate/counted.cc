#include "engine/aggregate/counted.h"

#include "engine/aggregate/listed.h"

#include <algorithm>

namespace cairn::aggregate {
namespace {

bool is_one(ValueView value) { return value.type() == BsonType::kInt32 && value.as_int32() == 1; }

bool is_constant(ValueView value) {
  if (value.is_string()) return !value.as_string().starts_with('$');
  return !value.is_document() && !value.is_array();
}

// {_id: constant, name: {$sum: 1}}: the name.
std::optional<std::string_view> counting_field(DocumentView group) {
  if (group.count() != 2 || group["_id"].missing() || !is_constant(group["_id"])) {
    return std::nullopt;
  }
  for (const Element& field : group) {
    if (field.name == "_id") continue;
    const bool sums = field.value.is_document() && field.value.as_document().count() == 1 &&
                      is_one(field.value.as_document()["$sum"]);
    if (sums) return field.name;
  }
  return std::nullopt;
}

void append_count(std::string_view name, std::int64_t count, DocumentBuilder& out) {
  if (count <= INT32_MAX) {
    out.append(name, static_cast<std::int32_t>(count));
  } else {
    out.append(name, count);
  }
}

}  // namespace

StreamPtr open_counted(const Front& front, const ParsedStage& behind,
                       const Environment& environment) {
  // Totals are those of now.
  if (environment.engine.transaction != nullptr) return nullptr;
  if (!front.matcher.matches_everything() || !environment.hint.missing()) return nullptr;
  const CollectionRef collection = environment.engine.find(environment.name());
  if (collection == nullptr || collection->definition().view) return nullptr;
  std::int64_t count = std::max<std::int64_t>(0, collection->counters().documents() - front.skip);
  if (front.limit > 0) count = std::min(count, front.limit);
  DocumentBuilder result;
  if (behind.row->name == "$count") {
    append_count(behind.specification.as_string(), count, result);
  } else if (behind.row->name == "$group") {
    const DocumentView group = behind.specification.as_document();
    const auto name = counting_field(group);
    if (!name) return nullptr;
    result.append("_id", group["_id"]);
    append_count(*name, count, result);
  } else {
    return nullptr;
  }
  std::vector<Document> documents;
  if (count > 0) documents.push_back(result.take());
  return listed(std::move(documents));
}

}  // namespace cairn::aggregate
