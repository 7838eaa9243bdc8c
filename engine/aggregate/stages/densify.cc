// $densify: documents made for the values that are missing between those of a field.
#include <fmt/format.h>

#include <unordered_map>

#include "engine/aggregate/group.h"
#include "engine/aggregate/time_step.h"
#include "engine/bson/key_string.h"
#include "engine/bson/path.h"
#include "engine/expr/arithmetic.h"

namespace cairn::aggregate {
namespace {

constexpr std::int64_t kMostMade = 500'000;  // MongoDB's internalQueryMaxAllowedDensifyDocs
constexpr std::uint32_t kStepsPerCheck = 256;

enum class Bounds : std::uint8_t { kFull, kPartition, kGiven };

struct Specification {
  FieldPath field;
  std::vector<FieldPath> partition_by;
  Value step;
  std::optional<StepUnit> unit;
  Bounds bounds = Bounds::kFull;
  Value lower;  // kGiven: from here
  Value upper;  // kGiven: below here
};

// One partition's place on its grid of values.
struct Track {
  Value next;
  Document fields;  // of the partition, for the documents that are made
};

// {a: {b: value}} of the path "a.b", merged into what is there.
void write_path(const FieldPath& path, std::size_t at, ValueView value, DocumentView into,
                DocumentBuilder& out) {
  bool seen = false;
  const bool last = at + 1 == path.size();
  for (const Element& element : into) {
    if (element.name != path.name(at)) {
      out.append(element.name, element.value);
      continue;
    }
    seen = true;
    if (last || !element.value.is_document()) {
      out.append(element.name, last ? value : element.value);
      continue;
    }
    out.begin_document(element.name);
    write_path(path, at + 1, value, element.value.as_document(), out);
    out.end();
  }
  if (seen) return;
  if (last) {
    out.append(path.name(at), value);
    return;
  }
  out.begin_document(path.name(at));
  write_path(path, at + 1, value, DocumentView(), out);
  out.end();
}

class Densified final : public StreamOver {
 public:
  Densified(StreamPtr input, const Specification& specification, CollationPtr collation)
      : StreamOver(std::move(input)),
        specification_(specification),
        collation_(std::move(collation)) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (interrupt != nullptr && steps_++ % kStepsPerCheck == 0) {
      CAIRN_RETURN_IF_ERROR(interrupt->check());
    }
    gives_made_ = true;
    if (!waiting_ && !ended_) CAIRN_RETURN_IF_ERROR(pull(interrupt));
    if (waiting_) {
      if (track_ != nullptr) {
        CAIRN_ASSIGN_OR_RETURN(const bool made, make_below(value_));
        if (made) return made_document();
        CAIRN_RETURN_IF_ERROR(step_over(value_));
      }
      gives_made_ = false;
      return std::exchange(waiting_, std::nullopt);
    }
    return next_tail();
  }
  const expr::Metadata* metadata() const override {
    return gives_made_ ? nullptr : StreamOver::metadata();
  }

 private:
  // The next document of the input, its value and the partition's track.
  Status pull(const Interrupt* interrupt) {
    CAIRN_ASSIGN_OR_RETURN(waiting_, input_->next(interrupt));
    track_ = nullptr;
    if (!waiting_) {
      ended_ = true;
      input_.reset();
      return prepare_tails();
    }
    const ValueView value = find_path(*waiting_, specification_.field);
    if (!value.has_value()) return Status();
    CAIRN_RETURN_IF_ERROR(check_value(value));
    value_ = Value(value);
    if (greatest_.missing() || compare(value_, greatest_) > 0) greatest_ = value_;
    return find_track();
  }

  Status check_value(ValueView value) const {
    const bool date = value.type() == BsonType::kDate;
    if (!date && !value.is_number()) {
      return {location(5733201), "Densify field type must be numeric or a date"};
    }
    if (date == specification_.unit.has_value()) return Status();
    return {
        location(6053600),
        date ? "Encountered date densify value in collection when step does not have a date unit."
             : "Encountered numeric densify value in collection when step has a date unit."};
  }

