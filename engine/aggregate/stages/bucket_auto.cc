// $bucketAuto: groups into a number of buckets that hold about as many documents each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "engine/aggregate/granularity.h"
#include "engine/aggregate/group_states.h"
#include "engine/aggregate/held_figures.h"
#include "engine/aggregate/stage.h"
#include "engine/bson/key_string.h"
#include "engine/exec/arena.h"
#include "engine/exec/sorter.h"
#include "engine/expr/held_value.h"

namespace cairn::aggregate {
namespace {

constexpr std::size_t kPlaceBytes = 8;

struct Specification {
  expr::ExpressionPtr group_by;
  std::int64_t buckets = 0;
  AccumulatedFields output;
  const Granularity* granularity = nullptr;  // null: none
};

// A sorted record: the value that it is grouped by, its place in the input, and what it contributes
// to each accumulator (see Contributions).
struct Sorted {
  ValueView value;
  std::string_view place;  // 8 bytes that compare as the numbers do
  std::string_view contributions;
};

void append_saved(ValueView value, std::string& out) {
  const std::size_t begin = out.size();
  out.append(sizeof(std::uint32_t), '\0');
  expr::save_value(value, out);
  const auto size = static_cast<std::uint32_t>(out.size() - begin - sizeof(std::uint32_t));
  std::memcpy(out.data() + begin, &size, sizeof size);
}
ValueView take_saved(std::string_view& bytes) {
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data(), sizeof size);
  const ValueView value = expr::saved_value(bytes.substr(sizeof size, size));
  bytes.remove_prefix(sizeof size + size);
  return value;
}

Sorted read_sorted(std::string_view record) {
  Sorted sorted;
  sorted.value = take_saved(record);
  sorted.place = record.substr(0, kPlaceBytes);
  sorted.contributions = record.substr(kPlaceBytes);
  return sorted;
}

// What documents contribute to accumulators: all that is kept of them. Constants are not.
class Contributions {
 public:
  explicit Contributions(const AccumulatedFields& fields) : fields_(fields) {}

  Status append(expr::Evaluation& evaluation, std::string& out) const {
    for (const AccumulatedField& field : fields_) {
      if (constant(field) != nullptr) continue;
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, field.accumulator->argument(evaluation));
      append_saved(value, out);
    }
    return Status();
  }
  // REQUIRES: `bytes` were appended, and the fields are taken in their order.
  static ValueView take(const AccumulatedField& field, std::string_view& bytes) {
    const Value* const same = constant(field);
    return same != nullptr ? same->view() : take_saved(bytes);
  }

 private:
  static const Value* constant(const AccumulatedField& field) {
    const expr::Expression* const expression = field.accumulator->expression();
    return expression == nullptr ? nullptr : expression->constant();
  }

  const AccumulatedFields& fields_;
};

// Whether what an accumulator gives depends on the order of the documents.
bool depends_on_order(const AccumulatedField& field) {
  constexpr std::string_view kDoNot[] = {"$avg",       "$count",      "$max",  "$maxN",
                                         "$median",    "$min",        "$minN", "$percentile",
                                         "$stdDevPop", "$stdDevSamp", "$sum"};
  return std::find(std::begin(kDoNot), std::end(kDoNot), field.function) == std::end(kDoNot);
}

constexpr std::string_view kTooLarge =
    "Exceeded memory limit for $bucketAuto, but didn't allow external sort. Pass allowDiskUse:true "
    "to "
    "opt in.";

class Buckets final : public StreamOver {
 public:
  Buckets(StreamPtr input, const Specification& specification, const Environment& environment,
          exec::HeldMeasure& held)
      : StreamOver(std::move(input)),
        specification_(specification),
        collation_(environment.around.collation.get()),
        layout_(specification.output),
        contributions_(specification.output),
        spill_(environment.spill()),
        sorter_({.spill = environment.spill(), .too_large = kTooLarge}),
        held_(held),
        in_input_order_(std::any_of(specification.output.begin(), specification.output.end(),
                                    depends_on_order)) {}
  ~Buckets() override {
    drop_states();
    held_ += sorter_.held();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (input_ != nullptr) {
      CAIRN_RETURN_IF_ERROR(read_all(interrupt));
      CAIRN_RETURN_IF_ERROR(go_on(interrupt));
    }
    if (!ahead_) return std::optional<DocumentView>();
    CAIRN_RETURN_IF_ERROR(fill(interrupt));
    return give();
  }
  const expr::Metadata* metadata() const override { return nullptr; }

