// UTF-8 validation by simdjson's vector kernels.
#include "engine/bson/utf8.h"

#include <simdjson.h>

namespace cairn {

bool is_valid_utf8_slow(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace cairn
