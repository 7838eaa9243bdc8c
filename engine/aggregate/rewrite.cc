#include "engine/aggregate/rewrite.h"

#include "engine/aggregate/field_effects.h"
#include "engine/match/settled.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace cairn::aggregate {
namespace {

using Drafts = std::vector<Draft>;

// Each rewrite looks at the stage `i` and the one behind it, and says whether it changed anything.
using Rewrite = bool (*)(Drafts& stages, std::size_t i);

Draft made(std::string_view name, Value specification) {
  return {.name = std::string(name),
          .source = std::nullopt,
          .given = ValueView(),
          .made = std::move(specification)};
}

void erase(Drafts& stages, std::size_t i) {
  stages.erase(stages.begin() + static_cast<std::ptrdiff_t>(i));
}

bool are(const Drafts& stages, std::size_t i, std::string_view first, std::string_view second) {
  return stages[i].name == first && stages[i + 1].name == second;
}

// [$match a, $match b] is [$match a and b].
bool merge_matches(Drafts& stages, std::size_t i) {
  if (!are(stages, i, "$match", "$match")) return false;
  const DocumentView first = stages[i].specification().as_document();
  const DocumentView second = stages[i + 1].specification().as_document();
  DocumentBuilder both;
  if (first.empty()) {
    both.append_all(second);
  } else if (second.empty()) {
    both.append_all(first);
  } else {
    both.begin_array("$and").push(first).push(second).end();
  }
  stages[i] = made("$match", Value::document(both.take()));
  erase(stages, i + 1);
  return true;
}

std::int64_t count_of(const Draft& stage) { return stage.specification().to_int64_clamped(); }

// [$limit a, $limit b] is the lesser of them.
bool merge_limits(Drafts& stages, std::size_t i) {
  if (!are(stages, i, "$limit", "$limit")) return false;
  const std::int64_t least = std::min(count_of(stages[i]), count_of(stages[i + 1]));
  stages[i] = made("$limit", Value::int64(least));
  erase(stages, i + 1);
  return true;
}

// [$skip a, $skip b] is [$skip a + b], unless that is beyond all bounds.
bool merge_skips(Drafts& stages, std::size_t i) {
  if (!are(stages, i, "$skip", "$skip")) return false;
  std::int64_t sum = 0;
  if (__builtin_add_overflow(count_of(stages[i]), count_of(stages[i + 1]), &sum)) return false;
  stages[i] = made("$skip", Value::int64(sum));
  erase(stages, i + 1);
  return true;
}

// Of two sorts in a row only the second shows.
bool merge_sorts(Drafts& stages, std::size_t i) {
  if (!are(stages, i, "$sort", "$sort")) return false;
  erase(stages, i);
  return true;
}

bool changes_each_alone(std::string_view name) {
  return name == "$addFields" || name == "$set" || name == "$project" || name == "$unset" ||
         name == "$replaceRoot" || name == "$replaceWith";
}

// What is passed over, beyond the limit or not drawn need not be changed first.
bool window_before_change(Drafts& stages, std::size_t i) {
  const std::string& second = stages[i + 1].name;
  if (second != "$skip" && second != "$limit" && second != "$sample") return false;
  if (!changes_each_alone(stages[i].name)) return false;
  std::swap(stages[i], stages[i + 1]);
  return true;
}

// The condition as it reads before a stage that renames fields.
Document renamed_condition(const Element& condition, const FieldEffects& effects) {
  DocumentBuilder builder;
  const std::size_t dot = condition.name.find('.');
  const std::optional<std::string> name = effects.before(condition.name.substr(0, dot));
  const std::string_view rest =
      dot == std::string_view::npos ? std::string_view() : condition.name.substr(dot);
  builder.append(name.value_or("") + std::string(rest), condition.value);
  return builder.take();
}

// Whether the condition may go before the stage; then as what.
std::optional<Document> moved(const Element& condition, const FieldEffects& effects) {
  const auto fields = fields_of(condition.name, condition.value);
  if (!fields) return std::nullopt;
  bool renames = false;
  for (const std::string& field : *fields) {
    const std::optional<std::string> before = effects.before(field);
    if (!before) return std::nullopt;
    renames = renames || *before != field;
  }
  if (!renames) {
    DocumentBuilder builder;
    return builder.append(condition.name, condition.value).take();
  }
  if (condition.name.starts_with('$')) return std::nullopt;
  return renamed_condition(condition, effects);
}

Document all_of(const std::vector<Document>& conditions) {
  DocumentBuilder builder;
  if (conditions.size() == 1) return conditions.front();
  builder.begin_array("$and");
  for (const Document& condition : conditions) builder.push(condition.view());
  builder.end();
  return builder.take();
}

// How a condition reads before a stage; nullopt: it may not go there.
using Move = std::function<std::optional<Document>(const Element& condition)>;

// The parts of {$expr: {$and: […]}}; nullopt of anything else.
std::optional<std::vector<Document>> expression_parts(const Element& condition) {
  if (condition.name != "$expr" || !condition.value.is_document()) return std::nullopt;
  const ValueView all = condition.value.as_document()["$and"];
  if (!all.is_array()) return std::nullopt;
  std::vector<Document> parts;
  for (const Element& part : all.as_document()) parts.push_back(document("$expr", part.value));
  return parts;
}

void split_conjunction(DocumentView filter, const Move& move, std::vector<Document>& before,
                       std::vector<Document>& behind) {
  for (const Element& condition : filter) {
    if (condition.name == "$and" && condition.value.is_array()) {
      for (const Element& part : condition.value.as_document()) {
        split_conjunction(part.value.as_document(), move, before, behind);
      }
    } else if (auto as = move(condition)) {
      before.push_back(std::move(*as));
    } else if (const auto parts = expression_parts(condition)) {
      for (const Document& part : *parts) split_conjunction(part, move, before, behind);
    } else {
      DocumentBuilder builder;
      behind.push_back(builder.append(condition.name, condition.value).take());
    }
  }
}

// Puts as much of the `$match` behind the stage before it as `move` lets go there.
bool match_forward(Drafts& stages, std::size_t i, const Move& move) {
  const DocumentView filter = stages[i + 1].specification().as_document();
  if (!filter["$comment"].missing() || filter.empty()) return false;
  std::vector<Document> before;
  std::vector<Document> behind;
  split_conjunction(filter, move, before, behind);
  if (before.empty()) return false;
  Draft first = made("$match", Value::document(all_of(before)));
  if (behind.empty()) {
    erase(stages, i + 1);
  } else {
    stages[i + 1] = made("$match", Value::document(all_of(behind)));
  }
  stages.insert(stages.begin() + static_cast<std::ptrdiff_t>(i), std::move(first));
  return true;
}

// [stage, $match] is [$match, stage] as far as the filter looks at fields that the stage leaves
// alone.
bool match_before(Drafts& stages, std::size_t i) {
  if (stages[i + 1].name != "$match") return false;
  const auto effects = field_effects(stages[i].name, stages[i].specification());
  if (!effects) return false;
  return match_forward(stages, i, [&](const Element& field) { return moved(field, *effects); });
}

// Whether any operator in a condition has one of the names.
bool has_operator(ValueView condition, std::initializer_list<std::string_view> names) {
  if (!condition.is_document() && !condition.is_array()) return false;
  for (const Element& part : condition.as_document()) {
    if (std::ranges::find(names, part.name) != names.end()) return true;
    if (has_operator(part.value, names)) return true;
  }
  return false;
}

// `path` with `to` instead of its beginning `from`; nullopt where it begins otherwise.
std::optional<std::string> moved_path(std::string_view path, std::string_view from,
                                      std::string_view to) {
  if (!path.starts_with(from)) return std::nullopt;
  const std::string_view rest = path.substr(from.size());
  if (!rest.empty() && rest.front() != '.') return std::nullopt;
  return std::string(to).append(rest);
}

// A condition on a group's `_id` as one on the field that it groups by. What is missing has the id
// null, also as an id's only field; of values that are equal one is the id. What can tell those
// stays.
std::optional<Document> of_grouped_field(const Element& condition, ValueView id) {
  const bool several = id.is_document() && id.as_document().count() > 1;
  if (condition.value.type() == BsonType::kRegex) return std::nullopt;
  if (has_operator(condition.value, {"$type", "$regex"})) return std::nullopt;
  if (!several && has_operator(condition.value, {"$exists"})) return std::nullopt;
  std::optional<std::string> path;
  if (const auto field = plain_field(id)) {
    path = moved_path(condition.name, "_id", *field);
  } else if (id.is_document()) {
    for (const Element& part : id.as_document()) {
      const auto from = plain_field(part.value);
      if (!from || part.name.starts_with('$') || path) continue;
      path = moved_path(condition.name, "_id." + std::string(part.name), *from);
    }
  }
  if (!path) return std::nullopt;
  DocumentBuilder builder;
  return builder.append(*path, condition.value).take();
}

// [$group by a field, $match of `_id`] is [$match of the field, $group].
bool match_before_group(Drafts& stages, std::size_t i) {
  if (stages[i + 1].name != "$match") return false;
  ValueView id;
  if (stages[i].name == "$group") id = stages[i].specification().as_document()["_id"];
  if (stages[i].name == "$sortByCount") id = stages[i].specification();
  if (id.missing()) return false;
  return match_forward(stages, i,
                       [&](const Element& field) { return of_grouped_field(field, id); });
}

// Whether a value that passes the operator is still there, wherever `$redact` leaves a document.
bool survives_redaction(const Element& operation) {
  const auto plain = [](ValueView value) {
    return value.has_value() && !value.is_document() && !value.is_array();
  };
  if (operation.name == "$in" && operation.value.is_array()) {
    for (const Element& element : operation.value.as_document()) {
      if (!plain(element.value)) return false;
    }
    return true;
  }
  const bool compares = operation.name == "$eq" || operation.name == "$gt" ||
                        operation.name == "$gte" || operation.name == "$lt" ||
                        operation.name == "$lte" || operation.name == "$regex";
  return compares && plain(operation.value);
}

// As many conditions of a filter as hold before a `$redact` where they hold behind it: of values
// that it keeps or removes as they are, at paths that name no place in an array.
std::optional<Document> before_redact(const Element& condition) {
  if (condition.name.starts_with('$')) return std::nullopt;
  for (std::size_t dot = condition.name.find('.'); dot != condition.name.npos;
       dot = condition.name.find('.', dot + 1)) {
    const std::string_view rest = condition.name.substr(dot + 1);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') return std::nullopt;
  }
  const ValueView value = condition.value;
  if (value.is_document()) {
    for (const Element& operation : value.as_document()) {
      if (!survives_redaction(operation)) return std::nullopt;
    }
    if (value.as_document().empty()) return std::nullopt;
  } else if (value.is_array() || !value.has_value()) {
    return std::nullopt;
  }
  DocumentBuilder builder;
  return builder.append(condition.name, value).take();
}

// [$redact, $match] is [$match, $redact, $match] as far as what is redacted cannot tell.
bool match_before_redact(Drafts& stages, std::size_t i) {
  if (!are(stages, i, "$redact", "$match") || std::exchange(stages[i].filtered, true)) return false;
  std::vector<Document> before;
  std::vector<Document> behind;
  split_conjunction(stages[i + 1].specification().as_document(), before_redact, before, behind);
  if (before.empty()) return false;
  stages.insert(stages.begin() + static_cast<std::ptrdiff_t>(i),
                made("$match", Value::document(all_of(before))));
  return true;
}

// Whether MongoDB lets a filter that looks at no field go before the stage. All of them give
// nothing where nothing comes.
bool lets_all_pass(const Draft& stage) {
  const std::string& name = stage.name;
  if (name == "$group") {
    const ValueView id = stage.specification().as_document()["_id"];
    const bool fields = id.is_document() && !id.as_document().empty() &&
                        !id.as_document().begin()->name.starts_with('$');
    return plain_field(id) || fields;
  }
  if (name == "$replaceRoot" || name == "$replaceWith" || name == "$match") return false;
  return changes_each_alone(name) || field_effects(name, stage.specification()) ||
         name == "$skip" || name == "$limit" || name == "$sample" || name == "$sortByCount";
}

// A filter that no document passes goes as far to the front as it can: what stands behind it is
// never reached.
bool nothing_before(Drafts& stages, std::size_t i) {
  if (stages[i + 1].name != "$match" || !lets_all_pass(stages[i])) return false;
  const DocumentView filter = stages[i + 1].specification().as_document();
  if (!match::matches_nothing(match::outline(filter))) return false;
  std::swap(stages[i], stages[i + 1]);
  return true;
}

// Of the other pipeline of a `$unionWith`, one stage more.
Value with_stage(ValueView given, std::string_view name, ValueView specification) {
  DocumentBuilder builder;
  DocumentView stages;
  if (given.is_string()) {
    builder.append("coll", given);
  } else {
    for (const Element& option : given.as_document()) {
      if (option.name == "pipeline") {
        stages = option.value.as_document();
      } else {
        builder.append(option.name, option.value);
      }
    }
  }
  builder.begin_array("pipeline");
  for (const Element& stage : stages) builder.push(stage.value);
  builder.push_document().append(name, specification).end();
  builder.end();
  return Value::document(builder.take());
}

// [$unionWith, $match] is [$match, $unionWith of what matches].
bool match_into_union(Drafts& stages, std::size_t i) {
  if (!are(stages, i, "$unionWith", "$match")) return false;
  const ValueView filter = stages[i + 1].specification();
  Draft joined = made("$unionWith", with_stage(stages[i].specification(), "$match", filter));
  stages[i] = std::move(stages[i + 1]);
  stages[i + 1] = std::move(joined);
  return true;
}

constexpr Rewrite kRewrites[] = {
    nothing_before,      match_before, match_before_group, match_into_union, merge_matches,
    match_before_redact, merge_limits, merge_skips,        merge_sorts,      window_before_change};

bool one_pass(Drafts& stages) {
  bool changed = false;
  for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
    for (const Rewrite rewrite : kRewrites) {
      if (i + 1 < stages.size() && rewrite(stages, i)) changed = true;
    }
  }
  return changed;
}

}  // namespace

std::vector<Draft> rewritten(DocumentView stages) {
  Drafts drafts;
  for (const Element& stage : stages) {
    const Element field = *stage.value.as_document().begin();
    drafts.push_back(
        {.name = std::string(field.name), .source = drafts.size(), .given = field.value});
  }
  const std::size_t enough = drafts.size() + 2;  // each pass brings a filter one stage forward
  std::size_t passes = 0;
  while (passes < enough && one_pass(drafts)) ++passes;
  return drafts;
}

}  // namespace cairn::aggregate
