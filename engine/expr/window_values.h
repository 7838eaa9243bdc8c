// WindowValues: the values of a window, the oldest first.
#pragma once

#include <deque>
#include <string>

#include "engine/expr/held_value.h"
#include "engine/expr/removable.h"

namespace cairn::expr {

class WindowValues : public Removable {
 public:
  Status add(ValueView value) override {
    std::string saved;
    save_value(value, saved);
    bytes_ += saved.size() + sizeof saved;
    values_.push_back(std::move(saved));
    return Status();
  }
  Status remove(ValueView) override {
    bytes_ -= values_.front().size() + sizeof(std::string);
    values_.pop_front();
    return Status();
  }
  bool wants_removed() const override { return false; }
  std::size_t bytes() const override { return bytes_; }

 protected:
  std::size_t size() const { return values_.size(); }
  ValueView at(std::size_t i) const { return saved_value(values_[i]); }

 private:
  std::deque<std::string> values_;  // as save_value writes them
  std::size_t bytes_ = 0;
};

}  // namespace cairn::expr
