#include "engine/aggregate/group_table.h"

#include "engine/bson/value_hash.h"

namespace cairn::aggregate {

std::uint64_t GroupTable::hash(ValueView id) const { return hash_value(id, collation_); }

Group* GroupTable::find(ValueView id, std::uint64_t hash) const {
  if (slots_.empty()) return nullptr;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at].group != nullptr; at = (at + 1) & mask) {
    if (slots_[at].hash != hash) continue;
    const ValueView other = slots_[at].group->id();
    if (id.identical(other) || compare(id, other, collation_) == 0) return slots_[at].group;
  }
  return nullptr;
}

Result<Group*> GroupTable::insert(ValueView id, std::uint64_t hash, expr::Evaluation& evaluation) {
  char* const memory = arena_.allocate(Group::kBytes + states_.bytes());
  const std::string_view bytes = arena_.copy({reinterpret_cast<const char*>(id.data()), id.size()});
  auto* group = new (memory)
      Group{hash, reinterpret_cast<const std::uint8_t*>(bytes.data()), id.size(), id.type()};
  CAIRN_RETURN_IF_ERROR(states_.start(group->states(), group->id(), evaluation));
  groups_.push_back(group);
  if (groups_.size() * 2 > slots_.size()) {
    grow();
  } else {
    place(group);
  }
  return group;
}

void GroupTable::place(Group* group) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = group->hash & mask;
  while (slots_[at].group != nullptr) at = (at + 1) & mask;
  slots_[at] = {group->hash, group};
}

void GroupTable::grow() {
  slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), {});
  for (Group* group : groups_) place(group);
}

void GroupTable::clear() {
  for (Group* group : groups_) states_.destroy(group->states());
  groups_.clear();
  slots_.clear();
  arena_.clear();
}

}  // namespace cairn::aggregate
