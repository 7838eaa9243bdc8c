#include "engine/aggregate/unwinding.h"

#include <fmt/format.h>

namespace cairn::aggregate {
namespace {

Result<FieldPath> parse_path(ValueView value) {
  if (!value.is_string()) {
    return Status(location(28808), fmt::format("expected a string as the path for $unwind stage, "
                                               "got {}",
                                               type_name(value.type())));
  }
  const std::string_view path = value.as_string();
  if (path.empty()) return Status(location(28812), "no path specified to $unwind stage");
  if (!path.starts_with('$')) {
    return Status(
        location(28818),
        fmt::format("path option to $unwind stage should be prefixed with a '$': {}", path));
  }
  CAIRN_RETURN_IF_ERROR(check_field_path(path.substr(1)));
  return FieldPath(path.substr(1));
}

Result<FieldPath> parse_index(ValueView value) {
  if (!value.is_string() || value.as_string().empty()) {
    return Status(location(28810),
                  fmt::format("expected a non-empty string for the includeArrayIndex  option to "
                              "$unwind stage, got {}",
                              type_name(value.type())));
  }
  if (value.as_string().starts_with('$')) {
    return Status(location(28822), fmt::format("includeArrayIndex option to $unwind stage should "
                                               "not be prefixed with a '$': {}",
                                               value.as_string()));
  }
  CAIRN_RETURN_IF_ERROR(check_field_path(value.as_string()));
  return FieldPath(value.as_string());
}

Result<Unwinding> parse_options(DocumentView options) {
  Unwinding unwinding;
  bool has_path = false;
  for (const Element& option : options) {
    if (option.name == "path") {
      CAIRN_ASSIGN_OR_RETURN(unwinding.path, parse_path(option.value));
      has_path = true;
    } else if (option.name == "preserveNullAndEmptyArrays") {
      if (option.value.type() != BsonType::kBool) {
        return Status(location(28809),
                      fmt::format("expected a boolean for the preserveNullAndEmptyArrays option to "
                                  "$unwind stage, got {}",
                                  type_name(option.value.type())));
      }
      unwinding.keep_all = option.value.as_bool();
    } else if (option.name == "includeArrayIndex") {
      CAIRN_ASSIGN_OR_RETURN(unwinding.index, parse_index(option.value));
    } else {
      return Status(location(28811),
                    fmt::format("unrecognized option to $unwind stage: {}", option.name));
    }
  }
  if (!has_path) return Status(location(28812), "no path specified to $unwind stage");
  return unwinding;
}

}  // namespace

Result<Unwinding> parse_unwinding(ValueView specification) {
  Unwinding unwinding;
  if (specification.is_string()) {
    CAIRN_ASSIGN_OR_RETURN(unwinding.path, parse_path(specification));
  } else if (specification.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(unwinding, parse_options(specification.as_document()));
  } else {
    return Status(location(15981), fmt::format("expected either a string or an object as "
                                               "specification for $unwind stage, got {}",
                                               type_name(specification.type())));
  }
  return unwinding;
}

}  // namespace cairn::aggregate
