#include "engine/expr/ranked_state.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "engine/expr/n_argument.h"
#include "engine/expr/value_list.h"

namespace cairn::expr {
namespace {

bool before(const RankedValue& a, const RankedValue& b) {
  const int order = a.key.compare(b.key);
  return order != 0 ? order < 0 : a.arrival < b.arrival;
}

std::size_t size_of(const RankedValue& value) {
  return sizeof value + value.key.size() + value.value.size();
}

void save_text(std::string_view text, std::string& out) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(text);
}

std::string_view take_text(std::string_view& saved) {
  std::uint32_t size = 0;
  std::memcpy(&size, saved.data(), sizeof size);
  const std::string_view text = saved.substr(sizeof size, size);
  saved.remove_prefix(sizeof size + size);
  return text;
}

}  // namespace

Status RankedState::start(void* state, Evaluation& group) const {
  if (n_ == nullptr) return Status();
  CAIRN_ASSIGN_OR_RETURN(of(state).n, evaluate_n(*n_, group));
  return Status();
}

bool RankedState::goes_first(const RankedValue& a, const RankedValue& b) const {
  return keep_ == Keep::kFirst ? before(b, a) : before(a, b);
}

Status RankedState::put(void* state, std::string_view key, ValueView value,
                        std::size_t& bytes) const {
  Ranked& ranked = of(state);
  const auto after = [this](const RankedValue& a, const RankedValue& b) {
    return goes_first(b, a);  // a heap's front is its greatest
  };
  const std::uint64_t arrival = ranked.arrived++;
  if (static_cast<std::int64_t>(ranked.heap.size()) == ranked.n) {
    const int order = key.compare(ranked.heap.front().key);
    // Among equals those stay that came earlier.
    if (keep_ == Keep::kFirst ? order >= 0 : order <= 0) return Status();
    std::pop_heap(ranked.heap.begin(), ranked.heap.end(), after);
    ranked.bytes -= size_of(ranked.heap.back());
    bytes -= size_of(ranked.heap.back());
    ranked.heap.pop_back();
  }
  RankedValue& fresh = ranked.heap.emplace_back();
  fresh.key = key;
  fresh.arrival = arrival;
  save_value(value.missing() ? Evaluation::null() : value, fresh.value);
  ranked.bytes += size_of(fresh);
  bytes += size_of(fresh);
  std::push_heap(ranked.heap.begin(), ranked.heap.end(), after);
  return check_state_bytes(name_, ranked.bytes);
}

std::vector<const RankedValue*> RankedState::in_order(const void* state) const {
  std::vector<const RankedValue*> values;
  for (const RankedValue& value : of(state).heap) values.push_back(&value);
  std::sort(values.begin(), values.end(),
            [](const RankedValue* a, const RankedValue* b) { return before(*a, *b); });
  return values;
}

ValueView ranked_array(const std::vector<const RankedValue*>& values, Evaluation& evaluation) {
  ValueList list;
  for (const RankedValue* value : values) list.push(saved_value(value->value));
  return list.array(evaluation);
}

Status RankedState::add(void* state, ValueView value, std::size_t& bytes) const {
  std::string key;
  ValueView kept;
  return read(value, key, kept) ? put(state, key, kept, bytes) : Status();
}

Result<ValueView> RankedState::result(const void* state, Evaluation& evaluation) const {
  return give(in_order(state), evaluation);
}

// All values of a window in the order of their keys.
class WindowRanked final : public Removable {
 public:
  WindowRanked(const RankedState& state, std::int64_t n)
      : state_(state), n_(static_cast<std::size_t>(n)) {}
  Status add(ValueView argument) override {
    RankedValue fresh;
    ValueView value;
    fresh.arrival = arrived_++;
    if (!state_.read(argument, fresh.key, value)) return Status();
    save_value(value.missing() ? Evaluation::null() : value, fresh.value);
    bytes_ += 2 * size_of(fresh);  // and a node of the tree
    values_.insert(std::move(fresh));
    return Status();
  }
  Status remove(ValueView argument) override {
    RankedValue gone;
    ValueView value;
    gone.arrival = removed_++;
    if (!state_.read(argument, gone.key, value)) return Status();
    const auto found = values_.find(gone);
    bytes_ -= 2 * size_of(*found);
    values_.erase(found);
    return Status();
  }
  Result<ValueView> result(Evaluation& evaluation) override {
    std::vector<const RankedValue*> some;
    if (state_.keep_ == Keep::kFirst) {
      for (auto at = values_.begin(); at != values_.end() && some.size() < n_; ++at) {
        some.push_back(&*at);
      }
    } else {
      for (auto at = values_.rbegin(); at != values_.rend() && some.size() < n_; ++at) {
        some.push_back(&*at);
      }
      std::reverse(some.begin(), some.end());
    }
    return state_.give(some, evaluation);
  }
  std::size_t bytes() const override { return bytes_; }

 private:
  struct Before {
    bool operator()(const RankedValue& a, const RankedValue& b) const { return before(a, b); }
  };
  const RankedState& state_;
  std::size_t n_;
  std::set<RankedValue, Before> values_;
  std::uint64_t arrived_ = 0;
  std::uint64_t removed_ = 0;
  std::size_t bytes_ = 0;
};

Result<RemovablePtr> RankedState::removable(Evaluation& parameters) const {
  std::int64_t n = 1;
  if (n_ != nullptr) {
    CAIRN_ASSIGN_OR_RETURN(n, evaluate_n(*n_, parameters));
  }
  return RemovablePtr(std::make_unique<WindowRanked>(*this, n));
}

void RankedState::save(const void* state, std::string& out) const {
  for (const RankedValue* value : in_order(state)) {
    save_text(value->key, out);
    save_text(value->value, out);
  }
}

Status RankedState::merge(void* state, std::string_view saved, std::size_t& bytes) const {
  while (!saved.empty()) {
    const std::string_view key = take_text(saved);
    CAIRN_RETURN_IF_ERROR(put(state, key, saved_value(take_text(saved)), bytes));
  }
  return Status();
}

}  // namespace cairn::expr
