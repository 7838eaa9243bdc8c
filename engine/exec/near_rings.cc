#include "engine/exec/near_rings.h"

#include "engine/exec/index_walk.h"
#include "engine/exec/still_there.h"
#include "engine/plan/geo_bounds.h"
#include "index/key/decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cairn::exec {
namespace {

constexpr double kSmallest = 1e-9;          // radians, or degrees: a first ring is no smaller
constexpr std::int64_t kManyEntries = 200;  // entries of a ring
constexpr int kBeside = 4;
constexpr int kMostBeside = 16;  // where many are at the point itself

}  // namespace

NearRings::NearRings(ReadViewPtr view, CollectionRef collection, const plan::NearScan& scan,
                     NearMeasure& measure)
    : view_(std::move(view)), collection_(std::move(collection)), scan_(scan), measure_(measure) {
  constexpr double kMore = 1 + 1e-9;
  if (scan.near.measure() == match::Near::Measure::kMeters) unit_ = match::kEarthRadiusMeters;
  farthest_ = std::min(scan.around->farthest(), scan.near.maximum() / unit_ * kMore);
  const double nearest = scan.near.minimum() / unit_;
  if (nearest <= 0) return;
  read_ = plan::geo_intervals(scan_.scan.index->kind(), scan.around->nearer_than(nearest));
}

Status NearRings::read(std::size_t given, std::size_t wanted, const Interrupt* interrupt,
                       const Visit& visit) {
  if (std::exchange(parked_, false)) CAIRN_RETURN_IF_ERROR(look_again());
  double radius = 0;
  if (radius_ < 0) {
    CAIRN_ASSIGN_OR_RETURN(radius, first_radius(wanted, interrupt));
  } else {
    radius = wider(given, wanted);
  }
  radius = std::min(radius, farthest_);
  const plan::Intervals around =
      plan::geo_intervals(scan_.scan.index->kind(), scan_.around->within(radius));
  const plan::Intervals fresh = plan::intersection(around, plan::complement(read_));
  measure_.rings.push_back({.from = std::max(radius_, 0.0) * unit_, .to = radius * unit_});
  CAIRN_RETURN_IF_ERROR(walk(fresh, interrupt, visit));
  plan::Intervals all = std::move(read_);
  all.insert(all.end(), around.begin(), around.end());
  read_ = plan::joined(std::move(all));
  measure_.keys = read_;
  radius_ = radius;
  read_up_to_ = radius < farthest_ ? radius * unit_ : std::numeric_limits<double>::infinity();
  return Status();
}

// An index may have met its first array in the meantime.
Status NearRings::look_again() {
  const plan::IndexScan& scan = scan_.scan;
  if (scan.generation != scan.index->multikey().generation()) view_->suspect = true;
  return still_there(*collection_, *scan.index);
}

// Entries that follow each other lie together: by how far the next few are from the point it is
// known how thick they lie.
Result<double> NearRings::first_radius(std::size_t wanted, const Interrupt* interrupt) {
  CAIRN_ASSIGN_OR_RETURN(const double before, beside(Direction::kBackward, interrupt));
  CAIRN_ASSIGN_OR_RETURN(const double behind, beside(Direction::kForward, interrupt));
  const double least = scan_.near.minimum() / unit_;
  const double share = static_cast<double>(wanted) / (2 * kBeside);
  return std::max(kSmallest, least + std::min(before, behind) * std::sqrt(share));
}

// How far one of the first entries on that side of the point's own key is; infinite if there are
// not so many.
Result<double> NearRings::beside(Direction direction, const Interrupt* interrupt) {
  plan::IndexScan scan = scan_.scan;
  const FieldKind kind = scan.index->kind();
  const std::uint64_t center = scan_.around->center();
  plan::Interval own = plan::geo_intervals(kind, {{center, center}}).front();
  plan::Interval side = plan::everything().front();
  const bool up = scan.index->fields()[scan_.field].direction == key::Direction::kAscending;
  ((direction == Direction::kForward) == up ? side.lower : side.upper) = own.lower;
  scan.bounds[scan_.field] = {side};
  scan.direction = direction;
  IndexWalk walk(view_, collection_, scan, measure_.scan);
  double farthest = 0;
  for (int i = 0; i < kMostBeside && (i < kBeside || farthest == 0); ++i) {
    CAIRN_ASSIGN_OR_RETURN(const bool found, walk.advance(interrupt));
    if (!found) return std::numeric_limits<double>::infinity();
    const auto key = key_of(walk.components());
    if (!key.ok()) return std::numeric_limits<double>::infinity();  // of another field's place
    farthest = std::max(farthest, scan_.around->least_distance(*key));
  }
  return farthest;
}

double NearRings::wider(std::size_t given, std::size_t wanted) const {
  if (radius_ <= 0) return kSmallest;
  if (entries_ >= kManyEntries) return radius_ * 1.5;
  if (given == 0) return radius_ * (entries_ == 0 ? 4 : 2);
  const double share = static_cast<double>(wanted) / static_cast<double>(given);
  return radius_ * std::clamp(std::sqrt(share), 1.3, 3.0);
}

Status NearRings::walk(const plan::Intervals& keys, const Interrupt* interrupt,
                       const Visit& visit) {
  entries_ = 0;
  if (keys.empty()) return Status();
  plan::IndexScan scan = scan_.scan;
  scan.bounds[scan_.field] = keys;
  IndexWalk walk(view_, collection_, scan, measure_.scan);
  std::string record_key;
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const bool more, walk.advance(interrupt));
    if (!more) return Status();
    ++entries_;
    ++measure_.scan.returned;
    record_key.clear();
    walk.append_record_key(record_key);
    CAIRN_ASSIGN_OR_RETURN(const std::uint64_t key, key_of(walk.components()));
    CAIRN_RETURN_IF_ERROR(visit(scan_.around->least_distance(key) * unit_, record_key));
  }
}

Result<std::uint64_t> NearRings::key_of(std::string_view components) const {
  key::Decoder decoder(components, {});
  const std::vector<IndexField>& fields = scan_.scan.index->fields();
  bool sound = true;
  for (std::size_t i = 0; i < scan_.field && sound; ++i) {
    decoder.begin(fields[i].direction);
    sound = decoder.skip();
  }
  if (sound) {
    decoder.begin(fields[scan_.field].direction);
    const auto token = decoder.next();
    if (token &&
        (token->kind == key::Token::Kind::kInt64 || token->kind == key::Token::Kind::kInt32)) {
      return static_cast<std::uint64_t>(token->integer);
    }
    if (token && token->kind == key::Token::Kind::kBinary) return hash_of_bytes(token->text);
  }
  return Status(ErrorCode::kInternalError,
                "malformed entry in index " + scan_.scan.index->name() + ", run `cairn check`");
}

}  // namespace cairn::exec
