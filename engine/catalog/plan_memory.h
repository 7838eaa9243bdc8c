// PlanMemory: which plan won for queries of one shape, so that the next one need not try all of
// them again. One per definition of a collection: DDL begins with an empty one.
//
// A plan is used from memory once it has proved itself twice, as in MongoDB: the first time it is
// only noted (inactive). Thread-safety: all of it.
#pragma once

#include <cairn/bson.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cairn {

class PlanMemory {
 public:
  struct Remembered {
    std::string plan;        // its name among those of the shape
    std::int64_t works = 0;  // what the trial cost
    bool active = false;
    bool filtered = false;  // among the indexes that a filter left
    Date since = Date::now();
    Document query;  // {query, sort, projection} that made it
    Document shown;  // the plan, as `explain` shows it
  };

  // The plan to use; nullopt: try them.
  std::optional<Remembered> active(const std::string& shape) const;
  // After a trial.
  void note(const std::string& shape, Remembered found);
  // It cost much more than its trial.
  void deactivate(const std::string& shape);
  void forget();
  void forget(const std::string& shape);
  // In no order.
  std::vector<std::pair<std::string, Remembered>> all() const;

 private:
  static constexpr std::size_t kMostShapes = 5000;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Remembered> shapes_;
};

}  // namespace cairn
