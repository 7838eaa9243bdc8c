// Nanoseconds per distance: by one row in the caches, and by rows here and there in more memory
// than the caches hold, as a graph asks for them.
#include "index/vector/codes.h"
#include "index/vector/kernels.h"
#include "index/vector/pages.h"

#include <array>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

namespace cairn::vector {
namespace {

constexpr std::size_t kMemory = std::size_t{128} << 20;
constexpr std::size_t kDrawn = 1 << 20;  // numbers; then they come again
constexpr std::size_t kAtOnce = 24;      // about a node's links that were not seen

// Rows of `n` elements: few, or as many as fill kMemory.
template <typename T>
struct Rows {
  Rows(std::size_t n, bool many)
      : count(many ? kMemory / (n * sizeof(T)) : 64), pages(count * n * sizeof(T)), query(n) {
    std::mt19937 random(1);
    T* const all = reinterpret_cast<T*>(pages.data());
    for (std::size_t i = 0; i < count * n; ++i) {
      all[i] = i < kDrawn ? static_cast<T>(random() % 251) : all[i - kDrawn];
    }
    for (std::size_t i = 0; i < n; ++i) query[i] = all[i];
    ids.resize(1 << 16);
    for (std::uint32_t& id : ids) id = static_cast<std::uint32_t>(random() % count);
  }
  const T* data() const { return reinterpret_cast<const T*>(pages.data()); }
  const std::uint32_t* next() {
    at = (at + kAtOnce) % (ids.size() - kAtOnce);
    return ids.data() + at;
  }

  std::size_t count;
  Pages pages;
  std::vector<T> query;
  std::vector<std::uint32_t> ids;
  std::size_t at = 0;
};

template <typename T, typename Out, class Kernel>
void run(benchmark::State& state, std::size_t elements, const Kernel& kernel) {
  Rows<T> rows(elements, state.range(1) != 0);
  std::array<Out, kAtOnce> out;
  for (auto _ : state) {
    kernel(rows.query.data(), rows.data(), elements, elements, rows.next(), kAtOnce, out.data());
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{kAtOnce});
  state.SetLabel(kernels().target);
}

std::size_t dimensions(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void BM_DotFloat(benchmark::State& state) {
  run<float, float>(state, dimensions(state), kernels().dot_f32_batch);
}
void BM_L2Float(benchmark::State& state) {
  run<float, float>(state, dimensions(state), kernels().l2_f32_batch);
}
void BM_DotByte(benchmark::State& state) {
  run<std::int8_t, std::int32_t>(state, dimensions(state), kernels().dot_i8_batch);
}
void BM_Hamming(benchmark::State& state) {
  run<std::uint8_t, std::uint32_t>(state, dimensions(state) / 8, kernels().hamming_batch);
}

// The query of four planes is longer than a row.
void BM_DotPlanes(benchmark::State& state) {
  const std::size_t bytes = dimensions(state) / 8;
  const std::vector<std::uint8_t> planes(4 * bytes, 0x5A);
  run<std::uint8_t, std::uint32_t>(
      state, bytes,
      [&](const std::uint8_t* /*query*/, const std::uint8_t* rows, std::size_t stride,
          std::size_t n, const std::uint32_t* ids, std::size_t count, std::uint32_t* out) {
        kernels().dot_planes_batch(planes.data(), rows, stride, n, ids, count, out);
      });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"dimensions", "random"})->ArgsProduct({{384, 768, 1536}, {0, 1}});
}

BENCHMARK(BM_DotFloat)->Apply(sizes);
BENCHMARK(BM_L2Float)->Apply(sizes);
BENCHMARK(BM_DotByte)->Apply(sizes);
BENCHMARK(BM_Hamming)->Apply(sizes);
BENCHMARK(BM_DotPlanes)->Apply(sizes);

}  // namespace
}  // namespace cairn::vector

BENCHMARK_MAIN();
