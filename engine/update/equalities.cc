#include "engine/update/equalities.h"

#include "engine/update/path_tree.h"

#include <fmt/format.h>

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
    DocumentBuilder document;
    document.append("_id", id_);
    CAIRN_RETURN_IF_ERROR(tree_.apply(DocumentView(), application, document));
    return document.take();
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
    if (id_only_) return Status();
    Status added = tree_.add(path, set_value(value));
    return added.code() == ErrorCode::kConflictingUpdateOperators ? twice(path) : added;
  }

  static Status twice(std::string_view path) {
    return {ErrorCode::kNotSingleValueField,
            fmt::format("cannot infer query fields to set, path '{}' is matched twice", path)};
  }

  bool id_only_;
  ValueView id_;
  PathTree tree_;
};

}  // namespace

Result<Document> equalities(DocumentView filter, bool id_only) {
  Collector collector(id_only);
  CAIRN_RETURN_IF_ERROR(collector.filter(filter));
  return collector.finish();
}

}  // namespace cairn::update
