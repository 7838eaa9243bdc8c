#include "bench/ann/mixture.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace cairn::ann {
namespace {

constexpr std::uint32_t kClusters = 300;
constexpr std::uint32_t kLatent = 96;
constexpr float kSpread = 1.7F;  // of a cluster, where centres are 1 apart
constexpr float kNoise = 3.0F;   // in every dimension, relative to a latent one

class Mixture {
 public:
  Mixture(std::uint32_t dimensions, std::uint64_t seed)
      : dimensions_(dimensions), random_(seed), projection_(kLatent * dimensions) {
    for (std::uint32_t i = 0; i < kLatent; ++i) {
      scale_[i] = std::pow(static_cast<float>(i + 1), -0.1F);
    }
    const float unit = 1.0F / std::sqrt(static_cast<float>(dimensions));
    for (float& number : projection_) number = normal_(random_) * unit;
    centres_.resize(kClusters * kLatent);
    for (std::size_t i = 0; i < centres_.size(); ++i) {
      centres_[i] = normal_(random_) * scale_[i % kLatent];
    }
    std::vector<double> weights(kClusters);
    for (std::uint32_t i = 0; i < kClusters; ++i) weights[i] = 1.0 / std::pow(i + 2.0, 0.6);
    cluster_ = std::discrete_distribution<std::uint32_t>(weights.begin(), weights.end());
  }

  void draw(float* out, std::uint16_t* cluster_out) {
    const std::uint32_t cluster = cluster_(random_);
    *cluster_out = static_cast<std::uint16_t>(cluster);
    float latent[kLatent];
    for (std::uint32_t i = 0; i < kLatent; ++i) {
      latent[i] = centres_[cluster * kLatent + i] + kSpread * scale_[i] * normal_(random_);
    }
    const float unit = kNoise / std::sqrt(static_cast<float>(dimensions_));
    for (std::uint32_t j = 0; j < dimensions_; ++j) out[j] = unit * normal_(random_);
    for (std::uint32_t i = 0; i < kLatent; ++i) {
      const float* direction = projection_.data() + std::size_t{i} * dimensions_;
      for (std::uint32_t j = 0; j < dimensions_; ++j) out[j] += latent[i] * direction[j];
    }
    float squared = 0;
    for (std::uint32_t j = 0; j < dimensions_; ++j) squared += out[j] * out[j];
    const float inverse = 1.0F / std::sqrt(squared);
    for (std::uint32_t j = 0; j < dimensions_; ++j) out[j] *= inverse;
  }

 private:
  std::uint32_t dimensions_;
  std::mt19937_64 random_;
  std::normal_distribution<float> normal_;
  std::vector<float> projection_;
  float scale_[kLatent];
  std::vector<float> centres_;
  std::discrete_distribution<std::uint32_t> cluster_;
};

}  // namespace

DataSet make_mixture(std::uint32_t count, std::uint32_t queries, std::uint32_t dimensions,
                     std::uint64_t seed) {
  Mixture mixture(dimensions, seed);
  DataSet data{.dimensions = dimensions};
  data.rows.resize(std::size_t{count} * dimensions);
  data.clusters.resize(count);
  data.queries.resize(std::size_t{queries} * dimensions);
  data.query_clusters.resize(queries);
  for (std::uint32_t i = 0; i < count; ++i) {
    mixture.draw(data.rows.data() + std::size_t{i} * dimensions, &data.clusters[i]);
  }
  for (std::uint32_t i = 0; i < queries; ++i) {
    mixture.draw(data.queries.data() + std::size_t{i} * dimensions, &data.query_clusters[i]);
  }
  return data;
}

}  // namespace cairn::ann
