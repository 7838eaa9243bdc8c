// Deviation: mean and squared distances of a stream of numbers.
// Source: Welford, Technometrics 4 (1962); merging: Chan, Golub, LeVeque (1979).
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <cairn/bson.h>

namespace cairn::expr {

// Trivially copyable.
class Deviation {
 public:
  void add(double number) {
    if (!std::isfinite(number)) {
      ++not_finite_;
      return;
    }
    ++count_;
    const double delta = number - mean_;
    mean_ += delta / static_cast<double>(count_);
    squares_ += delta * (number - mean_);
  }
  // REQUIRES: it was added before.
  void remove(double number) {
    if (!std::isfinite(number)) {
      --not_finite_;
      return;
    }
    if (--count_ == 0) {
      mean_ = squares_ = 0;
      return;
    }
    const double delta = number - mean_;
    mean_ -= delta / static_cast<double>(count_);
    squares_ = std::fmax(0, squares_ - delta * (number - mean_));
  }
  void merge(const Deviation& other) {
    not_finite_ += other.not_finite_;
    if (other.count_ == 0) return;
    const auto mine = static_cast<double>(count_);
    const auto theirs = static_cast<double>(other.count_);
    const double delta = other.mean_ - mean_;
    count_ += other.count_;
    mean_ = (mine * mean_ + theirs * other.mean_) / (mine + theirs);
    squares_ += other.squares_ + delta * delta * mine * theirs / (mine + theirs);
  }
  std::int64_t count() const { return count_; }  // of finite numbers
  // Of the whole population (`less` 0) or of a sample (1): NaN where a number was not finite;
  // nullopt where it is not defined, which is null in MongoDB.
  std::optional<double> standard_deviation(std::int64_t less) const {
    if (count_ + not_finite_ <= less) return std::nullopt;
    if (not_finite_ > 0) return std::numeric_limits<double>::quiet_NaN();
    return std::sqrt(squares_ / static_cast<double>(count_ - less));
  }

 private:
  std::int64_t count_ = 0;
  std::int64_t not_finite_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

}  // namespace cairn::expr
