// WindowSet: the distinct values of a window, with how often each is in it.
#pragma once

#include <map>
#include <string>

#include "engine/bson/key_string.h"
#include "engine/expr/held_value.h"
#include "engine/expr/removable.h"
#include "engine/expr/value_list.h"

namespace cairn::expr {

class WindowSet : public Removable {
 public:
  explicit WindowSet(const Collation* collation) : collation_(collation) {}
  Status add(ValueView value) override {
    if (!value.missing()) insert(value);
    return Status();
  }
  Status remove(ValueView value) override {
    if (!value.missing()) erase(value);
    return Status();
  }
  Result<ValueView> result(Evaluation& evaluation) override {
    ValueList list;
    for (const auto& [key, entry] : values_) list.push(saved_value(entry.value));
    return list.array(evaluation);
  }
  std::size_t bytes() const override { return bytes_; }

 protected:
  void insert(ValueView value) {
    auto [found, fresh] = values_.try_emplace(key_of(value));
    ++found->second.count;
    if (!fresh) return;
    save_value(value, found->second.value);
    bytes_ += size_of(*found);
  }
  void erase(ValueView value) {
    const auto found = values_.find(key_of(value));
    if (--found->second.count > 0) return;
    bytes_ -= size_of(*found);
    values_.erase(found);
  }

 private:
  struct Entry {
    std::uint64_t count = 0;
    std::string value;
  };
  static std::size_t size_of(const std::pair<const std::string, Entry>& entry) {
    return 2 * sizeof entry + entry.first.size() + entry.second.value.size();
  }
  std::string key_of(ValueView value) const {
    std::string key;
    key::Encoder encoder(key);
    encoder.begin(key::Direction::kAscending);
    append_key(value, encoder, collation_);
    return key;
  }

  const Collation* collation_;
  std::map<std::string, Entry> values_;
  std::size_t bytes_ = 0;
};

}  // namespace cairn::expr
