#include "engine/plan/text_plan.h"

#include "engine/bson/key_string.h"
#include "engine/match/outline.h"
#include "engine/plan/draft.h"
#include "engine/plan/hint.h"
#include "engine/plan/implies.h"
#include "engine/plan/terms.h"
#include "engine/plan/text_scan.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace cairn::plan {
namespace {

using match::Predicate;
using match::TextArgument;

Status no_plan(std::string_view why) {
  return {ErrorCode::kNoQueryExecutionPlans,
          fmt::format("error processing query: planner returned error :: caused by :: {}", why)};
}

Status check_text_request(const Request& request) {
  if (!request.hint.missing() &&
      !(request.hint.is_document() && request.hint.as_document().empty())) {
    return {ErrorCode::kBadValue, "text and hint not allowed in same query"};
  }
  if (!request.sort["$natural"].missing()) {
    return {ErrorCode::kBadValue, "text expression not allowed with $natural sort order"};
  }
  if (!request.min.empty() || !request.max.empty()) {
    return no_plan("When using min()/max() a hint of which index to use must be provided");
  }
  return Status();
}

Result<const IndexEntry*> find_index(const CollectionEntry& collection,
                                     const IndexFilter* allowed) {
  const IndexEntry* found = nullptr;
  for (const IndexEntry& index : collection.index_entries()) {
    if (index.kind() != IndexKind::kText) continue;
    const bool forbidden =
        allowed != nullptr && !allowed->allows(index.key_pattern(), index.name());
    if (index.hidden() || forbidden) {
      return no_plan("need exactly one text index for $text query");
    }
    if (index.ready() && index.broken().ok() && !index.shared().dropped) found = &index;
  }
  if (found == nullptr) {
    return Status(ErrorCode::kIndexNotFound, "text index required for $text query");
  }
  return found;
}

Result<text::Search> parse_search(const TextArgument& argument, const TextSpec& spec) {
  const text::Language* language = &spec.default_language();
  if (!argument.language.empty()) {
    language = text::find_language(argument.language, spec.version());
    if (language == nullptr) {
      return Status(ErrorCode::kBadValue,
                    fmt::format("unsupported language: \"{}\" for text index version {}",
                                argument.language, static_cast<int>(spec.version())));
    }
  }
  return text::Search(argument.search, {.language = language,
                                        .version = spec.version(),
                                        .case_sensitive = argument.case_sensitive,
                                        .diacritic_sensitive = argument.diacritic_sensitive});
}

// The one value that every match has at `path`; missing: the filter does not say.
ValueView pinned(const match::Matcher& matcher, std::string_view path) {
  for (const Predicate& predicate : matcher.predicates()) {
    if (predicate.path != path) continue;
    ValueView value = predicate.value;
    if (predicate.kind == Predicate::Kind::kIn) {
      if (value.as_document().count() != 1) continue;
      value = value.as_document().begin()->value;
    } else if (predicate.kind != Predicate::Kind::kEq) {
      continue;
    }
    if (value.type() == BsonType::kRegex) continue;
    const bool compares_text = value.is_string() || value.is_document() || value.is_array();
    if (compares_text && matcher.collation() != nullptr) continue;
    return value;
  }
  return {};
}

using match::Condition;

bool asks_text(const Condition& condition) {
  return condition.name == "$text" ||
         std::any_of(condition.parts.begin(), condition.parts.end(), asks_text);
}

// What holds of all that the text finds: also the conditions of the branch of an `$or` that it
// stands in.
std::vector<Condition> beside_text(const std::vector<Condition>& conditions) {
  std::vector<Condition> all = conditions;
  for (const Condition& condition : conditions) {
    const bool branches =
        condition.asks == Condition::Asks::kAny || condition.asks == Condition::Asks::kAll;
    if (!branches || !asks_text(condition)) continue;
    const Condition& within =
        condition.asks == Condition::Asks::kAll
            ? condition
            : *std::find_if(condition.parts.begin(), condition.parts.end(), asks_text);
    const std::vector<Condition> inner = beside_text(within.parts);
    all.insert(all.end(), inner.begin(), inner.end());
  }
  return all;
}

ValueView pinned_beside_text(const std::vector<Condition>& beside, std::string_view path) {
  for (const Condition& condition : beside) {
    if (condition.asks == Condition::Asks::kEq && condition.path == path) return condition.argument;
  }
  return {};
}

// The fields before the text, which must be pinned.
Status find_prefix(const match::Matcher& matcher, const std::vector<Condition>& beside,
                   TextScan& scan) {
  std::string types;
  DocumentBuilder shown;
  key::Encoder encoder(scan.prefix, types);
  for (const IndexField& field : scan.index->fields()) {
    encoder.begin(field.direction);
    if (field.name == kTextField) break;
    ValueView value = pinned(matcher, field.name);
    const bool folded = value.missing() && matcher.collation() != nullptr;
    if (value.missing() && !folded) value = pinned_beside_text(beside, field.name);
    if (value.missing()) {
      return no_plan(
          "failed to use text index to satisfy $text query (if text index is compound, are "
          "equality predicates "
          "given for all prefix fields?)");
    }
    append_key(value, encoder);
    shown.append(field.name, value);
  }
  scan.prefix_shown = shown.take();
  return Status();
}

// The filter where no `$text` holds; nullopt: nothing matches it then.
std::optional<Document> without_text(DocumentView filter);

// The branches of an `$or` that can match without the text.
std::vector<Document> branches_without_text(DocumentView branches) {
  std::vector<Document> left;
  for (const Element& branch : branches) {
    if (auto kept = without_text(branch.value.as_document())) left.push_back(std::move(*kept));
  }
  return left;
}

std::optional<Document> without_text(DocumentView filter) {
  DocumentBuilder out;
  for (const Element& field : filter) {
    if (field.name == "$text") return std::nullopt;
    if (field.name != "$and" && field.name != "$or") {
      out.append(field.name, field.value);
      continue;
    }
    const DocumentView parts = field.value.as_document();
    const std::vector<Document> left = branches_without_text(parts);
    if (left.empty() || (field.name == "$and" && left.size() != parts.count())) return std::nullopt;
    out.begin_array(field.name);
    for (const Document& part : left) out.push(part.view());
    out.end();
  }
  return out.take();
}

// What an `$or` finds beside the text, which indexes must find.
Status plan_others(const CollectionEntry& collection, const match::Matcher& matcher,
                   TextScan& scan) {
  const std::optional<Document> filter = without_text(matcher.filter());
  if (!filter) return Status();
  CAIRN_ASSIGN_OR_RETURN(match::Matcher parsed,
                         match::Matcher::parse(*filter, {.collation = matcher.collation()}));
  const auto otherwise = std::make_shared<const match::Matcher>(std::move(parsed));
  CAIRN_ASSIGN_OR_RETURN(std::vector<Plan> plans,
                         candidates(collection, {.matcher = otherwise.get()}));
  if (plans.front().access == Access::kCollectionScan) {
    return no_plan(
        "Failed to produce a solution for TEXT under OR - other non-TEXT clauses under OR have to "
        "be indexed as "
        "well.");
  }
  scan.otherwise = otherwise;
  scan.other_plan = std::make_shared<const Plan>(std::move(plans.front()));
  return Status();
}

bool is_by_score(DocumentView sort) {
  if (sort.count() != 1) return false;
  const ValueView order = sort.begin()->value;
  if (!order.is_document() || order.as_document().count() != 1) return false;
  const ValueView meta = order.as_document()["$meta"];
  return meta.is_string() && meta.as_string() == "textScore";
}

}  // namespace

