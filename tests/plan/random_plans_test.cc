// Random documents × random indexes × random queries: each index, hinted, and the planner's own
// choice find what a scan of the collection finds, in the order asked for; also when the cursor is
// parked on the way, for counts and for covered projections.
//
// Environment: CAIRN_RANDOM_PLANS (comparisons, default 4000), CAIRN_RANDOM_SEED.
#include "engine/bson/key_string.h"
#include "engine/bson/sort_pattern.h"
#include "engine/catalog/catalog.h"
#include "engine/exec/open.h"
#include "engine/exec/select.h"
#include "engine/expr/surroundings.h"
#include "engine/project/projection.h"
#include "engine/records/record_writer.h"
#include "tests/plan/random_queries.h"
#include "tests/plan/random_setting.h"
#include "tests/storage/scratch.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace cairn {
namespace {

constexpr Namespace kName{"t", "c"};
constexpr const char* kCollation = R"({"locale": "en", "strength": 2})";

// Fields in the order of their names, for a covered projection has them in the index's.
std::string canonical(DocumentView document) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const Element& field : document) {
    fields.emplace_back(field.name, field.value.is_document() ? canonical(field.value.as_document())
                                                              : to_json(field.value));
  }
  std::sort(fields.begin(), fields.end());
  std::string all = "{";
  for (const auto& [name, value] : fields) all += name + ": " + value + ", ";
  return all + "}";
}

struct Query {
  std::string filter;
  std::string sort;
  std::string projection;
  bool collated = false;
};

struct Answer {
  std::string error;
  std::vector<std::string> documents;  // sorted
  std::vector<std::string> keys;       // of the sort, in the order given
  std::string plan = {};
};

// A query's parts, parsed.
struct Parsed {
  Document filter;
  Document sort;
  match::Matcher matcher;
  project::Projection projection;
  std::optional<std::vector<FieldPath>> fields;
};

class World {
 public:
  explicit World(std::uint32_t seed) : random_(seed), storage_(open_in_memory()) {
    auto catalog = Catalog::load(*storage_);
    EXPECT_TRUE(catalog.ok());
    catalog_ = std::move(*catalog);
    make_collection();
    fill();
  }

  RandomQueries& random() { return random_; }
  const std::vector<std::string>& indexes() const { return names_; }
  std::string describe(const std::string& name) const {
    const IndexEntry* index = collection_->find_index_entry(name);
    return index == nullptr ? name : to_json(index->spec());
  }
  bool has_everything(const std::string& name) const {
    const IndexEntry* index = collection_->find_index_entry(name);
    if (index == nullptr) return true;
    return !index->sparse() && index->filter() == nullptr && index->kind() != FieldKind::kWildcard;
  }

  Answer find(const Query& query, ValueView hint, bool parked) {
    Parsed parsed = parse(query);
    Answer answer;
    const auto view = std::make_shared<exec::ReadView>(*storage_);
    plan::Request request{.matcher = &parsed.matcher, .sort = parsed.sort, .hint = hint};
    if (parsed.fields) {
      request.needs = plan::Needs::kFields;
      request.fields = &*parsed.fields;
    }
    const auto selected = exec::select(view, collection_, request);
    if (!selected.ok())
      return {.error = selected.status().to_string(), .documents = {}, .keys = {}};
    answer.plan = plan_name(selected->plan);
    covered_ += selected->plan.reads == plan::Needs::kFields ? 1 : 0;
    merged_ += selected->plan.merged ? 1 : 0;
    const bool wildcard = selected->plan.access == plan::Access::kIndexScan &&
                          selected->plan.scans.front().index->kind() == FieldKind::kWildcard;
    sorted_by_wildcard_ += wildcard && selected->plan.sorted && !parsed.sort.empty() ? 1 : 0;
    auto records =
        exec::open_window(view, collection_, selected->plan, parsed.matcher, {.sort = parsed.sort});
    if (!records.ok()) return {.error = records.status().to_string(), .documents = {}, .keys = {}};
    read(**records, parsed, query, parked, answer);
    std::sort(answer.documents.begin(), answer.documents.end());
    return answer;
  }

  std::string count(const Query& query, ValueView hint) {
    const Parsed parsed = parse(query);
    std::int64_t counted = 0;
    const Status status =
        each({.matcher = &parsed.matcher, .hint = hint, .needs = plan::Needs::kNothing},
             [&](DocumentView) { ++counted; });
    return status.ok() ? std::to_string(counted) : status.to_string();
  }

