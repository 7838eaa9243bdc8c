#include "engine/aggregate/join.h"

#include <cairn/limits.h>

namespace cairn::aggregate {

// The documents of an equality, as the input of a pipeline.
class Join::Found final : public Stream {
 public:
  explicit Found(Join& join) : join_(join) {}
  Result<std::optional<DocumentView>> next(const Interrupt*) override {
    if (join_.at_ == join_.found_.size()) return std::optional<DocumentView>();
    return std::optional<DocumentView>(join_.found_[join_.at_++]);
  }
  void park() override {}

 private:
  Join& join_;
};

Join::Join(JoinRule& rule) : rule_(rule), may_remember_(rule.same_for_all) {
  if (rule.foreign_field) foreign_.emplace(*rule.environment, *rule.foreign_field);
  if (rule.correlated) foreign_.emplace(*rule.environment, rule.correlated->field);
}

Status Join::begin(DocumentView local, const expr::Metadata* metadata, const Interrupt* interrupt) {
  stream_.reset();
  evaluation_.begin(local, metadata);
  for (const JoinRule::Variable& variable : rule_.variables) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, variable.expression->evaluate(evaluation_));
    *variable.value = Value(value);
  }
  if (rule_.correlated) return begin_correlated(interrupt);
  if (foreign_) {
    CAIRN_RETURN_IF_ERROR(find(local, interrupt));
    if (!rule_.pipeline) return Status();
    CAIRN_ASSIGN_OR_RETURN(stream_, rule_.pipeline->open_over(std::make_unique<Found>(*this)));
    return Status();
  }
  if (may_remember_ && all_ == nullptr) CAIRN_RETURN_IF_ERROR(remember_all(interrupt));
  if (all_ != nullptr) {
    stream_ = all_->read();
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(stream_, rule_.pipeline->open());
  return Status();
}

// What a filter's equality finds is no less than what the expression's does, but for arrays, which
// "$a.b" may have collected, and for missing, which equals undefined.
Status Join::begin_correlated(const Interrupt* interrupt) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView value, rule_.correlated->value->evaluate(evaluation_));
  const bool exact = !value.missing() && !value.is_array() && value.type() != BsonType::kUndefined;
  if (!exact || !foreign_->is_keyed()) {
    CAIRN_ASSIGN_OR_RETURN(stream_, rule_.pipeline->open());
    return Status();
  }
  values_.assign(1, value);
  at_ = 0;
  CAIRN_ASSIGN_OR_RETURN(found_, foreign_->find(values_, interrupt));
  CAIRN_ASSIGN_OR_RETURN(stream_, rule_.pipeline->open_over(std::make_unique<Found>(*this)));
  return Status();
}

Status Join::find(DocumentView local, const Interrupt* interrupt) {
  static constexpr std::uint8_t kNothing = 0;
  values_.clear();
  visit_values(local, *rule_.local_field, [&](ValueView value) {
    values_.push_back(value);
    return false;
  });
  if (values_.empty()) values_.emplace_back(BsonType::kNull, &kNothing, 0);
  at_ = 0;
  CAIRN_ASSIGN_OR_RETURN(found_, foreign_->find(values_, interrupt));
  return Status();
}

// Runs the pipeline once for all documents, unless its result is too large to keep.
Status Join::remember_all(const Interrupt* interrupt) {
  may_remember_ = false;
  auto all = std::make_unique<Spool>(Spool::Options{});
  CAIRN_ASSIGN_OR_RETURN(const StreamPtr stream, rule_.pipeline->open());
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, stream->next(interrupt));
    if (!document) break;
    const std::size_t bytes = all->bytes() + document->size();
    if (bytes > kMaxStageMemoryBytes || !held_.hold(bytes).ok()) {
      held_.release();
      return Status();
    }
    CAIRN_RETURN_IF_ERROR(all->add(*document));
  }
  CAIRN_RETURN_IF_ERROR(all->finish());
  all_ = std::move(all);
  return Status();
}

Result<std::optional<DocumentView>> Join::next(const Interrupt* interrupt) {
  if (stream_ != nullptr) return stream_->next(interrupt);
  if (at_ == found_.size()) return std::optional<DocumentView>();
  return std::optional<DocumentView>(found_[at_++]);
}

void Join::park() {
  if (stream_ != nullptr) stream_->park();
}

}  // namespace cairn::aggregate
