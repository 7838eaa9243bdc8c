#include "engine/aggregate/sliding.h"

#include "engine/aggregate/group_states.h"
#include "engine/exec/arena.h"
#include "engine/expr/held_value.h"

namespace cairn::aggregate {
namespace {

// Keeps the last result, for windows that do not change from document to document.
class LastResult {
 public:
  bool fits(const WindowCursor& cursor) const {
    return known_ && begin_ == cursor.begin() && end_ == cursor.end();
  }
  void keep(const WindowCursor& cursor, ValueView value) {
    known_ = true;
    begin_ = cursor.begin();
    end_ = cursor.end();
    value_.assign(value);
  }
  ValueView value() const { return value_.view(); }
  std::size_t bytes() const { return value_.bytes(); }

 private:
  bool known_ = false;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  expr::HeldValue value_;
};

class Slide final : public WindowState {
 public:
  Slide(const SlidingFunction& function, const WindowBounds& bounds)
      : function_(function), cursor_(bounds) {}

  Status begin() {
    CAIRN_ASSIGN_OR_RETURN(state_, function_.removable(parameters_));
    return Status();
  }
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    CAIRN_RETURN_IF_ERROR(cursor_.move(partition, i));
    if (last_.fits(cursor_)) return last_.value();
    CAIRN_RETURN_IF_ERROR(follow(partition));
    CAIRN_ASSIGN_OR_RETURN(const ValueView result, state_->result(out));
    last_.keep(cursor_, result);
    return last_.value();
  }
  std::size_t bytes() const override { return state_->bytes() + last_.bytes(); }

 private:
  Status follow(Partition& partition) {
    for (; begin_ < cursor_.begin() && begin_ < end_; ++begin_) {
      ValueView value;
      if (state_->wants_removed()) {
        CAIRN_ASSIGN_OR_RETURN(value, argument(partition, begin_));
      }
      CAIRN_RETURN_IF_ERROR(state_->remove(value));
    }
    if (begin_ < cursor_.begin()) begin_ = end_ = cursor_.begin();  // empty: jumps
    for (; end_ < cursor_.end(); ++end_) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, argument(partition, end_));
      CAIRN_RETURN_IF_ERROR(state_->add(value));
    }
    return expr::check_state_bytes("$setWindowFields", state_->bytes());
  }
  Result<ValueView> argument(Partition& partition, std::size_t i) {
    CAIRN_ASSIGN_OR_RETURN(const DocumentView document, partition.document(i));
    evaluation_.begin(document, partition.metadata());
    return function_.argument(partition, i, evaluation_);
  }

  const SlidingFunction& function_;
  WindowCursor cursor_;
  expr::RemovablePtr state_;
  expr::Evaluation evaluation_;
  expr::Evaluation parameters_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  LastResult last_;
};

// A window that begins with the partition.
class Growth final : public WindowState {
 public:
  Growth(const expr::Accumulator& accumulator, const WindowBounds& bounds)
      : accumulator_(accumulator),
        cursor_(bounds),
        state_(arena_.allocate(accumulator.state_bytes())) {
    accumulator_.construct(state_);
  }
  ~Growth() override { accumulator_.destroy(state_); }

  Status begin() { return accumulator_.start(state_, evaluation_); }
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    CAIRN_RETURN_IF_ERROR(cursor_.move(partition, i));
    if (last_.fits(cursor_)) return last_.value();
    for (; end_ < cursor_.end(); ++end_) {
      CAIRN_ASSIGN_OR_RETURN(const DocumentView document, partition.document(end_));
      evaluation_.begin(document, partition.metadata());
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, accumulator_.argument(evaluation_));
      CAIRN_RETURN_IF_ERROR(accumulator_.add(state_, value, bytes_));
    }
    CAIRN_ASSIGN_OR_RETURN(const ValueView result, accumulator_.result(state_, out));
    last_.keep(cursor_, result);
    return last_.value();
  }
  std::size_t bytes() const override { return bytes_ + last_.bytes(); }

 private:
  const expr::Accumulator& accumulator_;
  WindowCursor cursor_;
  exec::Arena arena_;
  char* state_;
  expr::Evaluation evaluation_;
  std::size_t end_ = 0;
  std::size_t bytes_ = 0;
  LastResult last_;
};

class AccumulatorSliding final : public SlidingFunction {
 public:
  explicit AccumulatorSliding(const expr::Accumulator& accumulator) : accumulator_(accumulator) {}
  Result<ValueView> argument(Partition&, std::size_t, expr::Evaluation& evaluation) const override {
    return accumulator_.argument(evaluation);
  }
  Result<expr::RemovablePtr> removable(expr::Evaluation& parameters) const override {
    return accumulator_.removable(parameters);
  }

 private:
  const expr::Accumulator& accumulator_;
};

template <typename State, typename Function>
Result<std::unique_ptr<WindowState>> begun(const Function& function, const WindowBounds& bounds) {
  auto state = std::make_unique<State>(function, bounds);
  CAIRN_RETURN_IF_ERROR(state->begin());
  return std::unique_ptr<WindowState>(std::move(state));
}

class AccumulatorWindow final : public WindowFunction {
 public:
  AccumulatorWindow(expr::AccumulatorPtr accumulator, WindowBounds bounds)
      : accumulator_(std::move(accumulator)), bounds_(std::move(bounds)), sliding_(*accumulator_) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    if (bounds_.from_the_start()) return begun<Growth>(*accumulator_, bounds_);
    return begun<Slide, SlidingFunction>(sliding_, bounds_);
  }

 private:
  expr::AccumulatorPtr accumulator_;
  WindowBounds bounds_;
  AccumulatorSliding sliding_;
};

class SlidingWindow final : public WindowFunction {
 public:
  SlidingWindow(std::unique_ptr<const SlidingFunction> function, WindowBounds bounds)
      : function_(std::move(function)), bounds_(std::move(bounds)) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    return begun<Slide, SlidingFunction>(*function_, bounds_);
  }

 private:
  std::unique_ptr<const SlidingFunction> function_;
  WindowBounds bounds_;
};

}  // namespace

WindowFunctionPtr sliding_window(std::unique_ptr<const SlidingFunction> function,
                                 WindowBounds bounds) {
  return std::make_unique<SlidingWindow>(std::move(function), std::move(bounds));
}

WindowFunctionPtr accumulator_window(expr::AccumulatorPtr accumulator, WindowBounds bounds) {
  return std::make_unique<AccumulatorWindow>(std::move(accumulator), std::move(bounds));
}

Result<WindowBounds> bounds_of(const WindowCall& call) {
  return parse_window_bounds(call.window.value_or(DocumentView()), call.order);
}

}  // namespace cairn::aggregate