 private:
  Status read_all(const Interrupt* interrupt) {
    std::string key;
    std::string record;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      evaluation_.begin(*document, input_->metadata());
      CAIRN_ASSIGN_OR_RETURN(ValueView value, specification_.group_by->evaluate(evaluation_));
      if (specification_.granularity != nullptr) CAIRN_RETURN_IF_ERROR(check_granular(value));
      if (value.missing()) value = expr::Evaluation::null();
      key.clear();
      key::Encoder encoder(key);
      encoder.begin(key::Direction::kAscending);
      append_key(value, encoder, collation_);
      record.clear();
      append_saved(value, record);
      const std::uint64_t place = __builtin_bswap64(sorter_.added());
      record.append(reinterpret_cast<const char*>(&place), kPlaceBytes);
      CAIRN_RETURN_IF_ERROR(contributions_.append(evaluation_, record));
      CAIRN_RETURN_IF_ERROR(sorter_.add(key, {record}, interrupt));
    }
    input_.reset();
    const auto documents = static_cast<double>(sorter_.added());
    per_bucket_ = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(
               std::round(documents / static_cast<double>(specification_.buckets))));
    return Status();
  }

  // Collects the next bucket's documents.
  Status fill(const Interrupt* interrupt) {
    drop_states();
    if (states_ == nullptr) states_ = arena_.allocate(layout_.bytes());
    CAIRN_RETURN_IF_ERROR(layout_.start(states_, ValueView(), evaluation_));
    started_ = true;
    ++bucket_;
    if (in_input_order_) {
      bucket_records_.emplace(exec::Sorter::Options{.spill = spill_, .too_large = kTooLarge});
    }
    CAIRN_RETURN_IF_ERROR(take_documents(interrupt));
    return in_input_order_ ? accumulate_in_order(interrupt) : Status();
  }

  Status take_documents(const Interrupt* interrupt) {
    const bool last = bucket_ == specification_.buckets;
    const Granularity* granularity = specification_.granularity;
    if (granularity == nullptr) {
      min_.assign(ahead_->value);
    } else if (bucket_ == 1) {
      min_.assign(granularity->round_down(Value(ahead_->value)));
    } else {
      min_.assign(max_.view());
    }
    for (std::int64_t i = 0; ahead_ && (i < per_bucket_ || last); ++i) {
      max_.assign(ahead_->value);
      CAIRN_RETURN_IF_ERROR(add(interrupt));
    }
    if (granularity != nullptr) return fill_granular(*granularity, interrupt);
    while (ahead_ && compare(ahead_->value, max_.view(), collation_) == 0) {
      CAIRN_RETURN_IF_ERROR(add(interrupt));
    }
    if (ahead_) max_.assign(ahead_->value);
    return Status();
  }

  // Up to the preferred number above the bucket's greatest value.
  Status fill_granular(const Granularity& granularity, const Interrupt* interrupt) {
    Value boundary = granularity.round_up(Value(max_.view()));
    while (ahead_ && compare(ahead_->value, boundary, nullptr) < 0) {
      CAIRN_RETURN_IF_ERROR(add(interrupt));
    }
    // Zero is its own boundary: the bucket takes all zeros and ends below what comes next.
    if (boundary.view().to_double() == 0) {
      while (ahead_ && ahead_->value.to_double() == 0) {
        CAIRN_RETURN_IF_ERROR(add(interrupt));
      }
      if (ahead_) boundary = granularity.round_down(Value(ahead_->value));
    }
    max_.assign(boundary);
    return Status();
  }

  Status add(const Interrupt* interrupt) {
    if (in_input_order_) {
      CAIRN_RETURN_IF_ERROR(
          bucket_records_->add(ahead_->place, {ahead_->contributions}, interrupt));
    } else {
      CAIRN_RETURN_IF_ERROR(accumulate(ahead_->contributions));
    }
    return go_on(interrupt);
  }

  // MongoDB's accumulators see a bucket's documents in the order of the input.
  Status accumulate_in_order(const Interrupt* interrupt) {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, bucket_records_->next(interrupt));
      if (!more) return Status();
      CAIRN_RETURN_IF_ERROR(accumulate(bucket_records_->payload()));
    }
  }

  Status accumulate(std::string_view contributions) {
    for (std::size_t i = 0; i < specification_.output.size(); ++i) {
      const AccumulatedField& field = specification_.output[i];
      const ValueView value = Contributions::take(field, contributions);
      CAIRN_RETURN_IF_ERROR(field.accumulator->add(layout_.state(states_, i), value, held_bytes_));
    }
    return Status();
  }

  Status go_on(const Interrupt* interrupt) {
    CAIRN_ASSIGN_OR_RETURN(const bool more, sorter_.next(interrupt));
    ahead_ = more ? std::optional(read_sorted(sorter_.payload())) : std::nullopt;
    return Status();
  }

  Result<std::optional<DocumentView>> give() {
    result_.clear();
    evaluation_.begin(DocumentView());
    DocumentBuilder builder(result_);
    builder.begin_document("_id").append("min", min_.view()).append("max", max_.view()).end();
    CAIRN_RETURN_IF_ERROR(layout_.write_results(states_, evaluation_, builder));
    builder.finish();
    return std::optional<DocumentView>(
        DocumentView(reinterpret_cast<const std::uint8_t*>(result_.data())));
  }

  void drop_states() {
    if (started_) layout_.destroy(states_);
    started_ = false;
  }

  const Specification& specification_;
  const Collation* collation_;
  const GroupStates layout_;
  const Contributions contributions_;
  SpillSpace* spill_;
  exec::Sorter sorter_;
  exec::HeldMeasure& held_;
  bool in_input_order_;
  std::optional<exec::Sorter> bucket_records_;  // of the present one, where their order matters
  exec::Arena arena_;
  char* states_ = nullptr;
  bool started_ = false;
  expr::Evaluation evaluation_;
  std::size_t held_bytes_ = 0;
  std::int64_t per_bucket_ = 0;
  std::int64_t bucket_ = 0;
  std::optional<Sorted> ahead_;  // the sorter stands there: it is in no bucket yet
  expr::HeldValue min_;
  expr::HeldValue max_;
  std::string result_;
};

