#include "bench/embedded/vector_collection.h"

#include "engine/bson/binary_vector.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <string>
#include <thread>

namespace cairn::bench {

ClusteredVectors::ClusteredVectors() {
  for (Floats& centre : centres_) centre = noise(1.0F);
}

Floats ClusteredVectors::noise(float width) {
  std::normal_distribution<float> normal(0, width);
  Floats vector(kDimensions);
  for (float& number : vector) number = normal(random_);
  return vector;
}

Floats ClusteredVectors::draw(std::size_t cluster) {
  Floats vector = noise(1.2F);
  for (std::size_t i = 0; i < kDimensions; ++i) vector[i] += centres_[cluster][i];
  return vector;
}

std::vector<int> ClusteredVectors::farthest(std::size_t cluster) const {
  std::vector<int> order(kClusters);
  std::iota(order.begin(), order.end(), 0);
  const auto near = [&](int other) {
    const Floats& a = centres_[cluster];
    return std::inner_product(a.begin(), a.end(), centres_[static_cast<std::size_t>(other)].begin(),
                              0.0F);
  };
  std::ranges::sort(order, {}, near);
  return order;
}

Document ClusteredVectors::draw_document(std::int64_t id) {
  const std::size_t cluster = draw_cluster();
  const std::string vector = encode_binary_vector(draw(cluster));
  return document(
      "_id", id, "c", static_cast<std::int32_t>(cluster), "n",
      static_cast<std::int32_t>(random_() % 1000), "v",
      BinaryView{kVectorSubtype,
                 {reinterpret_cast<const std::uint8_t*>(vector.data()), vector.size()}});
}

void fill(Collection& collection, ClusteredVectors& vectors, std::size_t first, std::size_t end,
          std::size_t batch) {
  for (; first < end; first += batch) {
    std::vector<Document> documents;
    for (std::size_t i = first; i < std::min(first + batch, end); ++i) {
      documents.push_back(vectors.draw_document(static_cast<std::int64_t>(i)));
    }
    const std::vector<DocumentView> views(documents.begin(), documents.end());
    const InsertResult inserted = checked(collection.insert(views));
    if (!inserted.errors.empty()) check(inserted.errors.front().status);
  }
}

void create_search_index(Collection& collection) {
  const Document index =
      checked(from_json(R"({"name": "near", "type": "vectorSearch", "definition": {"fields": [
          {"type": "vector", "path": "v", "numDimensions": 384, "similarity": "cosine"},
          {"type": "filter", "path": "c"}, {"type": "filter", "path": "n"}]}})"));
  const DocumentView view = index;
  checked(collection.create_search_indexes({&view, 1}));
}

Document index_memory(const Collection& collection) {
  for (const Document& index : collection.search_indexes()) {
    const DocumentView detail = index["statusDetail"].as_document().begin()->value.as_document();
    return Document(detail["mainIndex"].as_document()["memory"].as_document());
  }
  return Document();
}

void wait_for_graphs(const Collection& collection, std::size_t most_parts) {
  while (true) {
    const Document memory = index_memory(collection);
    const auto parts = static_cast<std::size_t>(memory["segments"].to_int64_clamped());
    if (memory["filled"].truthy() && parts <= most_parts) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace cairn::bench
