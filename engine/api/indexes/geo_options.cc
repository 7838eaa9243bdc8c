#include "engine/api/indexes/geo_options.h"

#include "engine/bson/shell_text.h"
#include "engine/catalog/geo_spec.h"
#include "index/geo/cells.h"
#include "index/geo/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace cairn::api {
namespace {

constexpr std::int64_t kNewestGeoVersion = 3;

Result<std::int64_t> read_whole(DocumentView options, std::string_view name,
                                std::int64_t otherwise) {
  const ValueView given = options[name];
  if (given.missing()) return otherwise;
  if (const std::optional<std::int64_t> whole = given.to_int64_exact()) return *whole;
  return Status(ErrorCode::kBadValue,
                fmt::format("Expected field \"{}\" to have a value exactly representable as a "
                            "64-bit integer, but found {}: {}",
                            name, name, to_shell_text(given)));
}

Result<std::int64_t> read_version(DocumentView given) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t version,
                         read_whole(given, "2dsphereIndexVersion", kNewestGeoVersion));
  if (version >= 1 && version <= kNewestGeoVersion) return version;
  return Status(ErrorCode::kCannotCreateIndex,
                fmt::format("unsupported geo index version {{ 2dsphereIndexVersion : {} }}, only "
                            "versions: [1,2,3] are supported",
                            version));
}

std::int64_t whole_or(ValueView given, std::int64_t otherwise) {
  return given.missing() ? otherwise : given.to_int64_clamped();
}

Status check_levels(std::int64_t coarsest, std::int64_t finest) {
  if (coarsest < 0) return {location(16747), "coarsestIndexedLevel must be >= 0"};
  if (finest > geo::kFinestCell) return {location(16748), "finestIndexedLevel must be <= 30"};
  if (finest >= coarsest) return Status();
  return {location(16749), "finestIndexedLevel must be >= coarsestIndexedLevel"};
}

// The options of that kind, in the order given.
void append_options(DocumentView given, std::initializer_list<std::string_view> whole,
                    std::initializer_list<std::string_view> any, DocumentBuilder& out) {
  for (const Element& option : given) {
    if (std::ranges::find(whole, option.name) != whole.end()) {
      out.append(option.name, static_cast<std::int32_t>(option.value.to_int64_clamped()));
    } else if (std::ranges::find(any, option.name) != any.end()) {
      out.append(option.name, option.value);
    }
  }
}

Result<Document> complete_sphere(DocumentView given) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t version, read_version(given));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t coarsest, read_whole(given, "coarsestIndexedLevel", 0));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t finest,
                         read_whole(given, "finestIndexedLevel", geo::kFinestCoveringCell));
  CAIRN_RETURN_IF_ERROR(check_levels(coarsest, finest));
  DocumentBuilder out;
  append_options(given, {"2dsphereIndexVersion", "coarsestIndexedLevel", "finestIndexedLevel"}, {},
                 out);
  if (given["2dsphereIndexVersion"].missing()) {
    out.append("2dsphereIndexVersion", static_cast<std::int32_t>(version));
  }
  return out.take();
}

Status check_first(DocumentView pattern) {
  int grids = 0;
  for (const Element& field : pattern) {
    if (!field.value.is_string()) continue;
    if (++grids > 1) return {location(16800), "can't have 2 geo fields"};
    if (field.name != pattern.begin()->name) {
      return {location(16801), "2d has to be first in index"};
    }
  }
  return Status();
}

Result<Document> complete_grid(DocumentView given) {
  CAIRN_RETURN_IF_ERROR(check_first(given["key"].as_document()));
  const std::int64_t bits = whole_or(given["bits"], geo::Grid::kUsualBits);
  if (bits < 1 || bits > geo::Grid::kMostBits) {
    return Status(
        ErrorCode::kInvalidOptions,
        fmt::format("bits for hash must be > 0 and <= 32, but {} bits were specified", bits));
  }
  const double lowest = given["min"].missing() ? -180 : given["min"].to_double();
  const double highest = given["max"].missing() ? 180 : given["max"].to_double();
  if (!std::isfinite(lowest) || !std::isfinite(highest) || lowest >= highest) {
    return Status(ErrorCode::kInvalidOptions,
                  fmt::format("region for hash must be valid and have positive area, but [{:g}, "
                              "{:g}] was specified",
                              lowest, highest));
  }
  DocumentBuilder out;
  append_options(given, {"bits"}, {"min", "max", "bucketSize"}, out);
  return out.take();
}

}  // namespace

Result<Document> complete_geo(DocumentView specification) {
  return is_grid_pattern(specification["key"].as_document()) ? complete_grid(specification)
                                                             : complete_sphere(specification);
}

}  // namespace cairn::api
