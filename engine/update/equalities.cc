#include "engine/update/equalities.h"

#include "engine/update/path_tree.h"

#include <fmt/format.h>

#include <vector>

namespace cairn::update {
namespace {

class Collector {
 public:
  explicit Collector(bool id_only) : id_only_(id_only) {}

  Status filter(DocumentView filter) {
    for (const Element& field : filter) {
      if (field.name == "$and" || is_single_or(field)) {
        for (const Element& part : field.value.as_document()) {
          CAIRN_RETURN_IF_ERROR(this->filter(part.value.as_document()));
        }
      } else if (!field.name.starts_with('$')) {
        CAIRN_RETURN_IF_ERROR(condition(field));
      }
    }
    return Status();
  }

  Result<Document> finish() {
    Application application;
    const ApplyContext context;
    application.context = &context;
    DocumentBuilder id;
    id.append("_id", id_);
    std::string made;
    const Document start = id.take();
    CAIRN_RETURN_IF_ERROR(tree_.apply(start, application, made));
    return Document::from_validated_bytes(std::move(made));
  }

 private:
  static bool is_single_or(const Element& field) {
    return field.name == "$or" && field.value.as_document().count() == 1;
  }

  Status condition(const Element& field) {
    if (field.value.type() == BsonType::kRegex) return Status();
    const bool operators = field.value.is_document() && !field.value.as_document().empty() &&
                           field.value.as_document().begin()->name.starts_with('$') &&
                           field.value.as_document().begin()->name != "$ref";
    if (!operators) return pin(field.name, field.value);
    for (const Element& op : field.value.as_document()) {
      if (op.name == "$eq") CAIRN_RETURN_IF_ERROR(pin(field.name, op.value));
      if (op.name == "$all" || (op.name == "$in" && op.value.as_document().count() == 1)) {
        CAIRN_RETURN_IF_ERROR(pin_each(field.name, op.value.as_document()));
      }
    }
    return Status();
  }

  Status pin_each(std::string_view path, DocumentView values) {
    for (const Element& element : values) {
      const bool asks = element.value.type() == BsonType::kRegex ||
                        (element.value.is_document() &&
                         element.value.as_document()["$elemMatch"].type() != BsonType::kEnd);
      if (!asks) CAIRN_RETURN_IF_ERROR(pin(path, element.value));
    }
    return Status();
  }

  Status pin(std::string_view path, ValueView value) {
    if (path == "_id") {
      if (!id_.missing()) return twice(path);
      id_ = value;
      return Status();
    }
    if (id_only_) {
      if (!path.starts_with("_id.")) return Status();
      return {ErrorCode::kNotExactValueField,
              fmt::format("field at '_id' must be exactly specified, field at sub-path '{}'found",
                          path)};
    }
    for (const std::string_view other : paths_) {
      if (other == path) return twice(path);
      if (is_prefix(other, path)) return both(path, other);
      if (is_prefix(path, other)) return both(other, path);
    }
    paths_.push_back(path);
    return tree_.add(path, set_value(value));
  }

  static bool is_prefix(std::string_view a, std::string_view b) {
    return b.size() > a.size() && b.starts_with(a) && b[a.size()] == '.';
  }

  static Status twice(std::string_view path) {
    return {ErrorCode::kNotSingleValueField,
            fmt::format("cannot infer query fields to set, path '{}' is matched twice", path)};
  }

  static Status both(std::string_view longer, std::string_view shorter) {
    return {ErrorCode::kNotSingleValueField,
            fmt::format("cannot infer query fields to set, both paths '{}' and '{}' are matched",
                        longer, shorter)};
  }

  bool id_only_;
  ValueView id_;
  std::vector<std::string_view> paths_;
  PathTree tree_;
};

}  // namespace

Status check_upsert_filter(DocumentView filter) {
  for (const Element& field : filter) {
    if (field.name == "$expr") {
      return {ErrorCode::kQueryFeatureNotAllowed,
              "$expr is not allowed in the query predicate for an upsert"};
    }
    if (field.name != "$and" && field.name != "$or" && field.name != "$nor") continue;
    for (const Element& part : field.value.as_document()) {
      CAIRN_RETURN_IF_ERROR(check_upsert_filter(part.value.as_document()));
    }
  }
  return Status();
}

Result<Document> equalities(DocumentView filter, bool id_only) {
  Collector collector(id_only);
  CAIRN_RETURN_IF_ERROR(collector.filter(filter));
  return collector.finish();
}

}  // namespace cairn::update
