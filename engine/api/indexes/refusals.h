// What is wrong with a definition or a change of a collection or an index, by MongoDB's codes.
#pragma once

#include <cairn/status.h>

#include <string>
#include <utility>

namespace cairn::api {

inline Status cannot_create(std::string why) {
  return {ErrorCode::kCannotCreateIndex, std::move(why)};
}
inline Status invalid_options(std::string why) {
  return {ErrorCode::kInvalidOptions, std::move(why)};
}

}  // namespace cairn::api
