#include "engine/api/oplog.h"

#include "engine/aggregate/pipeline.h"
#include "engine/api/view_reads.h"
#include "engine/changes/oplog_reader.h"

#include <algorithm>
#include <string>
#include <utility>

namespace cairn::api {
namespace {

bool is_backwards(ValueView hint) {
  if (!hint.is_document()) return false;
  const ValueView natural = hint.as_document()["$natural"];
  return natural.is_number() && natural.to_double() < 0;
}

// The least `ts` that a filter lets through, as far as one look tells.
OpNumber first_wanted(DocumentView filter) {
  const ValueView ts = filter["ts"];
  if (ts.type() == BsonType::kTimestamp) return ts.as_timestamp().value();
  if (!ts.is_document()) return 0;
  OpNumber first = 0;
  for (const char* bound : {"$gt", "$gte"}) {
    const ValueView value = ts.as_document()[bound];
    if (value.type() == BsonType::kTimestamp) first = std::max(first, value.as_timestamp().value());
  }
  return first;
}

OpNumber first_wanted_by(DocumentView stages) {
  if (!aggregate::starts_with_stage(stages, "$match")) return 0;
  const ValueView filter = stages.begin()->value.as_document()["$match"];
  return filter.is_document() ? first_wanted(filter.as_document()) : 0;
}

class Entries final : public aggregate::Stream {
 public:
  explicit Entries(std::shared_ptr<changes::OplogReader> reader) : reader_(std::move(reader)) {}
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    return reader_->next(interrupt);
  }
  void park() override { reader_->park(); }

 private:
  std::shared_ptr<changes::OplogReader> reader_;  // also the cursor's
};

class Reading final : public CursorSource {
 public:
  Reading(aggregate::Environment environment, std::shared_ptr<changes::OplogReader> reader,
          bool tailable)
      : environment_(std::move(environment)), reader_(std::move(reader)), tailable_(tailable) {}

  Status open(DocumentView stages) {
    auto pipeline = aggregate::Pipeline::parse_over(stages, environment_);
    if (!pipeline.ok()) return pipeline.take_status();
    pipeline_.emplace(std::move(*pipeline));
    CAIRN_ASSIGN_OR_RETURN(stream_, pipeline_->open_over(std::make_unique<Entries>(reader_)));
    return Status();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    return stream_->next(interrupt);
  }
  void park() override { stream_->park(); }
  bool tailable() const override { return tailable_; }
  Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) override {
    return reader_->wait(until, interrupt);
  }

 private:
  aggregate::Environment environment_;
  std::shared_ptr<changes::OplogReader> reader_;  // also the stream's
  const bool tailable_;
  std::optional<aggregate::Pipeline> pipeline_;
  aggregate::StreamPtr stream_;
};

Result<Cursor> read(Engine& engine, DocumentView stages, const AggregateOptions& options,
                    bool tailable) {
  CAIRN_ASSIGN_OR_RETURN(expr::Surroundings around,
                         expr::Surroundings::of(options.operation.let, options.operation.collation,
                                                engine.last_op_time().timestamp()));
  auto reader = std::make_shared<changes::OplogReader>(
      engine.storage(), first_wanted_by(stages),
      is_backwards(options.hint) ? Direction::kBackward : Direction::kForward);
  auto reading =
      std::make_unique<Reading>(aggregate::Environment{.engine = engine.context(),
                                                       .database = std::string(kOplog.database),
                                                       .collection = std::string(kOplog.collection),
                                                       .around = std::move(around),
                                                       .allow_disk_use = options.allow_disk_use,
                                                       .activity = options.activity},
                                std::move(reader), tailable);
  CAIRN_RETURN_IF_ERROR(reading->open(stages));
  return Cursor(std::move(reading));
}

Status unsupported(std::string_view option) {
  return {ErrorCode::kNotImplemented,
          "Option " + std::string(option) + " is not supported by Cairn for local.oplog.rs"};
}

}  // namespace

Result<Cursor> find_in_oplog(Engine& engine, DocumentView filter, const FindOptions& options) {
  if (options.return_key) return unsupported("returnKey");
  if (options.show_record_id) return unsupported("showRecordId");
  if (!options.min.empty() || !options.max.empty()) return unsupported("min/max");
  const bool natural = !options.sort["$natural"].missing();
  if (options.tailable && (!natural || is_backwards(options.sort.as_value())) &&
      !options.sort.empty()) {
    return Status(ErrorCode::kBadValue,
                  "cannot use tailable option with a sort other than {$natural: 1}");
  }
  DocumentBuilder stages;
  push_stage(stages, "$match", filter);
  if (!natural) push_stage(stages, "$sort", options.sort);
  if (options.skip > 0) stages.push_document().append("$skip", options.skip).end();
  if (options.limit > 0) stages.push_document().append("$limit", options.limit).end();
  push_stage(stages, "$project", options.projection);
  const Document pipeline = stages.take();
  const ValueView order = natural ? options.sort.as_value() : options.hint;
  return read(
      engine, pipeline,
      {.hint = order, .allow_disk_use = options.allow_disk_use, .operation = options.operation},
      options.tailable);
}

Result<Cursor> aggregate_oplog(Engine& engine, DocumentView stages,
                               const AggregateOptions& options) {
  return read(engine, stages, options, /*tailable=*/false);
}

}  // namespace cairn::api
