#include "engine/exec/still_there.h"

#include <string>

namespace cairn::exec {
namespace {

std::string uuid_text(const Uuid& uuid) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[uuid[i] >> 4];
    text += kDigits[uuid[i] & 15];
  }
  return text;
}

}  // namespace

Status still_there(const CollectionEntry& collection) {
  if (!collection.dropped()) return Status();
  return {ErrorCode::kQueryPlanKilled, "collection dropped. UUID " + uuid_text(collection.uuid())};
}

Status still_there(const CollectionEntry& collection, const IndexEntry& index) {
  CAIRN_RETURN_IF_ERROR(still_there(collection));
  if (!index.shared().dropped) return Status();
  return {ErrorCode::kQueryPlanKilled, "query plan killed :: index '" + index.name() + "' dropped"};
}

}  // namespace cairn::exec
