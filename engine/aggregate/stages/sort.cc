// $sort: orders the documents; blocking.
#include "engine/exec/sort.h"
#include "engine/aggregate/stage.h"
#include "engine/exec/documents.h"

namespace cairn::aggregate {
namespace {

// A stream of documents as records without keys, for the operators of engine/exec.
class Keyless final : public exec::RecordSource {
 public:
  explicit Keyless(std::unique_ptr<CursorSource> input) : input_(std::move(input)) {}

  Result<const exec::Record*> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (!document) return static_cast<const exec::Record*>(nullptr);
    record_.document = *document;
    return &record_;
  }
  void park() override { input_->park(); }
  exec::ExamineCounts examined() const override { return {}; }

 private:
  std::unique_ptr<CursorSource> input_;
  exec::Record record_;
};

class Sort final : public Stage {
 public:
  explicit Sort(SortPattern pattern) : pattern_(std::move(pattern)) {}
  Result<std::unique_ptr<CursorSource>> open(std::unique_ptr<CursorSource> input) override {
    auto records = exec::sort(std::make_unique<Keyless>(std::move(input)), pattern_, {});
    return exec::documents(std::move(records));
  }

 private:
  SortPattern pattern_;
};

Result<StagePtr> parse_sort(ValueView specification, const PipelineOptions&) {
  if (!specification.is_document()) {
    return Status(location(15973), "the $sort key specification must be an object");
  }
  CAIRN_ASSIGN_OR_RETURN(SortPattern pattern, SortPattern::parse(specification.as_document()));
  return StagePtr(std::make_unique<Sort>(std::move(pattern)));
}

}  // namespace

extern const StageRow row_sort{"$sort", parse_sort};

}  // namespace cairn::aggregate
