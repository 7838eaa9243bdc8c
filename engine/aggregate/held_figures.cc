#include "engine/aggregate/held_figures.h"

namespace cairn::aggregate {

void append_spills(const exec::HeldMeasure& held, DocumentBuilder& out) {
  out.append("usedDisk", held.spills > 0);
  out.append("spills", held.spills);
  out.append("spilledDataStorageSize", held.storage_bytes);
  out.append("spilledBytes", held.spilled_bytes);
  out.append("spilledRecords", held.spilled_records);
}

}  // namespace cairn::aggregate