  Status find_track() {
    key_.clear();
    key::Encoder encoder(key_);
    DocumentBuilder fields;
    Document so_far;
    for (const FieldPath& path : specification_.partition_by) {
      std::string scratch;
      const ValueView value = evaluate_path(*waiting_, path, scratch);
      encoder.begin(key::Direction::kAscending);
      append_key(value, encoder, collation_.get());
      key_.push_back(value.missing() ? '\0' : '\1');
      if (value.missing() && path.size() == 1) continue;
      // The way to a value that is missing is made all the same.
      const FieldPath to(value.missing() ? path.prefix(path.size() - 1) : path.text());
      if (value.missing() && !find_path(so_far, to).missing()) continue;
      DocumentBuilder merged;
      write_path(to, 0, value.missing() ? DocumentView().as_value() : value, so_far, merged);
      so_far = merged.take();
    }
    const auto [found, fresh] = by_key_.try_emplace(key_, tracks_.size());
    if (fresh) {
      bytes_ += 2 * (key_.size() + so_far.bytes().size()) + 160;
      if (bytes_ > kMaxStageMemoryBytes) {
        return {location(6007200),
                fmt::format("$densify exceeded memory limit of {}", kMaxStageMemoryBytes)};
      }
      tracks_.push_back({first_value(), std::move(so_far)});
    } else {
      tracks_[found->second].fields = std::move(so_far);  // equal, and written as it was last
    }
    track_ = &tracks_[found->second];
    return Status();
  }

  // Where the grid of a fresh partition begins.
  Value first_value() {
    if (specification_.bounds == Bounds::kGiven) return specification_.lower;
    if (specification_.bounds == Bounds::kPartition) return value_;
    if (least_.missing()) least_ = in_type_of_step(value_);  // sorted by the field alone
    return least_;
  }
  // A number as steps from another one would give it.
  Value in_type_of_step(const Value& value) const {
    if (specification_.unit) return value;
    const auto none = expr::multiply(specification_.step, Value::int32(0));
    const auto sum = none ? expr::add(value, *none) : std::nullopt;
    return sum ? *sum : value;
  }

  Result<Value> after(ValueView value) const {
    if (specification_.unit) {
      CAIRN_ASSIGN_OR_RETURN(const std::int64_t moment,
                             step_in_time(value.as_date().milliseconds, *specification_.unit,
                                          specification_.step.view().to_int64_clamped()));
      return Value::date({moment});
    }
    if (auto sum = expr::add(value, specification_.step)) return *sum;
    return Value::number(value.to_double() + specification_.step.view().to_double());
  }

  bool within(ValueView value) const {
    return specification_.bounds != Bounds::kGiven || compare(value, specification_.upper) < 0;
  }

  // Whether a document is to be made below `value`: made_ is then its value.
  Result<bool> make_below(ValueView value) {
    if (compare(track_->next, value) >= 0 || !within(track_->next)) return false;
    made_ = track_->next;
    CAIRN_ASSIGN_OR_RETURN(track_->next, after(made_));
    return true;
  }
  Status step_over(ValueView value) {
    if (compare(track_->next, value) != 0) return Status();
    CAIRN_ASSIGN_OR_RETURN(track_->next, after(track_->next));
    return Status();
  }

  Result<std::optional<DocumentView>> made_document() {
    if (++count_ > kMostMade) {
      return Status(
          location(5897900),
          fmt::format("Generated {} documents in $densify, which is over the limit of {}. "
                      "Increase the 'internalQueryMaxAllowedDensifyDocs' parameter to "
                      "allow more generated documents",
                      count_, kMostMade));
    }
    result_.clear();
    DocumentBuilder builder(result_);
    write_path(specification_.field, 0, made_, track_->fields, builder);
    builder.finish();
    return std::optional<DocumentView>(
        DocumentView(reinterpret_cast<const std::uint8_t*>(result_.data())));
  }

