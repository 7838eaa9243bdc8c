#include "engine/bson/nesting.h"

#include <algorithm>
#include <string>

namespace cairn {

int nesting_up_to(DocumentView document, int most) {
  int below = 0;
  for (const Element& element : document) {
    if (below >= most - 1) break;
    if (!element.value.is_document() && !element.value.is_array()) continue;
    below = std::max(below, nesting_up_to(element.value.as_document(), most - 1));
  }
  return below + 1;
}

bool may_be_too_deep(int levels) { return kMaxNestingStored + levels > kMaxNestingOnWire; }

Status check_nesting_to_read(DocumentView document) {
  if (nesting_up_to(document, kMaxNestingOnWire + 1) <= kMaxNestingOnWire) return {};
  return {ErrorCode::kOverflow, "cannot convert document to BSON because it exceeds the limit of " +
                                    std::to_string(kMaxNestingOnWire) + " levels of nesting"};
}

}  // namespace cairn
