// What MongoDB calls cluster parameters: those that a deployment keeps, of which there is one.
#pragma once

#include <string_view>

namespace cairn::mongodb {

// {preAndPostImages: {expireAfterSeconds}}
inline constexpr std::string_view kChangeStreamOptions = "changeStreamOptions";

}  // namespace cairn::mongodb
