// $sort: orders the documents; blocking.
#include "engine/aggregate/group.h"
#include "engine/aggregate/held_figures.h"
#include "engine/aggregate/holding_stage.h"
#include "engine/aggregate/metadata_bytes.h"
#include "engine/aggregate/stage.h"
#include "engine/exec/sort_order.h"
#include "engine/exec/sorter.h"

namespace cairn::aggregate {
namespace {

class Sorted final : public StreamOver {
 public:
  Sorted(StreamPtr input, const exec::SortOrder& order, const FieldSelection* kept, SortKeys keys,
         const exec::Sorter::Options& options, exec::HeldMeasure& held)
      : StreamOver(std::move(input)),
        order_(order),
        kept_(kept),
        keys_(keys),
        sorter_(options),
        held_(held) {}
  ~Sorted() override { held_ += sorter_.held(); }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    CAIRN_ASSIGN_OR_RETURN(const bool more, sorter_.next(interrupt));
    if (!more) return std::optional<DocumentView>();
    return std::optional<DocumentView>(packed_.read(sorter_.payload()));
  }
  const expr::Metadata* metadata() const override { return packed_.metadata(); }

 private:
  Status read_all(const Interrupt* interrupt) {
    std::string key;
    std::string beside;
    std::string fields;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      key.clear();
      CAIRN_RETURN_IF_ERROR(order_.append_key(*document, input_->metadata(), key));
      if (!sorter_.wants(key)) continue;
      beside.clear();
      CAIRN_RETURN_IF_ERROR(append_known(*document, beside));
      const DocumentView held = kept_ == nullptr ? *document : kept_->select(*document, fields);
      CAIRN_RETURN_IF_ERROR(sorter_.add(key, {held.bytes(), beside}, interrupt));
    }
    input_.reset();
    return Status();
  }

  Status append_known(DocumentView document, std::string& out) {
    if (keys_ == SortKeys::kUntold) {
      append_metadata(input_->metadata(), out);
      return Status();
    }
    expr::Metadata known = input_->metadata() == nullptr ? expr::Metadata() : *input_->metadata();
    CAIRN_ASSIGN_OR_RETURN(known.sort_key, order_.key_values(document, &known));
    append_metadata(&known, out);
    return Status();
  }

  const exec::SortOrder& order_;
  const FieldSelection* kept_;  // null: all fields
  SortKeys keys_;
  exec::Sorter sorter_;
  exec::HeldMeasure& held_;
  PackedDocument packed_;
};

class Sort final : public HoldingStage {
 public:
  Sort(exec::SortOrder order, SortKeys keys, const Environment& environment)
      : order_(std::move(order)), keys_(keys), environment_(environment) {}
  Result<StreamPtr> open(StreamPtr input) override {
    const bool asked = environment_.asks(expr::MetaKind::kSortKey);
    return StreamPtr(std::make_unique<Sorted>(
        std::move(input), order_, kept(), asked ? keys_ : SortKeys::kUntold,
        exec::Sorter::Options{.wanted = static_cast<std::size_t>(wanted_),
                              .spill = environment_.spill(),
                              .too_large = "Sort exceeded memory limit of 104857600 bytes, but did "
                                           "not opt in to external sorting."},
        held_));
  }

  // Only the first documents are kept then.
  bool absorb(std::string_view name, ValueView specification) override {
    if (name != "$limit" || wanted_ > 0) return false;
    wanted_ = specification.to_int64_clamped();
    return true;
  }
  Value explained(ValueView specification) const override {
    DocumentBuilder builder;
    builder.append("sortKey", specification);
    if (wanted_ > 0) builder.append("limit", wanted_);
    return Value::document(builder.take());
  }
  void append_figures(DocumentBuilder& out) const override {
    out.append("totalDataSizeSortedBytesEstimate", held_.bytes);
    append_spills(held_, out);
  }

 private:
  exec::SortOrder order_;
  SortKeys keys_;
  const Environment& environment_;
  std::int64_t wanted_ = 0;  // 0: all
  exec::HeldMeasure held_;
};

Result<StagePtr> parse_sort(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(15973), "the $sort key specification must be an object");
  }
  return make_sort_stage(specification.as_document(), environment);
}

}  // namespace

Result<StagePtr> make_sort_stage(DocumentView pattern, const Environment& environment,
                                 SortKeys keys) {
  CAIRN_ASSIGN_OR_RETURN(exec::SortOrder parsed,
                         exec::SortOrder::parse(pattern, environment.around.collation.get()));
  parsed.note(*environment.metas);
  return StagePtr(std::make_unique<Sort>(std::move(parsed), keys, environment));
}

extern const StageRow row_sort{"$sort", parse_sort};

}  // namespace cairn::aggregate
