// GroupTable: groups in memory, found by what they have in common.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/aggregate/group_states.h"
#include "engine/bson/collation.h"
#include "engine/exec/arena.h"

namespace cairn::aggregate {

struct Group {
  std::uint64_t hash;
  const std::uint8_t* id_data;
  std::uint32_t id_size;
  BsonType id_type;

  ValueView id() const { return {id_type, id_data, id_size}; }
  // The states lie behind the group.
  char* states() { return reinterpret_cast<char*>(this) + kBytes; }
  static constexpr std::size_t kBytes = 32;
};
static_assert(sizeof(Group) <= Group::kBytes);

// Open addressing; groups stay where they are. Ids are compared as MongoDB compares values: 1
// and 1.0 are one group.
class GroupTable {
 public:
  // All outlive the table. `collation`: null for simple.
  GroupTable(const GroupStates& states, const Collation* collation)
      : states_(states), collation_(collation) {}
  GroupTable(const GroupTable&) = delete;
  GroupTable& operator=(const GroupTable&) = delete;
  ~GroupTable() { clear(); }

  // The group of `id`, or nullptr.
  Group* find(ValueView id, std::uint64_t hash) const;
  // A fresh one. REQUIRES: there is none of `id`. `evaluation` is used for what its accumulators'
  // parameters need.
  Result<Group*> insert(ValueView id, std::uint64_t hash, expr::Evaluation& evaluation);
  std::uint64_t hash(ValueView id) const;

  // In the order of insertion.
  const std::vector<Group*>& groups() const { return groups_; }
  // Without what the states hold elsewhere.
  std::size_t bytes() const {
    return arena_.bytes() + slots_.capacity() * sizeof(Slot) + groups_.capacity() * sizeof(Group*);
  }
  void clear();

 private:
  struct Slot {
    std::uint64_t hash = 0;
    Group* group = nullptr;
  };
  void grow();
  void place(Group* group);

  const GroupStates& states_;
  const Collation* collation_;
  exec::Arena arena_;
  std::vector<Group*> groups_;
  std::vector<Slot> slots_;  // a power of two of them, at most half full
};

}  // namespace cairn::aggregate
