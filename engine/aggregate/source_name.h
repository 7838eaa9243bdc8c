// What a stage may name as the collection that it reads beside its own.
#pragma once

#include <cairn/status.h>

#include <string>
#include <string_view>

namespace cairn::aggregate {

// Whether it is empty is the stages' own affair. Error: InvalidNamespace.
inline Status check_source_name(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) {
    return {ErrorCode::kInvalidNamespace, "namespaces cannot have embedded null characters"};
  }
  if (!name.starts_with('.')) return Status();
  return {ErrorCode::kInvalidNamespace,
          std::string("Collection names cannot start with '.': ").append(name)};
}

}  // namespace cairn::aggregate
