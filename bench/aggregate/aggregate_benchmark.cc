// Time and allocations per document of what $group and $sort do with each, without storage beneath.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "bench/aggregate/allocations.h"
#include "engine/aggregate/accumulated_field.h"
#include "engine/aggregate/field_values.h"
#include "engine/aggregate/group_table.h"
#include "engine/bson/sort_key.h"
#include "engine/exec/sorter.h"

namespace cairn::aggregate {
namespace {

constexpr std::size_t kDocuments = 4096;

std::vector<Document> sales() {
  std::mt19937 random(7);
  std::vector<Document> documents;
  for (std::size_t i = 0; i < kDocuments; ++i) {
    DocumentBuilder b;
    b.append("_id", static_cast<std::int32_t>(i))
        .append("user", "user" + std::to_string(random() % 1000));
    b.append("status", i % 3 == 0 ? "pending" : "done")
        .append("n", static_cast<std::int32_t>(random() % 1'000'000));
    b.append("x", static_cast<double>(random() % 10'000) / 100)
        .append("pad", std::string(300, 'x'));
    documents.push_back(b.take());
  }
  return documents;
}

void report(benchmark::State& state, std::uint64_t before) {
  const auto documents = static_cast<double>(state.iterations() * kDocuments);
  state.SetItemsProcessed(static_cast<std::int64_t>(documents));
  state.counters["allocations/document"] =
      static_cast<double>(bench::allocations() - before) / documents;
}

// {_id: "$user", …} with `fields`, as Grouped does it.
void group(benchmark::State& state, const std::vector<Document>& fields) {
  const std::vector<Document> documents = sales();
  const expr::Scope scope(static_cast<const expr::Bindings*>(nullptr));
  AccumulatedFields parsed;
  for (const Document& field : fields) {
    parsed.push_back(*parse_accumulated_field(*field.begin(), scope));
  }
  const auto id = *expr::parse_expression(Value::string("$user"), scope);
  const GroupStates layout(parsed);
  GroupTable table(layout, nullptr);
  FieldValues values;
  values.add(*id);
  for (const AccumulatedField& field : parsed) values.add(*field.accumulator->expression());
  expr::Evaluation evaluation;
  expr::Evaluation parameters;
  std::size_t bytes = 0;
  const std::uint64_t before = bench::allocations();
  for (auto _ : state) {
    for (const Document& document : documents) {
      evaluation.begin(document);
      benchmark::DoNotOptimize(values.read(evaluation));
      const std::uint64_t hash = table.hash(values[0]);
      Group* found = table.find(values[0], hash);
      if (found == nullptr) found = *table.insert(values[0], hash, parameters);
      for (std::size_t i = 0; i < parsed.size(); ++i) {
        benchmark::DoNotOptimize(
            parsed[i].accumulator->add(layout.state(found->states(), i), values[i + 1], bytes));
      }
    }
  }
  report(state, before);
}

void group_sum(benchmark::State& state) { group(state, {document("c", document("$sum", 1))}); }
BENCHMARK(group_sum);

void group_five(benchmark::State& state) {
  group(state, {document("a", document("$avg", "$x")), document("s", document("$sum", "$n")),
                document("l", document("$min", "$x")), document("g", document("$max", "$x")),
                document("c", document("$sum", 1))});
}
BENCHMARK(group_five);

void sort(benchmark::State& state, std::size_t wanted) {
  const std::vector<Document> documents = sales();
  const SortPattern pattern = *SortPattern::parse(document("n", -1));
  std::string key;
  const std::uint64_t before = bench::allocations();
  for (auto _ : state) {
    exec::Sorter sorter({.wanted = wanted});
    for (const Document& document : documents) {
      key.clear();
      benchmark::DoNotOptimize(append_sort_key(pattern, document, key));
      if (!sorter.wants(key)) continue;
      benchmark::DoNotOptimize(sorter.add(key, {document.bytes()}, nullptr));
    }
    while (*sorter.next(nullptr)) benchmark::DoNotOptimize(sorter.payload());
  }
  report(state, before);
}

void sort_all(benchmark::State& state) { sort(state, 0); }
BENCHMARK(sort_all);
void sort_limit_100(benchmark::State& state) { sort(state, 100); }
BENCHMARK(sort_limit_100);

}  // namespace
}  // namespace cairn::aggregate

BENCHMARK_MAIN();
