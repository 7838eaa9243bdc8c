#include "engine/expr/quantiles.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

namespace cairn::expr {
namespace {

// The scale function k1: how many centroids lie below the share q.
double scale(double q, double compression) {
  return compression / (2 * std::numbers::pi) * std::asin(2 * q - 1);
}

}  // namespace

void Quantiles::add(double number) {
  if (std::isnan(number)) return;
  values_.push_back(number);
  if (values_.size() > kExact) compress();
}

void Quantiles::compress() {
  const auto [least, greatest] = std::minmax_element(values_.begin(), values_.end());
  least_ = digest_.empty() ? *least : std::min(least_, *least);
  greatest_ = digest_.empty() ? *greatest : std::max(greatest_, *greatest);
  std::vector<Centroid> all = std::move(digest_);
  for (const double value : values_) all.push_back({value, 1});
  values_.clear();
  std::sort(all.begin(), all.end(),
            [](const Centroid& a, const Centroid& b) { return a.mean < b.mean; });
  double total = 0;
  for (const Centroid& centroid : all) total += centroid.weight;
  digest_.clear();
  double before = 0;  // the weight left of the last centroid
  for (const Centroid& next : all) {
    if (!digest_.empty()) {
      Centroid& last = digest_.back();
      const double weight = last.weight + next.weight;
      const double width = scale(std::min(1.0, (before + weight) / total), kCompression) -
                           scale(before / total, kCompression);
      const bool one = last.mean == next.mean;  // infinities have no mean between them
      if (one || (width <= 1 && std::isfinite(last.mean) && std::isfinite(next.mean))) {
        if (!one) last.mean += (next.mean - last.mean) * next.weight / weight;
        last.weight = weight;
        continue;
      }
      before += last.weight;
    }
    digest_.push_back(next);
  }
}

double Quantiles::at(double p) const {
  if (digest_.empty()) {
    std::vector<double> sorted = values_;
    const auto count = static_cast<double>(sorted.size());
    const auto rank = static_cast<std::ptrdiff_t>(std::max(0.0, std::ceil(p * count) - 1));
    std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end());
    return sorted[static_cast<std::size_t>(rank)];
  }
  Quantiles all = *this;
  if (!all.values_.empty()) all.compress();
  return all.estimate(p);
}

// Between the middles of two neighbours the numbers are taken to lie evenly.
double Quantiles::estimate(double p) const {
  double total = 0;
  for (const Centroid& centroid : digest_) total += centroid.weight;
  const double rank = p * total;
  double middle = 0;
  double last_middle = 0;
  double last_mean = least_;
  double before = 0;
  for (const Centroid& centroid : digest_) {
    middle = before + centroid.weight / 2;
    if (rank < middle) {
      if (!std::isfinite(last_mean) || !std::isfinite(centroid.mean)) return centroid.mean;
      const double share = (rank - last_middle) / (middle - last_middle);
      return last_mean + share * (centroid.mean - last_mean);
    }
    before += centroid.weight;
    last_middle = middle;
    last_mean = centroid.mean;
  }
  if (!std::isfinite(last_mean) || !std::isfinite(greatest_)) return greatest_;
  const double share = (rank - last_middle) / (total - last_middle);
  return last_mean + share * (greatest_ - last_mean);
}

void Quantiles::save(std::string& out) const {
  const std::uint64_t count = values_.size();
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
  out.append(reinterpret_cast<const char*>(values_.data()), count * sizeof(double));
  out.append(reinterpret_cast<const char*>(&least_), sizeof least_);
  out.append(reinterpret_cast<const char*>(&greatest_), sizeof greatest_);
  out.append(reinterpret_cast<const char*>(digest_.data()), digest_.size() * sizeof(Centroid));
}

void Quantiles::merge(std::string_view saved) {
  std::uint64_t count = 0;
  std::memcpy(&count, saved.data(), sizeof count);
  saved.remove_prefix(sizeof count);
  std::vector<double> values(count);
  if (count > 0) std::memcpy(values.data(), saved.data(), count * sizeof(double));
  saved.remove_prefix(count * sizeof(double));
  for (const double value : values) add(value);
  double edges[2];
  std::memcpy(edges, saved.data(), sizeof edges);
  saved.remove_prefix(sizeof edges);
  if (saved.empty()) return;
  // The other's edges are in as numbers of almost no weight would be: compress takes them into
  // account.
  if (digest_.empty()) {
    least_ = edges[0];
    greatest_ = edges[1];
  }
  least_ = std::min(least_, edges[0]);
  greatest_ = std::max(greatest_, edges[1]);
  const std::size_t old = digest_.size();
  digest_.resize(old + saved.size() / sizeof(Centroid));
  std::memcpy(digest_.data() + old, saved.data(), saved.size());
  std::sort(digest_.begin(), digest_.end(),
            [](const Centroid& a, const Centroid& b) { return a.mean < b.mean; });
}

}  // namespace cairn::expr
