// $rename: the value of one field moves to another; both paths go through documents only.
#include "engine/update/path_tree.h"

#include "engine/bson/path.h"
#include "engine/bson/shell_text.h"

#include <fmt/format.h>

namespace cairn::update {
namespace {

// How far a path can be followed into a document, arrays entered by number.
struct Followed {
  ValueView value;           // at the path's end, or missing
  ValueView last;            // the last value there was
  std::size_t length = 0;    // the components that led to it
  std::string_view array{};  // the name of the innermost array entered
  bool in_array = false;
};

Followed follow(DocumentView document, const FieldPath& path) {
  Followed followed;
  ValueView value = document.as_value();
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool number = path.index(i) != FieldPath::kNotAnIndex;
    if (!value.is_document() && !(value.is_array() && number)) return followed;
    const bool in_array = value.is_array();
    value = value.as_document().find(path.name(i));
    if (value.missing()) return followed;
    if (in_array) {
      followed.in_array = true;
      followed.array = path.name(i - 1);
    }
    followed.last = value;
    followed.length = i + 1;
  }
  followed.value = value;
  return followed;
}

// At the target: what the source holds.
class MoveHere final : public Modifier {
 public:
  MoveHere(std::string_view source, std::string_view target) : source_(source), target_(target) {}

  Result<Effect> apply(ValueView, const Place&, Application& application) const override {
    const ValueView moved = find_path(application.before, source_);
    return moved.missing() ? Effect::keep() : Effect::set(moved);
  }
  bool creates(const Application& application) const override {
    return !find_path(application.before, source_).missing();
  }
  bool checks() const override { return true; }
  Status check(const Application& application) const override {
    const Followed source = follow(application.before, source_);
    if (source.value.missing()) return check_reachable(source);
    if (target_.name(0) == "_id") {
      return {ErrorCode::kImmutableField,
              fmt::format("Performing an update on the path '{}' would modify the immutable field "
                          "'_id'",
                          target_.text())};
    }
    if (source.in_array) return in_array("source", source_, source, application);
    const Followed target = follow(application.before, target_);
    const bool into_array = target.length < target_.size() && target.last.is_array();
    if (!target.in_array && !into_array) return Status();
    Followed place = target;
    if (into_array) place.array = target_.name(target.length - 1);
    return in_array("destination", target_, place, application);
  }

 private:
  // A path that ends at a scalar cannot be followed; one that ends in a document is only not there.
  Status check_reachable(const Followed& source) const {
    if (source.length == 0 || source.last.is_document()) return Status();
    if (source.last.is_array() && source_.index(source.length) != FieldPath::kNotAnIndex) {
      return Status();
    }
    return {ErrorCode::kPathNotViable,
            fmt::format("cannot use the part ({} of {}) to traverse the element ({{{}: {}}})",
                        source_.name(source.length - 1), source_.text(),
                        source_.name(source.length - 1), to_shell_text(source.last))};
  }

  static Status in_array(std::string_view which, const FieldPath& path, const Followed& followed,
                         const Application& application) {
    return {ErrorCode::kBadValue,
            fmt::format("The {} field cannot be an array element, '{}' in doc with {} has an array "
                        "field called '{}'",
                        which, path.text(), application.id_text(), followed.array)};
  }

  FieldPath source_;
  FieldPath target_;
};

// At the source: nothing is left.
class MoveAway final : public Modifier {
 public:
  Result<Effect> apply(ValueView, const Place&, Application&) const override {
    return Effect::remove();
  }
  bool creates(const Application&) const override { return false; }
};

Status check_fixed(std::string_view which, const FieldPath& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path.name(i) != "$" && !path.name(i).starts_with("$[")) continue;
    return {ErrorCode::kBadValue,
            fmt::format("The {} field for $rename may not be dynamic: {}", which, path.text())};
  }
  return Status();
}

Status parse_rename(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_string()) {
    return {ErrorCode::kBadValue, fmt::format("The 'to' field for $rename must be a string: {}: {}",
                                              path, to_shell_text(argument))};
  }
  const std::string_view target = argument.as_string();
  if (target.find('\0') != std::string_view::npos) {
    return {ErrorCode::kBadValue,
            "The 'to' field for $rename cannot contain an embedded null byte"};
  }
  CAIRN_RETURN_IF_ERROR(tree.add(path, std::make_unique<MoveAway>()));
  const FieldPath from(path);
  const FieldPath to(target);
  if (target == path) {
    return {ErrorCode::kBadValue,
            fmt::format("The source and target field for $rename must differ: {}: \"{}\"", path,
                        target)};
  }
  if (from.is_prefix_of(to) || to.is_prefix_of(from)) {
    return {ErrorCode::kBadValue,
            fmt::format("The source and target field for $rename must not be on the same path: "
                        "{}: \"{}\"",
                        path, target)};
  }
  CAIRN_RETURN_IF_ERROR(check_fixed("source", from));
  CAIRN_RETURN_IF_ERROR(check_fixed("destination", to));
  return tree.add(target, std::make_unique<MoveHere>(path, target));
}

}  // namespace

extern const ModifierRow row_rename{"$rename", parse_rename};

}  // namespace cairn::update
