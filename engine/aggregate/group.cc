#include "engine/aggregate/group.h"

#include <cstring>

#include <fmt/format.h>

#include "engine/aggregate/field_values.h"
#include "engine/aggregate/group_table.h"
#include "engine/aggregate/held_figures.h"
#include "engine/bson/key_string.h"
#include "engine/bson/size_limit.h"
#include "engine/exec/sorter.h"
#include "engine/expr/held_value.h"

namespace cairn::aggregate {
namespace {

constexpr std::uint32_t kGroupStepsPerCheck = 256;
// Spilled groups are sorted in this much memory, beside the groups that are being collected.
constexpr std::size_t kSorterBytes = 16 << 20;

Status too_large() {
  return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
          "Exceeded memory limit for $group, but didn't allow external sort. Pass "
          "allowDiskUse:true to opt in."};
}

std::string_view text_of(const std::string& id) { return id; }

// Of one group, all its accumulators together: it becomes one document.
Status check_group_bytes(std::size_t bytes) {
  if (bytes <= kMaxBuiltBytes) return Status();
  return {ErrorCode::kExceededMemoryLimit,
          fmt::format("a group of $group used too much memory: {} bytes", bytes)};
}

// A spilled group: its id's length, its id as save_value writes it, its states.
struct SpilledGroup {
  std::string_view id;
  std::string_view states;
};
SpilledGroup read_spilled(std::string_view record) {
  std::uint32_t size = 0;
  std::memcpy(&size, record.data(), sizeof size);
  return {record.substr(sizeof size, size), record.substr(sizeof size + size)};
}

// What a grouping held.
struct GroupFigures {
  exec::HeldMeasure held;
  // Of each accumulator, in all groups at once; empty where nobody asks.
  std::vector<std::size_t> now;
  std::vector<std::size_t> most;

  void at_most() {
    for (std::size_t i = 0; i < now.size(); ++i) most[i] = std::max(most[i], now[i]);
  }
};

class Grouped final : public StreamOver {
 public:
  Grouped(StreamPtr input, const GroupSpecification& specification, const Environment& environment,
          GroupFigures& figures)
      : StreamOver(std::move(input)),
        specification_(specification),
        collation_(environment.around.collation.get()),
        spill_(environment.spill()),
        layout_(specification.fields),
        table_(layout_, collation_),
        one_group_(specification.id->constant() != nullptr),
        figures_(figures) {
    if (!one_group_) values_.add(*specification.id);
    for (const AccumulatedField& field : specification.fields) {
      const expr::Expression* expression = field.accumulator->expression();
      places_.push_back(expression == nullptr ? kElsewhere : values_.add(*expression));
    }
  }
  ~Grouped() override {
    drop_current();
    if (!sorter_) return;
    const exec::HeldMeasure& spilled = sorter_->held();
    figures_.held.spills += spilled.spills;
    figures_.held.spilled_records += spilled.spilled_records;
    figures_.held.spilled_bytes += spilled.spilled_bytes;
    figures_.held.storage_bytes += spilled.storage_bytes;
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    if (interrupt != nullptr && steps_++ % kGroupStepsPerCheck == 0) {
      CAIRN_RETURN_IF_ERROR(interrupt->check());
    }
    if (sorter_) return next_spilled(interrupt);
    if (at_ == table_.groups().size()) return std::optional<DocumentView>();
    Group* group = table_.groups()[at_++];
    return give(group->id(), group->states());
  }
  const expr::Metadata* metadata() const override { return nullptr; }

 private:
  static constexpr std::size_t kElsewhere = SIZE_MAX;

  Status read_all(const Interrupt* interrupt) {
    while (true) {
      if (interrupt != nullptr && steps_++ % kGroupStepsPerCheck == 0) {
        CAIRN_RETURN_IF_ERROR(interrupt->check());
      }
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      CAIRN_RETURN_IF_ERROR(add(*document));
      if (table_.bytes() + held_bytes_ > kMaxStageMemoryBytes) {
        note_held();
        CAIRN_RETURN_IF_ERROR(spill(interrupt));
      }
    }
    input_.reset();
    note_held();
    return sorter_ ? spill(interrupt) : Status();
  }

  // What there is in memory, before it is let go or given.
  void note_held() {
    figures_.held.bytes += static_cast<std::int64_t>(table_.bytes() + held_bytes_);
    if (figures_.now.empty()) return;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      figures_.now[i] += table_.groups().size() * layout_.state_bytes(i);
    }
    figures_.at_most();
    std::fill(figures_.now.begin(), figures_.now.end(), 0);
  }

