#include "engine/api/events_wanted.h"

#include "engine/aggregate/reads.h"

#include <optional>
#include <set>
#include <string_view>

namespace cairn::api {
namespace {

using changes::EventsWanted;
using changes::Operation;
using Operations = std::bitset<changes::kOperations>;
using Names = std::set<std::string_view>;

std::string_view first_name(std::string_view path) { return path.substr(0, path.find('.')); }

Operations named(std::string_view name) {
  Operations operations;
  for (std::size_t i = 0; i < changes::kOperations; ++i) {
    operations[i] = changes::operation_name(static_cast<Operation>(i)) == name;
  }
  return operations;
}

// Those that a list names; nullopt where it has more than strings.
std::optional<Operations> listed(ValueView list) {
  if (!list.is_array()) return std::nullopt;
  Operations operations;
  for (const Element& one : list.as_document()) {
    if (!one.value.is_string()) return std::nullopt;
    operations |= named(one.value.as_string());
  }
  return operations;
}

// Those that the condition on `operationType` can let through.
Operations let_through(ValueView condition) {
  const Operations all = Operations().set();
  if (condition.is_string()) return named(condition.as_string());
  if (!condition.is_document()) return all;
  Operations operations = all;
  for (const Element& part : condition.as_document()) {
    const bool text = part.value.is_string();
    if (part.name == "$eq" && text) operations &= named(part.value.as_string());
    if (part.name == "$ne" && text) operations &= ~named(part.value.as_string());
    if (part.name == "$in") operations &= listed(part.value).value_or(all);
    if (part.name == "$nin") operations &= ~listed(part.value).value_or(Operations());
  }
  return operations;
}

// The operations that the conjunction at the top of a filter lets through.
Operations let_through_by(DocumentView filter) {
  Operations operations = Operations().set();
  for (const Element& field : filter) {
    if (field.name == "operationType") operations &= let_through(field.value);
    if (field.name != "$and" || !field.value.is_array()) continue;
    for (const Element& part : field.value.as_document()) {
      if (part.value.is_document()) operations &= let_through_by(part.value.as_document());
    }
  }
  return operations;
}

// Adds the fields of events that a filter looks at. False: it may look at any.
bool add_fields_of(DocumentView filter, Names& names) {
  for (const Element& field : filter) {
    if (!field.name.starts_with('$')) {
      names.insert(first_name(field.name));
      continue;
    }
    if (field.name == "$comment") continue;
    const bool nests = field.name == "$and" || field.name == "$or" || field.name == "$nor";
    if (!nests || !field.value.is_array()) return false;
    for (const Element& part : field.value.as_document()) {
      if (!part.value.is_document() || !add_fields_of(part.value.as_document(), names)) {
        return false;
      }
    }
  }
  return true;
}

// The fields that `$unset`, or a `$project` of nothing but zeros, takes away; empty: another stage.
Names taken_away(std::string_view stage, ValueView specification) {
  Names names;
  if (stage == "$unset") {
    if (specification.is_string()) return {specification.as_string()};
    if (!specification.is_array()) return names;
    for (const Element& one : specification.as_document()) {
      if (one.value.is_string()) names.insert(one.value.as_string());
    }
  }
  if (stage != "$project" || !specification.is_document()) return names;
  for (const Element& field : specification.as_document()) {
    const bool flag = field.value.is_number() || field.value.type() == BsonType::kBool;
    if (!flag || field.value.truthy()) return {};
    names.insert(field.name);
  }
  return names;
}

// Leaves out of `wanted` what `needed` says is not.
template <typename Needed>
void leave_out(EventsWanted& wanted, const Needed& needed) {
  wanted.full_document = needed("fullDocument");
  wanted.before_change = needed("fullDocumentBeforeChange");
  wanted.update_description = needed("updateDescription") || needed("rawUpdateDescription");
}

}  // namespace

EventsWanted events_wanted(DocumentView stages, DocumentView collation) {
  EventsWanted wanted;
  Names matched;
  for (const Element& stage : stages) {
    if (!stage.value.is_document() || stage.value.as_document().empty()) break;
    const Element one = *stage.value.as_document().begin();
    if (one.name == "$match" && one.value.is_document()) {
      const DocumentView filter = one.value.as_document();
      if (collation.empty()) wanted.operations &= let_through_by(filter);
      if (!add_fields_of(filter, matched)) break;
      continue;
    }
    if (const auto kept = aggregate::fields_read(one.name, one.value)) {
      for (const FieldPath& path : *kept) matched.insert(path.name(0));
      leave_out(wanted, [&](const char* name) { return matched.contains(name); });
    } else if (const Names gone = taken_away(one.name, one.value); !gone.empty()) {
      leave_out(wanted,
                [&](const char* name) { return matched.contains(name) || !gone.contains(name); });
    }
    break;
  }
  return wanted;
}

}  // namespace cairn::api