class BucketAuto final : public Stage {
 public:
  BucketAuto(Specification specification, const Environment& environment)
      : specification_(std::move(specification)), environment_(environment) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(
        std::make_unique<Buckets>(std::move(input), specification_, environment_, held_));
  }
  void append_figures(DocumentBuilder& out) const override { append_spills(held_, out); }

 private:
  Specification specification_;
  const Environment& environment_;
  exec::HeldMeasure held_;
};

Status check_group_by(ValueView value) {
  const bool path = value.is_string() && value.as_string().starts_with('$');
  const bool expression = value.is_document() && !value.as_document().empty() &&
                          value.as_document().begin()->name.starts_with('$');
  if (path || expression) return Status();
  return {location(40239),
          fmt::format("The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an "
                      "expression object, but found: {}",
                      to_json(value))};
}

Result<std::int64_t> parse_buckets(ValueView value) {
  if (!value.is_number()) {
    return Status(location(40241),
                  fmt::format("The $bucketAuto 'buckets' field must be a numeric value, but found "
                              "type: {}",
                              expr::type_of(value)));
  }
  const std::optional<std::int64_t> buckets = value.to_int64_exact();
  if (!buckets || *buckets > INT32_MAX || *buckets < INT32_MIN) {
    return Status(location(40242),
                  fmt::format("The $bucketAuto 'buckets' field must be representable as a 32-bit "
                              "integer, but found {}",
                              to_json(value)));
  }
  if (*buckets <= 0) {
    return Status(location(40243),
                  fmt::format("The $bucketAuto 'buckets' field must be greater than 0, but found: "
                              "{}",
                              *buckets));
  }
  return *buckets;
}

Result<AccumulatedFields> parse_output(ValueView value, const expr::Scope& scope) {
  if (!value.is_document()) {
    return Status(location(40244),
                  fmt::format("The $bucketAuto 'output' field must be an object, but found type: "
                              "{}",
                              expr::type_of(value)));
  }
  AccumulatedFields fields;
  for (const Element& element : value.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(AccumulatedField field, parse_accumulated_field(element, scope));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<const Granularity*> parse_granularity(ValueView value) {
  if (!value.is_string()) {
    return Status(location(40261),
                  fmt::format("The $bucketAuto 'granularity' field must be a string, but found "
                              "type: {}",
                              expr::type_of(value)));
  }
  if (const Granularity* found = find_granularity(value.as_string())) return found;
  return Status(location(40257),
                fmt::format("Unknown rounding granularity '{}'", value.as_string()));
}

Status parse_field(const Element& field, const expr::Scope& scope, Specification& parsed) {
  if (field.name == "groupBy") {
    CAIRN_RETURN_IF_ERROR(check_group_by(field.value));
    CAIRN_ASSIGN_OR_RETURN(parsed.group_by, expr::parse_expression(field.value, scope));
  } else if (field.name == "buckets") {
    CAIRN_ASSIGN_OR_RETURN(parsed.buckets, parse_buckets(field.value));
  } else if (field.name == "output") {
    CAIRN_ASSIGN_OR_RETURN(parsed.output, parse_output(field.value, scope));
  } else if (field.name == "granularity") {
    CAIRN_ASSIGN_OR_RETURN(parsed.granularity, parse_granularity(field.value));
  } else {
    return {location(40245), fmt::format("Unrecognized option to $bucketAuto: {}", field.name)};
  }
  return Status();
}

Result<StagePtr> parse_bucket_auto(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(location(40240),
                  fmt::format("The argument to $bucketAuto must be an object, but found type: {}",
                              expr::type_of(value)));
  }
  Specification parsed;
  const expr::Scope scope = environment.scope();
  for (const Element& field : value.as_document()) {
    CAIRN_RETURN_IF_ERROR(parse_field(field, scope, parsed));
  }
  if (parsed.group_by == nullptr || parsed.buckets == 0) {
    return Status(location(40246), "$bucketAuto requires 'groupBy' and 'buckets' to be specified");
  }
  if (parsed.output.empty()) {
    const Document count = document("count", document("$sum", 1));
    CAIRN_ASSIGN_OR_RETURN(parsed.output, parse_output(count.view().as_value(), scope));
  }
  return StagePtr(std::make_unique<BucketAuto>(std::move(parsed), environment));
}

}  // namespace

extern const StageRow row_bucket_auto{.name = "$bucketAuto", .parse = parse_bucket_auto};

}  // namespace cairn::aggregate
