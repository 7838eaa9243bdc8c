#include "engine/aggregate/window_stage.h"

#include <fmt/format.h>

#include <cstring>

#include "engine/aggregate/held_figures.h"
#include "engine/aggregate/holding_stage.h"
#include "engine/bson/key_string.h"
#include "engine/bson/sort_key.h"
#include "engine/exec/sorter.h"
#include "engine/project/add_fields.h"

namespace cairn::aggregate {
namespace {

// One value may take long: a window of thousands of documents.
constexpr std::uint32_t kStepsPerCheck = 8;

// How the values get into a document: as an `$addFields` of variables.
struct Placing {
  project::TransformationPtr transformation;
  std::vector<std::uint32_t> slots;
};

Result<Placing> parse_placing(const std::vector<std::string>& paths, const expr::Scope& outer) {
  expr::Scope scope(&outer);
  Placing placing;
  DocumentBuilder fields;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string name = fmt::format("window{}", i);
    placing.slots.push_back(scope.define(name));
    fields.append(paths[i], "$$" + name);
  }
  CAIRN_ASSIGN_OR_RETURN(placing.transformation, project::add_fields(fields.take(), scope));
  return placing;
}

class Windows final : public StreamOver {
 public:
  // `kept` may be null: all fields.
  Windows(StreamPtr input, const WindowSpecification& specification, const Placing& placing,
          const FieldSelection* kept, const Environment& environment, exec::HeldMeasure& held)
      : StreamOver(std::move(input)),
        specification_(specification),
        placing_(placing),
        kept_(kept),
        collation_(environment.around.collation.get()),
        wants_sort_key_(environment.asks(expr::MetaKind::kSortKey)),
        sorter_({.spill = environment.spill(),
                 .too_large = "Sort exceeded memory limit of 104857600 bytes, but did not opt in "
                              "to external sorting."}),
        partition_(environment.spill(), order_path(specification)),
        held_(held) {}
  ~Windows() override {
    held_ += sorter_.held();
    held_ += partition_.held();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    if (interrupt != nullptr && steps_++ % kStepsPerCheck == 0) {
      CAIRN_RETURN_IF_ERROR(interrupt->check());
    }
    if (at_ == partition_.size()) CAIRN_RETURN_IF_ERROR(read_partition(interrupt));
    if (at_ == partition_.size()) return std::optional<DocumentView>();
    return give(at_++);
  }
  const expr::Metadata* metadata() const override { return partition_.metadata(); }

 private:
  static const FieldPath* order_path(const WindowSpecification& specification) {
    const bool one = specification.order && specification.order->size() == 1;
    return one ? &specification.order->paths()[0] : nullptr;
  }
  bool sorts() const { return specification_.partition_by != nullptr || specification_.order; }

  Status read_all(const Interrupt* interrupt) {
    std::string key;
    std::string fields;
    std::string beside;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      const DocumentView held = kept_ == nullptr ? *document : kept_->select(*document, fields);
      beside.clear();
      if (!sorts()) {
        append_metadata(input_->metadata(), beside);
        CAIRN_RETURN_IF_ERROR(partition_.add(held, beside));
        continue;
      }
      key.clear();
      CAIRN_RETURN_IF_ERROR(append_partition_key(*document, key));
      const auto partition_bytes = static_cast<std::uint32_t>(key.size());
      if (specification_.order) {
        CAIRN_RETURN_IF_ERROR(append_sort_key(*specification_.order, *document, key));
      }
      const std::string_view head(reinterpret_cast<const char*>(&partition_bytes),
                                  sizeof partition_bytes);
      CAIRN_RETURN_IF_ERROR(append_known(*document, beside));
      CAIRN_RETURN_IF_ERROR(sorter_.add(key, {head, held.bytes(), beside}, interrupt));
    }
    input_.reset();
    if (!sorts()) return begin_functions();
    CAIRN_ASSIGN_OR_RETURN(ahead_, sorter_.next(interrupt));
    return Status();
  }

  // What is known of the document; its sort key, where somebody asks, is that of this stage.
  Status append_known(DocumentView document, std::string& out) {
    if (!wants_sort_key_) {
      append_metadata(input_->metadata(), out);
      return Status();
    }
    expr::Metadata known = input_->metadata() == nullptr ? expr::Metadata() : *input_->metadata();
    DocumentBuilder values;
    if (specification_.partition_by != nullptr) {
      values.push(partition_by_.missing() ? Value::null().view() : partition_by_.view());
    }
    if (specification_.order) {
      SortPattern::KeyView key;
      CAIRN_RETURN_IF_ERROR(specification_.order->find_key(document, key));
      for (std::size_t i = 0; i < specification_.order->size(); ++i) values.push(key[i]);
    }
    known.sort_key = values.take_array();
    append_metadata(&known, out);
    return Status();
  }

