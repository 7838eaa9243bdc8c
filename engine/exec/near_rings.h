// NearRings: the entries of a geographic index around a point, read ring by ring: first within a
// distance that is guessed from the entries beside the point, then ever farther out.
//
// An entry's key says how near its record is at least. No key is read twice.
#pragma once

#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/plan/near_scan.h"
#include "engine/storage/reader.h"

#include <cairn/operation.h>

#include <cstddef>
#include <functional>
#include <string_view>

namespace cairn::exec {

class NearRings {
 public:
  // `scan` and `measure` outlive the rings.
  NearRings(ReadViewPtr view, CollectionRef collection, const plan::NearScan& scan,
            NearMeasure& measure);

  // Whoever has a place nearer than this was in the rings so far, by one key at least. In the unit
  // of the query, as everything here; infinite when nothing is left.
  double read_up_to() const { return read_up_to_; }

  using Visit = std::function<Status(double least, std::string_view record_key)>;
  // Reads one more ring. `given` and `wanted`: how many records were given so far, and how many are
  // wanted at least: by these it is cut. REQUIRES: something is left.
  Status read(std::size_t given, std::size_t wanted, const Interrupt* interrupt,
              const Visit& visit);
  // The query lets go of storage.
  void park() { parked_ = true; }

 private:
  Status look_again();
  Result<double> first_radius(std::size_t wanted, const Interrupt* interrupt);
  Result<double> beside(Direction direction, const Interrupt* interrupt);
  double wider(std::size_t given, std::size_t wanted) const;
  Status walk(const plan::Intervals& keys, const Interrupt* interrupt, const Visit& visit);
  Result<std::uint64_t> key_of(std::string_view components) const;

  ReadViewPtr view_;
  CollectionRef collection_;
  const plan::NearScan& scan_;
  NearMeasure& measure_;
  plan::Intervals read_;  // keys
  double unit_ = 1;       // of the query's distances, in those of index/geo
  double farthest_ = 0;   // that need be looked at, in those of index/geo
  double radius_ = -1;    // of the rings so far
  double read_up_to_ = -1;
  std::int64_t entries_ = 0;  // of the last ring
  bool parked_ = false;
};

}  // namespace cairn::exec
