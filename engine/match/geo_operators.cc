#include "engine/match/geo_operators.h"

#include "engine/bson/shell_text.h"
#include "engine/match/geo/region.h"

namespace cairn::match {
namespace {

class WithinTest final : public ValueTest {
 public:
  explicit WithinTest(Region region) : region_(std::move(region)) {}
  bool test(ValueView value, Trace&) const override {
    const std::optional<Geometry> place = stored_geometry(value);
    return place && region_.contains(*place);
  }

 private:
  Region region_;
};

class IntersectsTest final : public ValueTest {
 public:
  explicit IntersectsTest(Region region) : region_(std::move(region)) {}
  bool test(ValueView value, Trace&) const override {
    const std::optional<Geometry> place = stored_geometry(value);
    return place && region_.intersects(*place);
  }

 private:
  Region region_;
};

class NearTest final : public ValueTest {
 public:
  explicit NearTest(Near near) : near_(std::move(near)) {}
  bool test(ValueView value, Trace&) const override {
    std::optional<double> nearest = near_.distance(value);
    if (!nearest && value.is_array()) {
      for (const Element& element : value.as_document()) {
        const std::optional<double> far = near_.distance(element.value);
        if (far && (!nearest || *far < *nearest)) nearest = far;
      }
    }
    return nearest && near_.is_within(*nearest);
  }
  LeafArray leaf_array() const override { return LeafArray::kWhole; }

 private:
  Near near_;
};

// A region stands alone behind its path.
Result<Region> parse_region(std::string_view name, ValueView argument,
                            const ParseContext& context) {
  if (auto extra = context.siblings.begin(); ++extra != context.siblings.end()) {
    return bad_geometry("can't parse extra field: " + to_shell_text(*extra));
  }
  return Region::parse(name, argument);
}

}  // namespace

Status parse_within(std::string_view name, ValueView argument, const ParseContext& context,
                    Tests& tests) {
  CAIRN_ASSIGN_OR_RETURN(Region region, parse_region(name, argument, context));
  if (!region.may_contain()) {
    return bad_geometry("$within not supported with provided geometry: " +
                        to_shell_text(context.siblings));
  }
  tests.push_back({std::make_unique<WithinTest>(std::move(region))});
  return Status();
}

Status parse_intersects(std::string_view name, ValueView argument, const ParseContext& context,
                        Tests& tests) {
  CAIRN_ASSIGN_OR_RETURN(Region region, parse_region(name, argument, context));
  if (!region.may_intersect()) {
    return bad_geometry("$geoIntersect not supported with provided geometry: " +
                        to_shell_text(context.siblings));
  }
  tests.push_back({std::make_unique<IntersectsTest>(std::move(region))});
  return Status();
}

Status parse_near(std::string_view, ValueView, const ParseContext& context, Tests& tests) {
  if (!context.allowed.near) {
    return {location(5626500),
            "$geoNear, $near, and $nearSphere are not allowed in this context, as these operators "
            "require sorting geospatial data. If you do not need sort, consider using $geoWithin "
            "instead."};
  }
  CAIRN_ASSIGN_OR_RETURN(Near near, Near::parse(context.path, context.siblings));
  if (!context.conjunctive || context.facts == nullptr) {
    return bad_geometry("geo $near must be top-level expr");
  }
  if (context.facts->near) return bad_geometry("Too many geoNear expressions");
  if (context.facts->text) return bad_geometry("text and geoNear not allowed in same query");
  context.facts->near = near;
  tests.push_back({std::make_unique<NearTest>(std::move(near))});
  return Status();
}

}  // namespace cairn::match
