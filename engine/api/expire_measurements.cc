#include "engine/api/expire_measurements.h"

#include "engine/records/record_key.h"
#include "engine/write/remove.h"

#include <cairn/interrupt_scope.h>

namespace cairn::api {
namespace {

constexpr std::size_t kMeasurementsPerCheck = 256;

// Whether a walk ends at the first measurement that is not due.
enum class Until : std::uint8_t { kNotDue, kMost };

class Walk {
 public:
  Walk(write::Context& context, const CollectionEntry& collection, const match::Matcher& due,
       std::int64_t& deleted)
      : context_(context), collection_(collection), due_(due), deleted_(deleted) {}

  // From behind `place`, or from the beginning where that is empty, over `most` at the most;
  // `place` is then the last one looked at. False: it was the collection's last.
  Result<bool> run(std::string& place, Until until, std::size_t most) {
    const KeyspaceRange range(collection_.keyspace());
    KeyCursor cursor =
        context_.storage.latest().scan(Family::kDoc, range.range(), {.fill_cache = false});
    seek_behind(cursor, place);
    for (std::size_t looked_at = 0; cursor.valid(); cursor.next()) {
      if (looked_at == most) return true;
      if (++looked_at % kMeasurementsPerCheck == 0) CAIRN_RETURN_IF_ERROR(InterruptScope::check());
      CAIRN_ASSIGN_OR_RETURN(const bool due,
                             due_.matches(records::stored_document(cursor.value())));
      if (!due && until == Until::kNotDue) return true;
      place.assign(cursor.key());
      if (!due) continue;
      CAIRN_RETURN_IF_ERROR(InterruptScope::check());
      CAIRN_ASSIGN_OR_RETURN(const bool removed,
                             write::remove_record(context_, collection_, place, due_));
      if (removed) ++deleted_;
    }
    CAIRN_RETURN_IF_ERROR(cursor.status());
    return false;
  }

 private:
  static void seek_behind(KeyCursor& cursor, std::string_view place) {
    if (place.empty()) return cursor.seek_first();
    std::string from(place);
    cursor.seek(from.append(1, '\0'));
  }

  write::Context& context_;
  const CollectionEntry& collection_;
  const match::Matcher& due_;
  std::int64_t& deleted_;
};

// The key of the newest measurement there is.
Result<std::string> newest(write::Context& context, const CollectionEntry& collection) {
  const KeyspaceRange range(collection.keyspace());
  KeyCursor cursor = context.storage.latest().scan(Family::kDoc, range.range(),
                                                   {.direction = Direction::kBackward});
  cursor.seek_first();
  CAIRN_RETURN_IF_ERROR(cursor.status());
  return cursor.valid() ? std::string(cursor.key()) : std::string();
}

}  // namespace

Status expire_measurements(write::Context& context, const Namespace& name,
                           const match::Matcher& due, MeasurementPlaces& places,
                           std::int64_t& deleted) {
  CAIRN_ASSIGN_OR_RETURN(const Lease lease, context.lease(name));
  Walk walk(context, *lease, due, deleted);
  if (places.newest.empty()) {
    CAIRN_ASSIGN_OR_RETURN(places.newest, newest(context, *lease));
  } else {
    CAIRN_RETURN_IF_ERROR(walk.run(places.newest, Until::kMost, kNewMeasurementsPerPass).status());
  }
  std::string beginning;
  CAIRN_RETURN_IF_ERROR(walk.run(beginning, Until::kNotDue, SIZE_MAX).status());
  CAIRN_ASSIGN_OR_RETURN(const bool more,
                         walk.run(places.round, Until::kMost, kMeasurementsPerPass));
  if (!more) places.round.clear();
  return Status();
}

}  // namespace cairn::api