  // What is left to make of every partition once the input has ended.
  Status prepare_tails() {
    if (specification_.bounds == Bounds::kGiven && specification_.partition_by.empty() &&
        tracks_.empty()) {
      tracks_.push_back({specification_.lower, Document()});
    }
    return Status();
  }
  bool in_tail(ValueView value) const {
    if (specification_.bounds == Bounds::kGiven) return within(value);
    return specification_.bounds == Bounds::kFull && !specification_.partition_by.empty() &&
           compare(value, greatest_) <= 0;
  }
  Result<std::optional<DocumentView>> next_tail() {
    for (; tail_ < tracks_.size(); ++tail_) {
      track_ = &tracks_[tail_];
      if (!in_tail(track_->next)) continue;
      made_ = track_->next;
      CAIRN_ASSIGN_OR_RETURN(track_->next, after(made_));
      return made_document();
    }
    return std::optional<DocumentView>();
  }

  const Specification& specification_;
  CollationPtr collation_;
  std::optional<DocumentView> waiting_;  // a document before which others may have to be made
  Value value_;                          // its value
  Track* track_ = nullptr;               // its partition's; null where it has no value
  Value least_;
  Value greatest_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::deque<Track> tracks_;  // in the order of their first documents
  std::size_t bytes_ = 0;
  bool ended_ = false;
  bool gives_made_ = false;  // the last document given is one of ours
  std::size_t tail_ = 0;
  Value made_;
  std::int64_t count_ = 0;
  std::string key_;
  std::string result_;
  std::uint32_t steps_ = 0;
};

class Densify final : public Stage {
 public:
  Densify(Specification specification, CollationPtr collation)
      : specification_(std::move(specification)), collation_(std::move(collation)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Densified>(std::move(input), specification_, collation_));
  }

 private:
  Specification specification_;
  CollationPtr collation_;
};

Status wrong_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$densify.{}' is the wrong type '{}', expected {}", field,
                      expr::type_of(value), expected)};
}
Status missing_field(std::string_view field) {
  return {ErrorCode::kIDLFailedToParse,
          fmt::format("BSON field '$densify.{}' is missing but a required field", field)};
}
Status unknown_field(std::string_view field) {
  return {ErrorCode::kIDLUnknownField,
          fmt::format("BSON field '$densify.{}' is an unknown field.", field)};
}

Status parse_partition_by(ValueView value, Specification& parsed) {
  if (!value.is_array()) return wrong_type("partitionByFields", value, "type 'array'");
  for (const Element& element : value.as_document()) {
    if (!element.value.is_string()) {
      return wrong_type(fmt::format("partitionByFields.{}", element.name), element.value,
                        "type 'string'");
    }
    CAIRN_RETURN_IF_ERROR(check_field_path(element.value.as_string()));
    const FieldPath path(element.value.as_string());
    if (parsed.field.is_prefix_of(path)) {
      return {
          location(8993000),
          fmt::format("partitionByFields '{}' cannot include field '{}' that is being densified.",
                      path.text(), parsed.field.text())};
    }
    if (path.is_prefix_of(parsed.field)) {
      return {
          location(9554500),
          fmt::format("field '{}' that is being densified cannot include partitionByFields '{}'.",
                      parsed.field.text(), path.text())};
    }
    parsed.partition_by.push_back(path);
  }
  return Status();
}

Status parse_step(DocumentView range, Specification& parsed) {
  const ValueView step = range["step"];
  if (!step.is_number())
    return wrong_type("range.step", step, "types '[long, int, decimal, double]'");
  parsed.step = Value(step);
  if (!(step.to_double() > 0)) {
    return {location(5733401),
            "The step parameter in a range statement must be a strictly positive numeric value"};
  }
  const ValueView unit = range["unit"];
  if (!unit.has_value()) return Status();
  if (!unit.is_string()) return wrong_type("range.unit", unit, "type 'string'");
  CAIRN_ASSIGN_OR_RETURN(parsed.unit, parse_step_unit(unit.as_string()));
  if (step.to_int64_exact()) return Status();
  return {location(6586400),
          "The step parameter in a range statement must be a whole number when densifying a date "
          "range"};
}