  Status append_partition_key(DocumentView document, std::string& key) {
    if (specification_.partition_by == nullptr) return Status();
    evaluation_.begin(document, input_->metadata());
    CAIRN_ASSIGN_OR_RETURN(const ValueView value,
                           specification_.partition_by->evaluate(evaluation_));
    if (wants_sort_key_) partition_by_ = Value(value);
    if (value.is_array()) {
      return {ErrorCode::kTypeMismatch,
              "An expression used to partition cannot evaluate to value of type array"};
    }
    key::Encoder encoder(key);
    encoder.begin(key::Direction::kAscending);
    append_key(value, encoder, collation_);
    return Status();
  }

  std::string_view partition_key() const {
    std::uint32_t size = 0;
    std::memcpy(&size, sorter_.payload().data(), sizeof size);
    return sorter_.key().substr(0, size);
  }

  // Takes all documents of the next partition; none at the end.
  Status read_partition(const Interrupt* interrupt) {
    partition_.clear();
    at_ = 0;
    if (!ahead_) return Status();
    key_.assign(partition_key());
    while (ahead_ && partition_key() == key_) {
      const std::string_view packed = sorter_.payload().substr(sizeof(std::uint32_t));
      const DocumentView document(reinterpret_cast<const std::uint8_t*>(packed.data()));
      CAIRN_RETURN_IF_ERROR(partition_.add(document, packed.substr(document.size())));
      CAIRN_ASSIGN_OR_RETURN(ahead_, sorter_.next(interrupt));
    }
    return begin_functions();
  }

  Status begin_functions() {
    states_.clear();
    for (const WindowFunctionPtr& function : specification_.functions) {
      CAIRN_ASSIGN_OR_RETURN(std::unique_ptr<WindowState> state, function->begin());
      states_.push_back(std::move(state));
    }
    return Status();
  }

  Result<std::optional<DocumentView>> give(std::size_t i) {
    values_.begin(DocumentView());
    results_.clear();
    for (const auto& state : states_) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, state->value(partition_, i, values_));
      results_.push_back(value);
    }
    CAIRN_ASSIGN_OR_RETURN(const DocumentView document, partition_.document(i));
    evaluation_.begin(document, partition_.metadata());
    for (std::size_t k = 0; k < results_.size(); ++k) {
      evaluation_.set_variable(placing_.slots[k], results_[k]);
    }
    CAIRN_ASSIGN_OR_RETURN(const DocumentView result,
                           placing_.transformation->apply(evaluation_, buffer_));
    return std::optional<DocumentView>(result);
  }

  const WindowSpecification& specification_;
  const Placing& placing_;
  const FieldSelection* kept_;
  const Collation* collation_;
  bool wants_sort_key_;
  Value partition_by_;  // of the document that is read, where somebody asks for its sort key
  exec::Sorter sorter_;
  bool ahead_ = false;  // the sorter stands at a document of the next partition
  std::string key_;
  Partition partition_;
  exec::HeldMeasure& held_;
  std::size_t at_ = 0;
  std::vector<std::unique_ptr<WindowState>> states_;
  std::vector<ValueView> results_;
  expr::Evaluation values_;
  expr::Evaluation evaluation_;
  std::string buffer_;
  std::uint32_t steps_ = 0;
};

class WindowStage final : public HoldingStage {
 public:
  WindowStage(std::unique_ptr<WindowSpecification> specification, Placing placing,
              const Environment& environment)
      : specification_(std::move(specification)),
        placing_(std::move(placing)),
        environment_(environment) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Windows>(std::move(input), *specification_, placing_, kept(),
                                               environment_, held_));
  }
  void append_figures(DocumentBuilder& out) const override { append_spills(held_, out); }

 private:
  std::unique_ptr<WindowSpecification> specification_;
  Placing placing_;
  const Environment& environment_;
  exec::HeldMeasure held_;
};

}  // namespace

Result<StagePtr> make_window_stage(std::unique_ptr<WindowSpecification> specification,
                                   const Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(Placing placing, parse_placing(specification->paths, environment.scope()));
  return StagePtr(
      std::make_unique<WindowStage>(std::move(specification), std::move(placing), environment));
}

}  // namespace cairn::aggregate
