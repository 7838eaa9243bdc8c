// $currentDate: the present time, as a date or as a timestamp.
#include <fmt/format.h>
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

class CurrentDate final : public Modifier {
 public:
  explicit CurrentDate(BsonType type) : type_(type) {}
  Result<Effect> apply(ValueView, const Place&, Application& application) const override {
    const ApplyContext& context = *application.context;
    return Effect::set((type_ == BsonType::kDate ? Value::date(context.now)
                                                 : Value::timestamp(context.cluster_time)));
  }

 private:
  BsonType type_;
};

Result<BsonType> requested_type(ValueView argument) {
  if (argument.type() == BsonType::kBool) return BsonType::kDate;
  if (!argument.is_document()) {
    return Status(ErrorCode::kBadValue,
                  fmt::format("{} is not valid type for $currentDate. Please use a boolean "
                              "('true') or a $type expression ({{$type: 'timestamp/date'}}).",
                              type_name(argument.type())));
  }
  const DocumentView options = argument.as_document();
  for (const Element& option : options) {
    if (option.name != "$type") {
      return Status(ErrorCode::kBadValue,
                    fmt::format("Unrecognized $currentDate option: {}", option.name));
    }
  }
  const ValueView type = options["$type"];
  if (type.is_string() && type.as_string() == "date") return BsonType::kDate;
  if (type.is_string() && type.as_string() == "timestamp") return BsonType::kTimestamp;
  return Status(ErrorCode::kBadValue,
                "The '$type' string field is required to be 'date' or 'timestamp': "
                "{$currentDate: {field : {$type: 'date'}}}");
}

Status parse_current_date(std::string_view path, ValueView argument, PathTree& tree) {
  CAIRN_ASSIGN_OR_RETURN(const BsonType type, requested_type(argument));
  return tree.add(path, std::make_unique<CurrentDate>(type));
}

}  // namespace

extern const ModifierRow row_current_date{"$currentDate", parse_current_date};

}  // namespace cairn::update
