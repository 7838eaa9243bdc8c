// $near limit 10, and $geoWithin of a small circle, by a 2dsphere and by a 2d index. Half of the
// places lie thickly around a hundred towns, the others anywhere; questions are asked likewise.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"
#include "bench/latency/latencies.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace cairn::bench {
namespace {

constexpr std::size_t kTowns = 100;
constexpr std::size_t kPage = 10;
constexpr std::size_t kBatch = 1000;

struct Place {
  double x;
  double y;
};

class Map {
 public:
  explicit Map(unsigned seed) : random_(seed) {
    std::mt19937_64 towns(1);
    for (std::size_t i = 0; i < kTowns; ++i) towns_.push_back(anywhere(towns));
  }

  Place draw() {
    if (random_() % 2 == 0) return anywhere(random_);
    const Place town = towns_[random_() % kTowns];
    std::normal_distribution<double> near(0, 0.1);
    return {std::clamp(town.x + near(random_), -180.0, 180.0), town.y + near(random_)};
  }

 private:
  static Place anywhere(std::mt19937_64& random) {
    return {std::uniform_real_distribution<double>(-180, 180)(random),
            std::uniform_real_distribution<double>(-80, 80)(random)};
  }

  std::mt19937_64 random_;
  std::vector<Place> towns_;
};

Document point(Place place) {
  DocumentBuilder out;
  out.append("type", "Point").begin_array("coordinates").push(place.x).push(place.y).end();
  return out.take();
}

void fill(const Setting& setting, Collection& collection) {
  Map map(2);
  for (std::size_t first = 0; first < setting.documents; first += kBatch) {
    std::vector<Document> documents;
    for (std::size_t i = first; i < std::min(first + kBatch, setting.documents); ++i) {
      const Place place = map.draw();
      DocumentBuilder out;
      out.append("_id", static_cast<std::int32_t>(i)).append("place", point(place));
      out.begin_array("pair").push(place.x).push(place.y).end();
      documents.push_back(out.take());
    }
    const std::vector<DocumentView> views(documents.begin(), documents.end());
    const InsertResult inserted = checked(collection.insert(views));
    if (!inserted.errors.empty()) check(inserted.errors.front().status);
  }
}

// {pair: {$near: [x, y]}} and the like.
Document with_pair(const char* operation, Place place) {
  DocumentBuilder out;
  out.begin_document("pair").begin_array(operation).push(place.x).push(place.y).end().end();
  return out.take();
}

Document near_on_sphere(Place place) {
  return document("place", document("$near", document("$geometry", point(place))));
}
Document near_on_plane(Place place) { return with_pair("$near", place); }
Document within(Place place) {
  constexpr double kRadius = 0.001;  // six kilometers
  DocumentBuilder out;
  out.begin_document("place").begin_document("$geoWithin").begin_array("$centerSphere");
  out.push_array().push(place.x).push(place.y).end().push(kRadius).end().end().end();
  return out.take();
}

struct Question {
  const char* name;
  Document (*filter)(Place place);
  std::int64_t limit;  // 0: all
};

void ask(const Setting& setting, const Collection& collection, const Question& question,
         DocumentBuilder& report) {
  Map map(3);
  Latencies latencies;
  std::int64_t keys = 0;
  std::int64_t documents = 0;
  std::int64_t most_keys = 0;
  std::size_t explained = 0;
  const FindOptions options{.limit = question.limit};
  const std::size_t queries = std::max<std::size_t>(setting.operations / 10, 1);
  for (std::size_t i = 0; i < queries; ++i) {
    const Document filter = question.filter(map.draw());
    const auto start = std::chrono::steady_clock::now();
    Cursor cursor = checked(collection.find(filter, options));
    while (checked(cursor.next())) {
    }
    latencies.add(std::chrono::steady_clock::now() - start);
    if (i % 10 != 0) continue;
    const Document told =
        checked(collection.explain_find(filter, options, Verbosity::kExecutionStats));
    const DocumentView figures = told["executionStats"].as_document();
    keys += figures["totalKeysExamined"].as_int32();
    documents += figures["totalDocsExamined"].as_int32();
    most_keys = std::max<std::int64_t>(most_keys, figures["totalKeysExamined"].as_int32());
    ++explained;
  }
  const double of = static_cast<double>(explained);
  std::printf("  %-14s p50 %6.0f us, p99 %6.0f us; %5.0f keys (at most %lld), %4.0f documents\n",
              question.name, to_microseconds(latencies.quantile(0.5)),
              to_microseconds(latencies.quantile(0.99)), static_cast<double>(keys) / of,
              static_cast<long long>(most_keys), static_cast<double>(documents) / of);
  report.push_document()
      .append("name", std::string(question.name))
      .append("p50Microseconds", to_microseconds(latencies.quantile(0.5)))
      .append("p99Microseconds", to_microseconds(latencies.quantile(0.99)))
      .append("keysExamined", static_cast<double>(keys) / of)
      .append("mostKeysExamined", most_keys)
      .append("documentsExamined", static_cast<double>(documents) / of)
      .end();
}

}  // namespace

void geo(const Setting& setting, DocumentBuilder& report) {
  const auto database = open_database(setting, setting.directory / "geo");
  Collection collection = database->collection("db", "places");
  fill(setting, collection);
  std::printf("\n%zu places, limit %zu; per query, on average\n", setting.documents, kPage);
  for (const char* kind : {"2dsphere", "2d"}) {
    const bool flat = std::string(kind) == "2d";
    const auto began = std::chrono::steady_clock::now();
    checked(collection.create_index(document(flat ? "pair" : "place", kind), DocumentView()));
    const std::chrono::duration<double> built = std::chrono::steady_clock::now() - began;
    std::printf("  %-14s built in %.1f s (%.0f documents/s)\n", kind, built.count(),
                static_cast<double>(setting.documents) / built.count());
  }
  wait_until_idle(*database);
  for (const Question& question :
       {Question{"nearOnSphere", near_on_sphere, kPage},
        Question{"nearOnPlane", near_on_plane, kPage}, Question{"withinCircle", within, 0}}) {
    ask(setting, collection, question, report);
  }
}

}  // namespace cairn::bench
