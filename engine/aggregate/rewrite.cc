#include "engine/aggregate/rewrite.h"

#include "engine/aggregate/field_effects.h"

#include <algorithm>
#include <string>
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

bool changes_each_alone(std::string_view name) {
  return name == "$addFields" || name == "$set" || name == "$project" || name == "$unset" ||
         name == "$replaceRoot" || name == "$replaceWith";
}

// What is passed over or beyond the limit need not be changed first.
bool window_before_change(Drafts& stages, std::size_t i) {
  const std::string& second = stages[i + 1].name;
  if (second != "$skip" && second != "$limit") return false;
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

void split_conjunction(DocumentView filter, const FieldEffects& effects,
                       std::vector<Document>& before, std::vector<Document>& behind) {
  for (const Element& condition : filter) {
    if (condition.name == "$and" && condition.value.is_array()) {
      for (const Element& part : condition.value.as_document()) {
        split_conjunction(part.value.as_document(), effects, before, behind);
      }
    } else if (auto as = moved(condition, effects)) {
      before.push_back(std::move(*as));
    } else {
      DocumentBuilder builder;
      behind.push_back(builder.append(condition.name, condition.value).take());
    }
  }
}

// [stage, $match] is [$match, stage] as far as the filter looks at fields that the stage leaves
// alone.
bool match_before(Drafts& stages, std::size_t i) {
  if (stages[i + 1].name != "$match") return false;
  const auto effects = field_effects(stages[i].name, stages[i].specification());
  if (!effects) return false;
  const DocumentView filter = stages[i + 1].specification().as_document();
  if (!filter["$comment"].missing() || filter.empty()) return false;
  std::vector<Document> before;
  std::vector<Document> behind;
  split_conjunction(filter, *effects, before, behind);
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

constexpr Rewrite kRewrites[] = {match_before, merge_matches, merge_limits, merge_skips,
                                 window_before_change};

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