  Status add(DocumentView document) {
    evaluation_.begin(document, input_->metadata());
    CAIRN_RETURN_IF_ERROR(values_.read(evaluation_));
    CAIRN_ASSIGN_OR_RETURN(Group * group, group_of_document());
    char* const states = group->states();
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const expr::Accumulator& accumulator = *specification_.fields[i].accumulator;
      ValueView value;
      if (places_[i] != kElsewhere) {
        value = values_[places_[i]];
      } else {
        CAIRN_ASSIGN_OR_RETURN(value, accumulator.argument(evaluation_));
      }
      const std::size_t before = held_bytes_;
      CAIRN_RETURN_IF_ERROR(accumulator.add(layout_.state(states, i), value, held_bytes_));
      if (!figures_.now.empty()) figures_.now[i] += held_bytes_ - before;
    }
    return Status();
  }

  Result<Group*> group_of_document() {
    if (one_group_ && !table_.groups().empty()) return table_.groups().front();
    ValueView id = one_group_ ? specification_.id->constant()->view() : values_[0];
    if (id.missing()) id = expr::Evaluation::null();
    const std::uint64_t hash = table_.hash(id);
    if (Group* group = table_.find(id, hash); group != nullptr) return group;
    return table_.insert(id, hash, parameters_);
  }

  Result<std::optional<DocumentView>> give(ValueView id, const char* states) {
    result_.clear();
    evaluation_.begin(DocumentView());
    DocumentBuilder builder(result_);
    builder.append("_id", id);
    CAIRN_RETURN_IF_ERROR(layout_.write_results(states, evaluation_, builder));
    builder.finish();
    return std::optional<DocumentView>(
        DocumentView(reinterpret_cast<const std::uint8_t*>(result_.data())));
  }

  Status spill(const Interrupt* interrupt) {
    if (spill_ == nullptr) return too_large();
    if (!sorter_)
      sorter_.emplace(exec::Sorter::Options{.memory_bytes = kSorterBytes, .spill = spill_});
    std::string key;
    std::string id;
    std::string states;
    for (Group* group : table_.groups()) {
      if (interrupt != nullptr && steps_++ % kGroupStepsPerCheck == 0) {
        CAIRN_RETURN_IF_ERROR(interrupt->check());
      }
      key.clear();
      key::Encoder encoder(key);
      encoder.begin(key::Direction::kAscending);
      append_key(group->id(), encoder, collation_);
      id.clear();
      expr::save_value(group->id(), id);
      states.clear();
      layout_.save(group->states(), states);
      CAIRN_RETURN_IF_ERROR(check_group_bytes(states.size()));
      const auto size = static_cast<std::uint32_t>(id.size());
      const std::string_view head(reinterpret_cast<const char*>(&size), sizeof size);
      CAIRN_RETURN_IF_ERROR(sorter_->add(key, {head, text_of(id), text_of(states)}, interrupt));
    }
    table_.clear();
    held_bytes_ = 0;
    return Status();
  }

  // Merges what was spilled of the next group.
  Result<std::optional<DocumentView>> next_spilled(const Interrupt* interrupt) {
    if (!ahead_) {
      CAIRN_ASSIGN_OR_RETURN(ahead_, sorter_->next(interrupt));
      if (!*ahead_) return std::optional<DocumentView>();
    }
    if (!*ahead_) return std::optional<DocumentView>();
    drop_current();
    key_.assign(sorter_->key());
    id_.assign(read_spilled(sorter_->payload()).id);
    if (current_ == nullptr) current_ = arena_.allocate(layout_.bytes());
    CAIRN_RETURN_IF_ERROR(layout_.start(current_, expr::saved_value(id_), parameters_));
    started_ = true;
    std::size_t bytes = 0;
    while (*ahead_ && sorter_->key() == key_) {
      CAIRN_RETURN_IF_ERROR(
          layout_.merge(current_, read_spilled(sorter_->payload()).states, bytes));
      CAIRN_RETURN_IF_ERROR(check_group_bytes(bytes));
      CAIRN_ASSIGN_OR_RETURN(ahead_, sorter_->next(interrupt));
    }
    return give(expr::saved_value(id_), current_);
  }

  void drop_current() {
    if (started_) layout_.destroy(current_);
    started_ = false;
  }

  const GroupSpecification& specification_;
  const Collation* collation_;
  SpillSpace* spill_;
  const GroupStates layout_;
  GroupTable table_;
  FieldValues
      values_;  // of the id, if it is not constant, and then of the accumulators' expressions
  std::vector<std::size_t> places_;
  bool one_group_;
  GroupFigures& figures_;
  expr::Evaluation evaluation_;
  expr::Evaluation
      parameters_;  // for the start of groups, while evaluation_ has a document's values
  std::size_t held_bytes_ = 0;
  std::uint32_t steps_ = 0;
  std::size_t at_ = 0;
  std::string result_;

  std::optional<exec::Sorter> sorter_;  // once something was spilled
  std::optional<bool> ahead_;           // the sorter stands at a record that was not merged yet
  exec::Arena arena_;
  char* current_ = nullptr;
  bool started_ = false;
  std::string key_;
  std::string id_;
};

class GroupStage final : public Stage {
 public:
  GroupStage(GroupSpecification specification, const Environment& environment)
      : specification_(std::move(specification)), environment_(environment) {
    if (!environment.explaining) return;
    figures_.now.resize(specification_.fields.size());
    figures_.most.resize(specification_.fields.size());
  }
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(
        std::make_unique<Grouped>(std::move(input), specification_, environment_, figures_));
  }
  void append_figures(DocumentBuilder& out) const override {
    out.begin_document("maxAccumulatorMemoryUsageBytes");
    for (std::size_t i = 0; i < figures_.most.size(); ++i) {
      out.append(specification_.fields[i].name, static_cast<std::int64_t>(figures_.most[i]));
    }
    out.end();
    out.append("totalOutputDataSizeBytes", figures_.held.bytes);
    append_spills(figures_.held, out);
  }

 private:
  GroupSpecification specification_;
  const Environment& environment_;
  GroupFigures figures_;
};

class ChainedStages final : public Stage {
 public:
  ChainedStages(StagePtr first, StagePtr second)
      : first_(std::move(first)), second_(std::move(second)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    CAIRN_ASSIGN_OR_RETURN(StreamPtr middle, first_->open(std::move(input)));
    return second_->open(std::move(middle));
  }
  void append_figures(DocumentBuilder& out) const override { first_->append_figures(out); }

 private:
  StagePtr first_;
  StagePtr second_;
};

}  // namespace

StagePtr make_group_stage(GroupSpecification specification, const Environment& environment) {
  return std::make_unique<GroupStage>(std::move(specification), environment);
}

StagePtr chain_stages(StagePtr first, StagePtr second) {
  return std::make_unique<ChainedStages>(std::move(first), std::move(second));
}

}  // namespace cairn::aggregate
