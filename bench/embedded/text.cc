// $text: two terms of a large vocabulary, sorted by score, the ten best. Documents are short, and
// words are as frequent as words are: the i-th most frequent one is 1/i as frequent as the first.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"
#include "bench/latency/latencies.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace cairn::bench {
namespace {

constexpr std::size_t kWords = 50'000;
constexpr std::size_t kWordsPerDocument = 8;
constexpr std::size_t kPage = 10;
constexpr std::size_t kBatch = 1000;

// A word that nothing stems or stops.
std::string word(std::size_t i) { return "w" + std::to_string(i) + "x"; }

// The rank of a word, by its frequency.
std::size_t draw(std::mt19937_64& random) {
  const double unit = std::uniform_real_distribution<double>(0, 1)(random);
  return static_cast<std::size_t>(std::pow(static_cast<double>(kWords), unit)) - 1;
}

void fill(const Setting& setting, Collection& collection) {
  std::mt19937_64 random(1);
  for (std::size_t first = 0; first < setting.documents; first += kBatch) {
    std::vector<Document> documents;
    for (std::size_t i = first; i < std::min(first + kBatch, setting.documents); ++i) {
      std::string title;
      for (std::size_t w = 0; w < kWordsPerDocument; ++w) title += word(draw(random)) + ' ';
      documents.push_back(document("_id", static_cast<std::int32_t>(i), "title", title));
    }
    const std::vector<DocumentView> views(documents.begin(), documents.end());
    const InsertResult inserted = checked(collection.insert(views));
    if (!inserted.errors.empty()) check(inserted.errors.front().status);
  }
}

// Not the very frequent ones, which would be stop words, nor those that nearly nobody writes.
Document two_words(std::mt19937_64& random) {
  constexpr std::size_t kFirst = 20;
  constexpr std::size_t kLast = 5'000;
  const auto one = [&] { return word(kFirst + random() % (kLast - kFirst)); };
  return document("$text", document("$search", one() + ' ' + one()));
}

}  // namespace

void text(const Setting& setting, DocumentBuilder& report) {
  const auto database = open_database(setting, setting.directory / "text");
  Collection collection = database->collection("db", "titles");
  fill(setting, collection);
  const auto began = std::chrono::steady_clock::now();
  checked(collection.create_index(document("title", "text"), document("default_language", "none")));
  const std::chrono::duration<double> built = std::chrono::steady_clock::now() - began;
  wait_until_idle(*database);

  const Document by_score = document("score", document("$meta", "textScore"));
  const FindOptions best{.projection = by_score, .sort = by_score, .limit = kPage};
  std::mt19937_64 random(2);
  Latencies latencies;
  std::int64_t scored = 0;
  const std::size_t queries = std::max<std::size_t>(setting.operations / 10, 1);
  for (std::size_t i = 0; i < queries; ++i) {
    const Document filter = two_words(random);
    const auto start = std::chrono::steady_clock::now();
    Cursor cursor = checked(collection.find(filter, best));
    while (checked(cursor.next())) {
    }
    latencies.add(std::chrono::steady_clock::now() - start);
    if (i % 10 == 0) scored += keys_examined(collection, filter, best);
  }
  const double entries = static_cast<double>(scored) / static_cast<double>((queries + 9) / 10);
  std::printf("\n$text of two terms, sorted by score, limit %zu, over %zu documents of %zu words\n",
              kPage, setting.documents, kWordsPerDocument);
  std::printf("  index built in %.1f s (%.0f documents/s)\n", built.count(),
              static_cast<double>(setting.documents) / built.count());
  std::printf("  p50 %.0f us, p99 %.0f us, most %.0f us; %.0f entries scored per query\n",
              to_microseconds(latencies.quantile(0.5)), to_microseconds(latencies.quantile(0.99)),
              to_microseconds(latencies.most()), entries);
  report.push_document()
      .append("name", "textBestOfTwoTerms")
      .append("p50Microseconds", to_microseconds(latencies.quantile(0.5)))
      .append("p99Microseconds", to_microseconds(latencies.quantile(0.99)))
      .append("entriesScored", entries)
      .append("buildSeconds", built.count())
      .end();
}

}  // namespace cairn::bench