Result<Plan> text_plan(const CollectionEntry& collection, const Request& request) {
  CAIRN_RETURN_IF_ERROR(check_text_request(request));
  const match::Matcher& matcher = *request.matcher;
  CAIRN_ASSIGN_OR_RETURN(const IndexEntry* index, find_index(collection, request.allowed));
  CAIRN_ASSIGN_OR_RETURN(text::Search search, parse_search(*matcher.text(), *index->text()));
  auto scan = std::make_shared<TextScan>(TextScan{.index = index, .search = std::move(search)});
  const std::vector<Condition> conditions = beside_text(match::outline(matcher.filter()));
  CAIRN_RETURN_IF_ERROR(find_prefix(matcher, conditions, *scan));
  const std::vector<Term> terms = terms_of(conditions);
  if (!implies({&conditions, &terms, matcher.collation().get()}, *index)) {
    return no_plan(
        "failed to use text index to satisfy $text query (if text index is compound, are equality "
        "predicates "
        "given for all prefix fields?)");
  }
  CAIRN_RETURN_IF_ERROR(plan_others(collection, matcher, *scan));
  scan->by_score = is_by_score(request.sort) && scan->otherwise == nullptr;
  Plan plan;
  plan.access = Access::kText;
  plan.sorted = request.sort.empty() || scan->by_score;
  const bool alone = scan->otherwise == nullptr;
  plan.text = std::move(scan);
  plan.exact = alone && left_of_text(matcher, plan).empty();
  return plan;
}

Document left_of_text(const match::Matcher& matcher, const Plan& plan) {
  DocumentBuilder out;
  if (plan.text->otherwise != nullptr) return out.take();
  for (const match::Condition& condition : match::outline(matcher.filter())) {
    if (condition.name == "$text") continue;
    const bool equals = condition.asks == match::Condition::Asks::kEq;
    if (equals && !plan.text->prefix_shown.view()[condition.path].missing()) continue;
    append_condition(condition, out);
  }
  return out.take();
}

}  // namespace cairn::plan
