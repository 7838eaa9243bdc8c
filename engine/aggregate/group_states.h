// GroupStates: the states of a group's accumulators, side by side in memory that somebody else has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/aggregate/accumulated_field.h"

namespace cairn::aggregate {

// How the states of one group lie. Immutable.
class GroupStates {
 public:
  // `fields` outlive this.
  explicit GroupStates(const AccumulatedFields& fields);

  std::size_t bytes() const { return bytes_; }
  // `id` is what parameters may depend on. On an error nothing is left to destroy.
  Status start(char* states, ValueView id, expr::Evaluation& evaluation) const;
  void destroy(char* states) const;
  void* state(char* states, std::size_t field) const { return states + offsets_[field]; }
  std::size_t state_bytes(std::size_t field) const {
    return (field + 1 < offsets_.size() ? offsets_[field + 1] : bytes_) - offsets_[field];
  }

  // Appends the results, as fields.
  Status write_results(const char* states, expr::Evaluation& evaluation,
                       DocumentBuilder& out) const;
  void save(const char* states, std::string& out) const;
  Status merge(char* states, std::string_view saved, std::size_t& bytes) const;

 private:
  const AccumulatedFields& fields_;
  std::vector<std::size_t> offsets_;
  std::size_t bytes_ = 0;
};

}  // namespace cairn::aggregate
