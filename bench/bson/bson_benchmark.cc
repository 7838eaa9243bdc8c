// Time per document of 1 KB: what a scan, an insert and a sort do with each. Many different
// documents, so that branches are not learnt by heart.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include <cairn/bson.h>

#include "engine/bson/hash.h"
#include "engine/bson/path.h"
#include "engine/bson/sort_pattern.h"

namespace cairn {
namespace {

constexpr std::size_t kDocuments = 4096;

std::string text(std::mt19937& random, std::size_t size) {
  std::string out;
  while (out.size() < size) out.push_back(static_cast<char>('a' + random() % 26));
  return out;
}

// An order as shops keep it: 24 fields at the top, nested documents, an array, about 1 KB.
Document order(std::mt19937& random) {
  DocumentBuilder b;
  b.append("_id", ObjectId::generate()).append("customer", text(random, 10 + random() % 10));
  b.append("status", text(random, 6)).append("total", static_cast<double>(random() % 100000) / 100);
  b.append("created", Date{static_cast<std::int64_t>(random()) * 1000});
  for (int i = 0; i < 12; ++i) {
    b.append("field" + std::to_string(i), text(random, 15 + random() % 15));
  }
  b.begin_document("address").append("street", text(random, 20)).append("city", text(random, 8));
  b.append("zip", static_cast<std::int32_t>(random() % 100000)).end();
  b.begin_array("items");
  for (int i = 0; i < 5; ++i) {
    b.push_document().append("sku", text(random, 8));
    b.append("count", static_cast<std::int32_t>(random() % 10)).append("price", 9.99).end();
  }
  b.end();
  b.begin_array("tags").push(text(random, 5)).push(text(random, 7)).end();
  b.append("age", static_cast<std::int32_t>(random() % 100)).append("active", true);
  b.append("visits", std::int64_t{1} << 33).append_null("deleted").append("note", text(random, 40));
  return b.take();
}

const std::vector<Document>& documents() {
  static const std::vector<Document> kMade = [] {
    std::mt19937 random(42);
    std::vector<Document> made;
    for (std::size_t i = 0; i < kDocuments; ++i) made.push_back(order(random));
    return made;
  }();
  return kMade;
}

// Calls work(document) for one document after another.
template <typename Work>
void each(benchmark::State& state, Work&& work) {
  const auto& all = documents();
  std::size_t i = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const Document& document = all[i++ % kDocuments];
    bytes += document.bytes().size();
    work(document);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void iterate(benchmark::State& state) {
  each(state, [](const Document& d) {
    std::size_t sum = 0;
    for (const Element& e : d) sum += e.name.size() + e.value.size();
    benchmark::DoNotOptimize(sum);
  });
}
BENCHMARK(iterate);

void find_field(benchmark::State& state, const char* name) {
  each(state, [name](const Document& d) { benchmark::DoNotOptimize(d[name]); });
}
BENCHMARK_CAPTURE(find_field, first, "_id");
BENCHMARK_CAPTURE(find_field, twentieth, "age");
BENCHMARK_CAPTURE(find_field, missing, "nothing");

// The predicate of a scan: {path: {$gt: 50}}.
void predicate(benchmark::State& state, const char* dotted) {
  const FieldPath path(dotted);
  const Value fifty = Value::int32(50);
  each(state, [&](const Document& d) {
    benchmark::DoNotOptimize(visit_path(d, path, LeafArray::kExpand, [&](const PathValue& found) {
      return found.value.is_number() && compare(found.value, fifty) > 0;
    }));
  });
}
BENCHMARK_CAPTURE(predicate, top_level, "age");
BENCHMARK_CAPTURE(predicate, nested, "address.zip");
BENCHMARK_CAPTURE(predicate, array_of_documents, "items.count");

void validate(benchmark::State& state) {
  each(state, [](const Document& d) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(d.bytes().data());
    benchmark::DoNotOptimize(validate_document({data, d.bytes().size()}));
  });
}
BENCHMARK(validate);

// What a projection does: a document from the fields of another.
void copy_by_fields(benchmark::State& state) {
  std::string buffer;
  each(state, [&](const Document& d) {
    buffer.clear();
    DocumentBuilder b(buffer);
    for (const Element& e : d) b.append(e.name, e.value);
    b.finish();
    benchmark::DoNotOptimize(buffer.data());
  });
}
BENCHMARK(copy_by_fields);

void compare_documents(benchmark::State& state) {
  const Document first = documents()[0];
  each(state, [&](const Document& d) { benchmark::DoNotOptimize(compare(d, first)); });
}
BENCHMARK(compare_documents);

void sort_key(benchmark::State& state) {
  const auto pattern = SortPattern::parse(document("status", 1, "total", -1));
  SortPattern::KeyView key;
  each(state, [&](const Document& d) {
    benchmark::DoNotOptimize(pattern->find_key(d, key).ok());
    benchmark::DoNotOptimize(key);
  });
}
BENCHMARK(sort_key);

void sort_key_in_array(benchmark::State& state) {
  const auto pattern = SortPattern::parse(document("items.count", 1));
  SortPattern::KeyView key;
  each(state, [&](const Document& d) {
    benchmark::DoNotOptimize(pattern->find_key(d, key).ok());
    benchmark::DoNotOptimize(key);
  });
}
BENCHMARK(sort_key_in_array);

void write_json(benchmark::State& state) {
  each(state, [](const Document& d) { benchmark::DoNotOptimize(to_json(d)); });
}
BENCHMARK(write_json);

void parse_json(benchmark::State& state) {
  std::vector<std::string> texts;
  for (const Document& d : documents()) texts.push_back(to_json(d));
  std::size_t i = 0;
  each(state,
       [&](const Document&) { benchmark::DoNotOptimize(from_json(texts[i++ % kDocuments])); });
}
BENCHMARK(parse_json);

void hash(benchmark::State& state) {
  each(state, [](const Document& d) { benchmark::DoNotOptimize(hash_bytes(d.bytes())); });
}
BENCHMARK(hash);

void generate_object_id(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ObjectId::generate());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(generate_object_id);

}  // namespace
}  // namespace cairn

BENCHMARK_MAIN();
