#include "engine/bson/nesting.h"

#include <algorithm>

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

}  // namespace cairn