  // The values as `distinct` gives them: of equal ones the first in natural order.
  std::string distinct(const Query& query, const std::string& text, ValueView hint) {
    const Parsed parsed = parse(query);
    const std::vector<FieldPath> path{FieldPath(text)};
    std::map<std::string, std::string> values;
    const Status status = each({.matcher = &parsed.matcher,
                                .hint = hint,
                                .needs = plan::Needs::kFields,
                                .fields = &path,
                                .distinct = &path.front()},
                               [&](DocumentView document) {
                                 visit_values(document, path.front(), [&](ValueView value) {
                                   std::string key;
                                   key::Encoder encoder(key);
                                   encoder.begin(key::Direction::kAscending);
                                   append_key(value, encoder, parsed.matcher.collation().get());
                                   values.emplace(std::move(key), "");
                                   return false;
                                 });
                               });
    if (!status.ok()) return status.to_string();
    std::string all;
    for (const auto& [key, value] : values) all += key + "|";
    return all;
  }

  // Some conditions are refused: a regular expression beside `$gt`.
  static bool parses(const Query& query) { return match::Matcher::parse(json(query.filter)).ok(); }

  int covered() const { return covered_; }
  int merged() const { return merged_; }
  int sorted_by_wildcard() const { return sorted_by_wildcard_; }

 private:
  void make_collection() {
    auto made = catalog_->create(kName);
    ASSERT_TRUE(made.ok());
    CollectionDefinition definition = (*made)->definition();
    for (int i = 0; i < 5; ++i) {
      const Document spec = json(random_.index(i));
      auto keyspace = storage_->keyspaces().allocate();
      ASSERT_TRUE(keyspace.ok());
      definition.indexes.push_back(
          {.name = std::string(spec["name"].as_string()), .keyspace = *keyspace, .spec = spec});
      names_.push_back(definition.indexes.back().name);
    }
    auto indexed = catalog_->redefine(*made, std::move(definition), DocumentView());
    ASSERT_TRUE(indexed.ok()) << indexed.status().to_string();
    collection_ = *indexed;
    for (const IndexEntry& index : collection_->index_entries()) {
      ASSERT_TRUE(index.broken().ok()) << index.broken().to_string();
    }
  }

  void fill() {
    // Some collections have no arrays, so that narrow bounds and covered projections are met too.
    if (random_.chance(40)) random_.without_arrays();
    for (int i = 0; i < 60; ++i) {
      insert(json(random_.document(i)));
    }
  }

  // What no index can hold is left out.
  void insert(const Document& document) {
    records::IdKey id;
    id.assign(*collection_, document["_id"]);
    records::IndexChanges changes;
    if (!changes.insert(*collection_, document).ok()) return;
    if (!changes.check(storage_->latest(), nullptr).ok()) return;
    WriteUnit unit;
    records::RecordWriter writer(*collection_, unit);
    writer.insert(id, document, &changes);
    const auto committed = storage_->commits().commit(unit);
    ASSERT_TRUE(committed.ok()) << committed.status().to_string();
  }

  static Parsed parse(const Query& query) {
    Parsed parsed{.filter = json(query.filter),
                  .sort = json(query.sort),
                  .matcher = {},
                  .projection = {},
                  .fields = {}};
    static const CollationPtr collation = *parse_collation(json(kCollation));
    auto matcher = match::Matcher::parse(
        parsed.filter, {.collation = query.collated ? collation : CollationPtr()});
    EXPECT_TRUE(matcher.ok()) << query.filter << matcher.status().to_string();
    if (matcher.ok()) parsed.matcher = std::move(*matcher);
    static const expr::Bindings bindings = expr::clock_bindings();
    auto projection = project::Projection::parse(json(query.projection), project::Language::kFind,
                                                 expr::Scope(&bindings));
    EXPECT_TRUE(projection.ok());
    if (projection.ok()) parsed.projection = std::move(*projection);
    parsed.fields = parsed.projection.kept_fields();
    return parsed;
  }

