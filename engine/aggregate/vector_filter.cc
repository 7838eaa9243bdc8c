#include "engine/aggregate/vector_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace cairn::aggregate {
namespace {

constexpr std::array<std::string_view, 6> kComparisons{"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"};

Status filter_refused(std::string message) {
  return {ErrorCode::kUnknownError, std::move(message)};
}

class FilterCheck {
 public:
  explicit FilterCheck(const VectorSpec& index) : index_(index) {}

  Status filter(DocumentView filter, const std::string& place) {
    for (const Element& part : filter) {
      const std::string here = fmt::format("{}.{}", place, part.name);
      if (part.name == "$and" || part.name == "$or" || part.name == "$nor") {
        CAIRN_RETURN_IF_ERROR(list(part.value, here));
      } else if (part.name.starts_with('$')) {
        return filter_refused(
            fmt::format("\"{}\" is not an operator of a $vectorSearch filter", here));
      } else {
        CAIRN_RETURN_IF_ERROR(field(part, here));
      }
    }
    return Status();
  }

 private:
  Status list(ValueView parts, const std::string& place) {
    if (!parts.is_array()) return filter_refused(fmt::format("\"{}\" must be an array", place));
    if (parts.as_document().empty())
      return filter_refused(fmt::format("\"{}\" cannot be empty", place));
    std::size_t at = 0;
    for (const Element& part : parts.as_document()) {
      const std::string here = fmt::format("{}[{}]", place, at++);
      if (!part.value.is_document())
        return filter_refused(fmt::format("\"{}\" must be a document", here));
      CAIRN_RETURN_IF_ERROR(filter(part.value.as_document(), here));
    }
    return Status();
  }

  Status field(const Element& field, const std::string& place) {
    if (!index_.filters_by(field.name)) {
      return filter_refused(fmt::format("Path '{}' needs to be indexed as filter", field.name));
    }
    if (!is_operators(field.value)) return value(field.value, place);
    return operators(field.value.as_document(), place);
  }

  static bool is_operators(ValueView condition) {
    return condition.is_document() && !condition.as_document().empty() &&
           condition.as_document().begin()->name.starts_with('$');
  }

  Status operators(DocumentView conditions, const std::string& place) {
    for (const Element& condition : conditions) {
      const std::string here = fmt::format("{}.{}", place, condition.name);
      if (std::ranges::find(kComparisons, condition.name) != kComparisons.end()) {
        CAIRN_RETURN_IF_ERROR(value(condition.value, here));
      } else if (condition.name == "$in" || condition.name == "$nin") {
        CAIRN_RETURN_IF_ERROR(values(condition.value, here));
      } else if (condition.name == "$exists") {
        if (condition.value.type() != BsonType::kBool) {
          return filter_refused(fmt::format("\"{}\" must be a boolean", here));
        }
      } else if (condition.name == "$not") {
        if (!is_operators(condition.value)) {
          return filter_refused(fmt::format("\"{}\" must be a document of operators", here));
        }
        CAIRN_RETURN_IF_ERROR(operators(condition.value.as_document(), here));
      } else {
        return filter_refused(
            fmt::format("\"{}\" is not an operator of a $vectorSearch filter", here));
      }
    }
    return Status();
  }

  enum class Kind : std::uint8_t { kBool, kDate, kObjectId, kString, kUuid, kNumber, kNull, kNone };

  static Kind kind_of(ValueView value) {
    switch (value.type()) {
      case BsonType::kBool:
        return Kind::kBool;
      case BsonType::kDate:
        return Kind::kDate;
      case BsonType::kObjectId:
        return Kind::kObjectId;
      case BsonType::kString:
        return Kind::kString;
      case BsonType::kInt32:
      case BsonType::kInt64:
      case BsonType::kDouble:
        return Kind::kNumber;
      case BsonType::kNull:
        return Kind::kNull;
      case BsonType::kBinary:
        return value.as_binary().subtype == kUuidSubtype ? Kind::kUuid : Kind::kNone;
      default:
        return Kind::kNone;
    }
  }

  static Status value(ValueView value, const std::string& place) {
    if (kind_of(value) != Kind::kNone) return Status();
    return filter_refused(fmt::format(
        "\"{}\" must be a boolean, date, number, objectId, string, uuid or null", place));
  }

  static Status values(ValueView list, const std::string& place) {
    if (!list.is_array()) return filter_refused(fmt::format("\"{}\" must be an array", place));
    if (list.as_document().empty())
      return filter_refused(fmt::format("\"{}\" cannot be empty", place));
    const Kind first = kind_of(list.as_document().begin()->value);
    for (const Element& one : list.as_document()) {
      CAIRN_RETURN_IF_ERROR(value(one.value, place));
      if (first == Kind::kNull || kind_of(one.value) != first) {
        return filter_refused(
            fmt::format("\"{}\" must have values of one type, and no null", place));
      }
    }
    return Status();
  }

  const VectorSpec& index_;
};

}  // namespace

Status check_vector_filter(DocumentView filter, std::string_view name, const VectorSpec& index) {
  return FilterCheck(index).filter(filter, std::string(name));
}

}  // namespace cairn::aggregate
