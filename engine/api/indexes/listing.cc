#include "engine/api/indexes/listing.h"

#include "engine/api/indexes/text_options.h"
#include "engine/catalog/geo_spec.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace cairn::api {
namespace {

enum class Of : std::uint8_t { kAll, kTexts, kSpheres, kGrids };
enum class As : std::uint8_t { kGiven, kDouble };

struct Listed {
  std::string_view option;
  Of of = Of::kAll;  // the kind of index that it is shown of
  As as = As::kGiven;
};

constexpr Listed kListed[] = {
    {"v"},
    {"key"},
    {"name"},
    {"background"},
    {"unique"},
    {"hidden"},
    {"partialFilterExpression"},
    {"sparse"},
    {"expireAfterSeconds"},
    {"storageEngine"},
    {"weights"},
    {"default_language"},
    {"language_override"},
    {"textIndexVersion", Of::kTexts},
    {"2dsphereIndexVersion", Of::kSpheres},
    {"bits", Of::kGrids},
    {"min", Of::kGrids, As::kDouble},
    {"max", Of::kGrids, As::kDouble},
    {"bucketSize", Of::kAll, As::kDouble},
    {"collation"},
    {"wildcardProjection"},
    {"coarsestIndexedLevel", Of::kSpheres},
    {"finestIndexedLevel", Of::kSpheres},
    {"prepareUnique"},
    {"clustered"},
};

bool is_shown(const Listed& one, DocumentView key) {
  switch (one.of) {
    case Of::kAll:
      return true;
    case Of::kTexts:
      return is_text_pattern(key);
    case Of::kSpheres:
      return is_geo_pattern(key) && !is_grid_pattern(key);
    case Of::kGrids:
      return is_grid_pattern(key);
  }
  return true;
}

}  // namespace

Document listed_specification(DocumentView specification) {
  DocumentBuilder out;
  const DocumentView key = specification["key"].as_document();
  for (const Listed& one : kListed) {
    const ValueView value = specification[one.option];
    if (value.missing() || !is_shown(one, key)) continue;
    if (one.as == As::kDouble) {
      out.append(one.option, value.to_double());
    } else {
      out.append(one.option, value);
    }
  }
  return out.take();
}

}  // namespace cairn::api