  Status each(const plan::Request& request, const std::function<void(DocumentView)>& see) {
    const auto view = std::make_shared<exec::ReadView>(*storage_);
    CAIRN_ASSIGN_OR_RETURN(const exec::Selected selected, exec::select(view, collection_, request));
    CAIRN_ASSIGN_OR_RETURN(
        const exec::RecordSourcePtr records,
        exec::open_window(view, collection_, selected.plan, *request.matcher, {}));
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const exec::Record* record, records->next(nullptr));
      if (record == nullptr) return Status();
      see(record->document);
    }
  }

  static void read(exec::RecordSource& records, const Parsed& parsed, const Query& query,
                   bool parked, Answer& answer) {
    expr::Evaluation evaluation;
    int given = 0;
    while (true) {
      auto next = records.next(nullptr);
      if (!next.ok()) answer.error = next.status().to_string();
      if (!next.ok() || *next == nullptr) return;
      DocumentBuilder projected;
      evaluation.begin((*next)->document);
      const Status status = parsed.projection.apply(evaluation, projected, &parsed.matcher);
      if (!status.ok()) answer.error = status.to_string();
      note(projected.take(), query, answer);
      if (parked && ++given % 3 == 0) records.park();
    }
  }

  static void note(DocumentView document, const Query& query, Answer& answer) {
    answer.documents.push_back(canonical(document));
    if (query.sort == "{}" || query.projection != "{}") return;
    static const CollationPtr collation = *parse_collation(json(kCollation));
    const Document specification = json(query.sort);
    auto pattern = SortPattern::parse(specification, query.collated ? collation.get() : nullptr);
    std::string key;
    SortPattern::KeyView values;
    if (!pattern.ok() || !pattern->find_key(document, values).ok()) return;
    key::Encoder encoder(key);
    for (std::size_t i = 0; i < pattern->size(); ++i) {
      encoder.begin(key::Direction::kAscending);
      append_key(values[i], encoder, pattern->collation());
    }
    answer.keys.push_back(std::move(key));
  }

  RandomQueries random_;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Catalog> catalog_;
  CollectionRef collection_;
  std::vector<std::string> names_;
  int covered_ = 0;
  int merged_ = 0;
  int sorted_by_wildcard_ = 0;
};

// Asks one query in all ways; the number of comparisons.
int compare_all(World& world, std::uint32_t seed) {
  RandomQueries& random = world.random();
  Query query{.filter = random.filter(),
              .sort = random.chance(40) ? random.sort() : "{}",
              .projection = random.projection(),
              .collated = random.chance(25)};
  if (random.chance(15)) std::tie(query.filter, query.sort) = random.sorted_range();
  if (!World::parses(query)) return 0;
  const Value natural = Value::document(json(R"({"$natural": 1})"));
  const Answer expected = world.find(query, natural, false);
  const std::string counted = world.count(query, natural);
  const std::string path = random.chance(50) ? "a" : "b.c";
  const std::string values = world.distinct(query, path, natural);
  std::vector<std::string> hints = world.indexes();
  hints.emplace_back();  // the planner's choice
  int compared = 0;
  for (const std::string& name : hints) {
    if (!world.has_everything(name)) continue;
    const Value hint = name.empty() ? Value() : Value::string(name);
    const std::string where = "seed " + std::to_string(seed) + " " + query.filter + " sort " +
                              query.sort + " projection " + query.projection +
                              (query.collated ? " collated" : "") + "\n by " + world.describe(name);
    const Answer answer = world.find(query, hint, random.chance(30));
    const std::string plan = where + "\n plan " + answer.plan;
    EXPECT_EQ(answer.error, expected.error) << plan;
    EXPECT_EQ(answer.documents, expected.documents) << plan;
    EXPECT_EQ(answer.keys, expected.keys) << plan;
    EXPECT_EQ(world.count(query, hint), counted) << where;
    EXPECT_EQ(world.distinct(query, path, hint), values) << where;
    ++compared;
    if (testing::Test::HasFailure()) return compared;
  }
  return compared;
}

TEST(RandomPlans, FindWhatAScanFinds) {
  const std::int64_t wanted = number_of("CAIRN_RANDOM_PLANS", 4000);
  auto seed = static_cast<std::uint32_t>(number_of("CAIRN_RANDOM_SEED", 1));
  std::int64_t compared = 0;
  int covered = 0;
  int merged = 0;
  int sorted_by_wildcard = 0;
  while (compared < wanted && !HasFailure()) {
    World world(++seed);
    for (int i = 0; i < 60 && !HasFailure(); ++i) compared += compare_all(world, seed);
    covered += world.covered();
    merged += world.merged();
    sorted_by_wildcard += world.sorted_by_wildcard();
  }
  std::printf("%lld comparisons (%d covered, %d merged, %d sorted by wildcards), up to seed %u\n",
              static_cast<long long>(compared), covered, merged, sorted_by_wildcard, seed);
  EXPECT_GT(covered, 0);
  EXPECT_GT(merged, 0);
  EXPECT_GT(sorted_by_wildcard, 0);
}

}  // namespace
}  // namespace cairn
