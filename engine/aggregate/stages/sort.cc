// $sort: orders the documents; blocking.
#include "engine/exec/sort.h"

#include "engine/aggregate/group.h"
#include "engine/aggregate/stage.h"

namespace cairn::aggregate {
namespace {

// A stream of documents as records without keys, for the operators of engine/exec.
class Keyless final : public exec::RecordSource {
 public:
  explicit Keyless(StreamPtr input) : input_(std::move(input)) {}

  Result<const exec::Record*> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (!document) return static_cast<const exec::Record*>(nullptr);
    record_.document = *document;
    return &record_;
  }
  void park() override { input_->park(); }
  exec::ExamineCounts examined() const override { return {}; }

 private:
  StreamPtr input_;
  exec::Record record_;
};

// The other way round.
class Sorted final : public Stream {
 public:
  explicit Sorted(exec::RecordSourcePtr records) : records_(std::move(records)) {}
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record, records_->next(interrupt));
    if (record == nullptr) return std::optional<DocumentView>();
    return std::optional<DocumentView>(record->document);
  }
  void park() override { records_->park(); }

 private:
  exec::RecordSourcePtr records_;
};

class Sort final : public Stage {
 public:
  Sort(SortPattern pattern, SpillSpace* spill) : pattern_(std::move(pattern)), spill_(spill) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(
        std::make_unique<Sorted>(exec::sort(std::make_unique<Keyless>(std::move(input)), pattern_,
                                            {.wanted = wanted_, .spill = spill_})));
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

 private:
  SortPattern pattern_;
  SpillSpace* spill_;
  std::int64_t wanted_ = 0;  // 0: all
};

Result<StagePtr> parse_sort(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(15973), "the $sort key specification must be an object");
  }
  return make_sort_stage(specification.as_document(), environment);
}

}  // namespace

Result<StagePtr> make_sort_stage(DocumentView pattern, const Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(SortPattern parsed,
                         SortPattern::parse(pattern, environment.around.collation.get()));
  return StagePtr(std::make_unique<Sort>(std::move(parsed), environment.spill()));
}

extern const StageRow row_sort{"$sort", parse_sort};

}  // namespace cairn::aggregate
