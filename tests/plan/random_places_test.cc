// Random places × random geographic indexes × random questions: what the planner finds, and each
// index that is told to, is what looking at every document finds; `$near` in the order of
// distances, also when the cursor is parked on the way.
//
// Environment: CAIRN_RANDOM_PLACES (questions, default 1500), CAIRN_RANDOM_SEED.
#include "tests/plan/random_places.h"
#include "engine/catalog/catalog.h"
#include "engine/exec/open.h"
#include "engine/exec/select.h"
#include "engine/match/geo/near.h"
#include "engine/records/record_writer.h"
#include "tests/plan/random_setting.h"
#include "tests/storage/scratch.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace cairn {
namespace {

constexpr Namespace kName{"t", "c"};
constexpr int kDocuments = 150;

struct Answer {
  std::string error = {};
  std::vector<std::int64_t> ids = {};  // ascending
  std::vector<double> distances = {};  // of a `$near`, in the order given
};

class World {
 public:
  explicit World(std::uint32_t seed) : random_(seed), storage_(open_in_memory()) {
    auto catalog = Catalog::load(*storage_);
    EXPECT_TRUE(catalog.ok());
    catalog_ = std::move(*catalog);
    make_collection();
    WriteUnit unit;
    for (int i = 0; i < kDocuments; ++i) insert(json(random_.document(i)), unit);
    const auto committed = storage_->commits().commit(unit);
    EXPECT_TRUE(committed.ok()) << committed.status().to_string();
  }

  RandomPlaces& random() { return random_; }
  const std::vector<std::string>& specs() const { return specs_; }
  std::size_t size() const { return documents_.size(); }

  // By every document there is.
  Answer look(const match::Matcher& matcher) const {
    Answer answer;
    for (const Document& document : documents_) {
      const auto matched = matcher.matches(document);
      EXPECT_TRUE(matched.ok());
      const bool near = matcher.near() == nullptr || matcher.near()->find(document);
      if (matched.ok() && *matched && near) note(document, matcher, answer);
    }
    std::sort(answer.ids.begin(), answer.ids.end());
    std::sort(answer.distances.begin(), answer.distances.end());
    return answer;
  }

  Answer find(const match::Matcher& matcher, ValueView hint, std::int64_t limit, bool parked) {
    const auto view = std::make_shared<exec::ReadView>(*storage_);
    const auto selected = exec::select(view, collection_, {.matcher = &matcher, .hint = hint});
    if (!selected.ok()) return {.error = selected.status().to_string()};
    scanned_ += selected->plan.access == plan::Access::kCollectionScan ? 1 : 0;
    auto records = exec::open_window(view, collection_, selected->plan, matcher, {.limit = limit});
    if (!records.ok()) return {.error = records.status().to_string()};
    Answer answer;
    int given = 0;
    while (true) {
      const auto record = (*records)->next(nullptr);
      if (!record.ok()) answer.error = record.status().to_string();
      if (!record.ok() || *record == nullptr) break;
      note((*record)->document, matcher, answer);
      if (parked && ++given % 3 == 0) (*records)->park();
    }
    std::sort(answer.ids.begin(), answer.ids.end());
    return answer;
  }

  int scanned() const { return scanned_; }

 private:
  static void note(DocumentView document, const match::Matcher& matcher, Answer& answer) {
    answer.ids.push_back(document["_id"].to_int64_clamped());
    if (matcher.near() == nullptr) return;
    const auto found = matcher.near()->find(document);
    EXPECT_TRUE(found.has_value());
    if (found) answer.distances.push_back(found->distance);
  }

  void make_collection() {
    auto made = catalog_->create(kName);
    ASSERT_TRUE(made.ok());
    CollectionDefinition definition = (*made)->definition();
    for (int i = 0; i < 4; ++i) {
      specs_.push_back(random_.index(i));
      const Document spec = json(specs_.back());
      auto keyspace = storage_->keyspaces().allocate();
      ASSERT_TRUE(keyspace.ok());
      definition.indexes.push_back(
          {.name = std::string(spec["name"].as_string()), .keyspace = *keyspace, .spec = spec});
    }
    auto indexed = catalog_->redefine(*made, std::move(definition), DocumentView());
    ASSERT_TRUE(indexed.ok()) << indexed.status().to_string();
    collection_ = *indexed;
  }

