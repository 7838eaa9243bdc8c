// $group: one document per distinct value of an expression, with accumulators over its documents;
// blocking.
#include "engine/aggregate/stage.h"
#include "engine/bson/key_string.h"
#include "engine/expr/accumulator.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <string>
#include <unordered_map>

namespace cairn::aggregate {
namespace {

struct Field {
  std::string name;
  const expr::AccumulatorRow* accumulator = nullptr;
  expr::ExpressionPtr argument;
};

struct Specification {
  expr::ExpressionPtr id;
  std::vector<Field> fields;
};

struct Group {
  Value id;
  std::vector<std::unique_ptr<expr::Accumulator>> accumulators;
};

// What a group costs beside its key and what its accumulators hold.
constexpr std::size_t kGroupBytes = 160;

class GroupSource final : public StreamOver {
 public:
  GroupSource(StreamPtr input, const Specification& specification)
      : StreamOver(std::move(input)), specification_(specification) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (!grouped_) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    if (at_ == groups_.size()) return std::optional<DocumentView>();
    const Group& group = groups_[at_++];
    DocumentBuilder builder;
    builder.append("_id", group.id);
    for (std::size_t i = 0; i < group.accumulators.size(); ++i) {
      builder.append(specification_.fields[i].name, group.accumulators[i]->result());
    }
    result_ = builder.take();
    return std::optional<DocumentView>(result_.view());
  }
  const expr::Metadata* metadata() const override { return nullptr; }

 private:
  Status read_all(const Interrupt* interrupt) {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      CAIRN_RETURN_IF_ERROR(add(*document));
    }
    input_.reset();
    by_key_.clear();
    grouped_ = true;
    return Status();
  }

  Status add(DocumentView document) {
    evaluation_.begin(document, input_->metadata());
    CAIRN_ASSIGN_OR_RETURN(const ValueView id, specification_.id->evaluate(evaluation_));
    Group& group = group_of(id);
    for (std::size_t i = 0; i < group.accumulators.size(); ++i) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value,
                             specification_.fields[i].argument->evaluate(evaluation_));
      expr::Accumulator& accumulator = *group.accumulators[i];
      const std::size_t before = accumulator.bytes();
      accumulator.add(value);
      bytes_ += accumulator.bytes() - before;
    }
    if (bytes_ <= kMaxStageMemoryBytes) return Status();
    return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
            "Exceeded memory limit for $group, but didn't allow external sort. Pass "
            "allowDiskUse:true to opt in."};
  }

  Group& group_of(ValueView id) {
    key_.clear();
    key::Encoder encoder(key_);
    encoder.begin(key::Direction::kAscending);
    append_key(id, encoder);
    const auto [found, fresh] = by_key_.try_emplace(key_, groups_.size());
    if (!fresh) return groups_[found->second];
    Group& group = groups_.emplace_back();
    group.id = id.missing() ? Value::null() : Value(id);
    for (const Field& field : specification_.fields) {
      group.accumulators.push_back(field.accumulator->make());
    }
    bytes_ += kGroupBytes + 2 * key_.size() + 64 * specification_.fields.size();
    return group;
  }

  const Specification& specification_;
  expr::Evaluation evaluation_;
  std::string key_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::vector<Group> groups_;  // in the order of their first documents
  std::size_t bytes_ = 0;
  bool grouped_ = false;
  std::size_t at_ = 0;
  Document result_;
};

class GroupStage final : public Stage {
 public:
  explicit GroupStage(Specification specification) : specification_(std::move(specification)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<GroupSource>(std::move(input), specification_));
  }

 private:
  Specification specification_;
};

Result<Field> parse_field(const Element& element, const expr::Scope& scope) {
  if (element.name.find('.') != std::string_view::npos) {
    return Status(location(40235),
                  fmt::format("The field name '{}' cannot contain '.'", element.name));
  }
  if (element.name.starts_with('$')) {
    return Status(location(40236),
                  fmt::format("The field name '{}' cannot be an operator name", element.name));
  }
  if (!element.value.is_document() || element.value.as_document().empty()) {
    return Status(location(40234),
                  fmt::format("The field '{}' must be an accumulator object", element.name));
  }
  const DocumentView accumulator = element.value.as_document();
  if (accumulator.count() != 1) {
    return Status(location(40238),
                  fmt::format("The field '{}' must specify one accumulator", element.name));
  }
  Field field;
  field.name = element.name;
  CAIRN_ASSIGN_OR_RETURN(field.accumulator, expr::find_accumulator(accumulator.begin()->name));
  CAIRN_ASSIGN_OR_RETURN(field.argument, expr::parse_expression(accumulator.begin()->value, scope));
  return field;
}

Result<StagePtr> parse_group(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(location(15947), "a group's fields must be specified in an object");
  }
  Specification specification;
  for (const Element& element : value.as_document()) {
    if (element.name == "_id") {
      if (specification.id != nullptr) {
        return Status(location(15948), "a group's _id may only be specified once");
      }
      CAIRN_ASSIGN_OR_RETURN(specification.id,
                             expr::parse_expression(element.value, environment.scope()));
    } else {
      CAIRN_ASSIGN_OR_RETURN(Field field, parse_field(element, environment.scope()));
      specification.fields.push_back(std::move(field));
    }
  }
  if (specification.id == nullptr) {
    return Status(location(15955), "a group specification must include an _id");
  }
  return StagePtr(std::make_unique<GroupStage>(std::move(specification)));
}

}  // namespace

extern const StageRow row_group{"$group", parse_group};

}  // namespace cairn::aggregate