Status parse_given_bounds(DocumentView array, Specification& parsed) {
  if (array.count() != 2) {
    return {location(5733403),
            "A bounding array in a range statement must have exactly two elements"};
  }
  auto element = array.begin();
  parsed.lower = Value(element->value);
  ++element;
  parsed.upper = Value(element->value);
  parsed.bounds = Bounds::kGiven;
  const ValueView lower = parsed.lower;
  const ValueView upper = parsed.upper;
  const auto allowed = [](ValueView v) { return v.is_number() || v.type() == BsonType::kDate; };
  if (!allowed(lower) || !allowed(upper)) {
    return {location(5946800), "Explicit bounds must be numeric or dates"};
  }
  if (lower.is_number() != upper.is_number()) {
    return {location(5733406),
            "A bounding array must contain either both dates or both numeric types"};
  }
  if (compare(lower, upper) > 0) {
    return {location(5733402),
            "A bounding array must be an ascending array of either two dates or two numbers"};
  }
  if (lower.is_number()) {
    if (parsed.unit) {
      return {location(5733409), "A numeric bounding array must not specify a unit"};
    }
    if (lower.type() == upper.type() && lower.type() == parsed.step.type()) return Status();
    return {location(5876900), "Upper bound, lower bound, and step must all have the same type"};
  }
  if (parsed.unit) return Status();
  return {location(5733410), "A bounding array of dates must specify a unit"};
}

Status parse_bounds(ValueView bounds, Specification& parsed) {
  if (bounds.is_array()) return parse_given_bounds(bounds.as_document(), parsed);
  if (!bounds.is_string()) {
    return {
        location(5733404),
        "The bounds in a range statement must be the string 'full', 'partition', or an ascending "
        "array of two numbers or two dates"};
  }
  if (bounds.as_string() == "full") return Status();
  if (bounds.as_string() != "partition") {
    return {location(5946802), "Bounds string must either be 'full' or 'partition'"};
  }
  parsed.bounds = Bounds::kPartition;
  if (!parsed.partition_by.empty()) return Status();
  return {location(5733408),
          "One cannot specify the bounds as 'partition' without specifying a non-empty array of "
          "partitionByFields. You may have meant to specify 'full' bounds."};
}

Status parse_range(ValueView value, Specification& parsed) {
  if (!value.is_document()) return wrong_type("range", value, "type 'object'");
  const DocumentView range = value.as_document();
  for (const Element& field : range) {
    if (field.name == "step" || field.name == "unit" || field.name == "bounds") continue;
    return unknown_field(fmt::format("range.{}", field.name));
  }
  if (!range["step"].has_value()) return missing_field("range.step");
  if (range["bounds"].missing()) return missing_field("range.bounds");
  CAIRN_RETURN_IF_ERROR(parse_step(range, parsed));
  return parse_bounds(range["bounds"], parsed);
}

Result<Specification> parse_specification(DocumentView given) {
  for (const Element& field : given) {
    if (field.name == "field" || field.name == "partitionByFields" || field.name == "range")
      continue;
    return unknown_field(field.name);
  }
  Specification parsed;
  const ValueView field = given["field"];
  if (!field.has_value()) return missing_field("field");
  if (!field.is_string()) return wrong_type("field", field, "type 'string'");
  if (!given["range"].has_value()) return missing_field("range");
  CAIRN_RETURN_IF_ERROR(check_field_path(field.as_string()));
  parsed.field = FieldPath(field.as_string());
  if (const ValueView fields = given["partitionByFields"]; fields.has_value()) {
    CAIRN_RETURN_IF_ERROR(parse_partition_by(fields, parsed));
  }
  CAIRN_RETURN_IF_ERROR(parse_range(given["range"], parsed));
  return parsed;
}

Result<StagePtr> parse_densify(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("The $densify stage specification must be an object, found {}",
                              expr::type_of(value)));
  }
  CAIRN_ASSIGN_OR_RETURN(Specification parsed, parse_specification(value.as_document()));
  DocumentBuilder order;
  if (parsed.bounds != Bounds::kFull) {
    for (const FieldPath& path : parsed.partition_by) order.append(path.text(), 1);
  }
  order.append(parsed.field.text(), 1);
  CAIRN_ASSIGN_OR_RETURN(StagePtr sort,
                         make_sort_stage(order.take(), environment, SortKeys::kTold));
  return chain_stages(std::move(sort),
                      std::make_unique<Densify>(std::move(parsed), environment.around.collation));
}

}  // namespace

extern const StageRow row_densify{.name = "$densify", .parse = parse_densify};

}  // namespace cairn::aggregate