  // What no index can hold is left out.
  void insert(Document document, WriteUnit& unit) {
    records::IdKey id;
    id.assign(*collection_, document["_id"]);
    records::IndexChanges changes;
    if (!changes.insert(*collection_, document).ok()) return;
    if (!changes.check(storage_->latest(), &unit).ok()) return;
    records::RecordWriter writer(*collection_, unit);
    writer.insert(id, document, &changes);
    documents_.push_back(std::move(document));
  }

  RandomPlaces random_;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Catalog> catalog_;
  CollectionRef collection_;
  std::vector<std::string> specs_;
  std::vector<Document> documents_;
  int scanned_ = 0;
};

// Whether the whole filter is about the index's places, so that they are all there is to find.
bool is_about(const std::string& filter, const std::string& spec) {
  if (filter.starts_with(R"({"$or")")) return false;
  if (spec.find(R"("q": "2dsphere")") != std::string::npos) return false;  // of two fields
  const std::string field = filter.substr(0, filter.find(':'));
  return spec.find(field.substr(1) + R"(: "2d)") != std::string::npos;
}

void compare_filter(World& world, const std::string& where, const std::string& filter) {
  const Document parsed = json(filter);
  const auto matcher = match::Matcher::parse(parsed);
  if (!matcher.ok()) return;  // a ring that crosses itself
  const Answer expected = world.look(*matcher);
  EXPECT_EQ(world.find(*matcher, ValueView(), 0, world.random().chance(30)).ids, expected.ids)
      << where << filter;
  for (std::size_t i = 0; i < world.specs().size(); ++i) {
    if (!is_about(filter, world.specs()[i])) continue;
    const Value hint = Value::string("x" + std::to_string(i));
    const Answer answer = world.find(*matcher, hint, 0, world.random().chance(30));
    EXPECT_EQ(answer.error, "") << where << filter;
    EXPECT_EQ(answer.ids, expected.ids) << where << filter << "\n by " << world.specs()[i];
  }
}

void compare_near(World& world, const std::string& where, const std::string& filter) {
  const Document parsed = json(filter);
  const auto matcher = match::Matcher::parse(parsed);
  if (!matcher.ok()) return;
  Answer expected = world.look(*matcher);
  const std::int64_t limit = world.random().chance(50) ? 0 : 1 + world.random().below(20);
  const Answer answer = world.find(*matcher, ValueView(), limit, world.random().chance(30));
  EXPECT_EQ(answer.error, "") << where << filter;
  if (limit == 0) {
    EXPECT_EQ(answer.ids, expected.ids) << where << filter;
  }
  const std::size_t most = limit == 0 ? expected.distances.size() : static_cast<std::size_t>(limit);
  expected.distances.resize(std::min(most, expected.distances.size()));
  EXPECT_EQ(answer.distances, expected.distances) << where << filter << " limit " << limit;
}

TEST(RandomPlaces, AreFoundByIndexes) {
  const std::int64_t wanted = number_of("CAIRN_RANDOM_PLACES", 1500);
  auto seed = static_cast<std::uint32_t>(number_of("CAIRN_RANDOM_SEED", 1));
  std::int64_t asked = 0;
  std::int64_t scanned = 0;
  while (asked < wanted && !HasFailure()) {
    World world(++seed);
    EXPECT_GT(world.size(), kDocuments / 2U);
    std::string where = "seed " + std::to_string(seed);
    for (const std::string& spec : world.specs()) where += "\n " + spec;
    where += "\n ";
    for (int i = 0; i < 60 && !HasFailure(); ++i, ++asked) {
      if (i % 2 == 0) {
        compare_filter(world, where, world.random().filter());
      } else {
        compare_near(world, where, world.random().near(world.specs()));
      }
    }
    scanned += world.scanned();
  }
  std::printf("%lld questions (%lld by a scan), up to seed %u\n", static_cast<long long>(asked),
              static_cast<long long>(scanned), seed);
  EXPECT_LT(scanned, asked / 2);
}

}  // namespace
}  // namespace cairn
