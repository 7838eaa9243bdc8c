#include "engine/expr/value_set.h"

#include "engine/bson/value_hash.h"
#include "engine/expr/value_list.h"

namespace cairn::expr {

ValueView ValueSet::at(std::size_t i) const {
  const Place& place = values_[i];
  return {place.type, reinterpret_cast<const std::uint8_t*>(bytes_.data()) + place.offset,
          place.size};
}

bool ValueSet::holds(std::uint64_t hash, ValueView value, const Collation* collation) const {
  const auto same = [&](std::size_t i) {
    return values_[i].hash == hash && compare(at(i), value, collation) == 0;
  };
  if (slots_.empty()) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (same(i)) return true;
    }
    return false;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
    if (same(slots_[at] - 1)) return true;
  }
  return false;
}

bool ValueSet::insert(ValueView value, const Collation* collation) {
  if (value.missing()) return false;
  const std::uint64_t hash = hash_value(value, collation);
  if (holds(hash, value, collation)) return false;
  values_.push_back({hash, bytes_.size(), value.size(), value.type()});
  bytes_.append(reinterpret_cast<const char*>(value.data()), value.size());
  if (values_.size() > kWithoutSlots) put_in_slots();
  return true;
}

void ValueSet::put_in_slots() {
  std::size_t from = values_.size() - 1;
  if (values_.size() * 2 > slots_.size()) {
    slots_.assign(std::max<std::size_t>(32, slots_.size() * 2), 0);
    from = 0;
  }
  const std::size_t mask = slots_.size() - 1;
  for (; from < values_.size(); ++from) {
    std::size_t at = values_[from].hash & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = static_cast<std::uint32_t>(from + 1);
  }
}

void ValueSet::write(std::string& out) const {
  ValueList list;
  for (std::size_t i = 0; i < values_.size(); ++i) list.push(at(i));
  list.write(out);
}

ValueView ValueSet::array(Evaluation& evaluation) const {
  std::string& out = evaluation.buffer();
  write(out);
  return Evaluation::array(out);
}

}  // namespace cairn::expr
