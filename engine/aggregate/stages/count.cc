// $count: one document with the number of documents; none where there are none.
#include "engine/aggregate/stage.h"

#include <string>

namespace cairn::aggregate {
namespace {

class CountSource final : public StreamOver {
 public:
  CountSource(StreamPtr input, std::string_view field)
      : StreamOver(std::move(input)), field_(field) {}

  const expr::Metadata* metadata() const override { return nullptr; }
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (done_) return std::optional<DocumentView>();
    std::int64_t counted = 0;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      ++counted;
    }
    done_ = true;
    if (counted == 0) return std::optional<DocumentView>();
    DocumentBuilder builder;
    if (counted <= INT32_MAX) {
      builder.append(field_, static_cast<std::int32_t>(counted));
    } else {
      builder.append(field_, counted);
    }
    result_ = builder.take();
    return std::optional<DocumentView>(result_.view());
  }

 private:
  std::string field_;
  Document result_;
  bool done_ = false;
};

class Count final : public Stage {
 public:
  explicit Count(std::string_view field) : field_(field) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<CountSource>(std::move(input), field_));
  }

 private:
  std::string field_;
};

Result<StagePtr> parse_count_stage(ValueView specification, Environment&) {
  constexpr const char* kNonEmpty = "the count field must be a non-empty string";
  if (!specification.is_string()) return Status(location(40156), kNonEmpty);
  const std::string_view field = specification.as_string();
  if (field.empty()) return Status(location(40157), kNonEmpty);
  if (field.starts_with('$')) {
    return Status(location(40158), "the count field cannot be a $-prefixed path");
  }
  if (field.find('\0') != std::string_view::npos) {
    return Status(location(40159), "the count field cannot contain a null byte");
  }
  if (field.find('.') != std::string_view::npos) {
    return Status(location(40160), "the count field cannot contain '.'");
  }
  if (field == "_id") return Status(location(9039800), "the count field cannot be '_id'");
  return StagePtr(std::make_unique<Count>(field));
}

}  // namespace

extern const StageRow row_count{"$count", parse_count_stage};

}  // namespace cairn::aggregate
