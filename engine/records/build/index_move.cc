// Removes first, of all documents, and then puts: so a unique key that went from one document to
// another is free when it is put.
#include "engine/records/build/index_move.h"

#include "engine/records/build/index_load.h"
#include "engine/records/duplicate_key.h"
#include "engine/records/index_row.h"
#include "engine/records/keys/index_keys.h"
#include "engine/records/record_key.h"

#include <algorithm>
#include <span>

namespace cairn::records {
namespace {

// Documents of one commit.
constexpr std::size_t kPieceDocuments = 256;

enum class Pass : std::uint8_t { kRemove, kPut };

class Mover {
 public:
  Mover(Storage& storage, const CollectionEntry& collection, const IndexEntry& index,
        const IndexMove& move)
      : storage_(storage), collection_(collection), index_(index), move_(move) {}

  Status run() {
    const std::span<const std::string> all = *move_.documents;
    for (const Pass pass : {Pass::kRemove, Pass::kPut}) {
      for (std::size_t at = 0; at < all.size(); at += kPieceDocuments) {
        CAIRN_RETURN_IF_ERROR(
            piece(all.subspan(at, std::min(kPieceDocuments, all.size() - at)), pass));
      }
    }
    return Status();
  }

 private:
  Status piece(std::span<const std::string> documents, Pass pass) {
    Lease lease;
    if (move_.admit) {
      CAIRN_ASSIGN_OR_RETURN(lease, move_.admit());
    }
    unit_.clear();
    for (const std::string& record_key : documents) {
      CAIRN_RETURN_IF_ERROR(keys_at(move_.from, record_key, before_));
      CAIRN_RETURN_IF_ERROR(keys_at(move_.to, record_key, after_));
      CAIRN_RETURN_IF_ERROR(pass == Pass::kRemove ? remove(record_key) : put(record_key));
    }
    return unit_.empty() ? Status() : storage_.commits().commit(unit_).status();
  }

  // None where the snapshot has no such document.
  Status keys_at(const Reader& reader, std::string_view record_key, KeySet& keys) {
    keys.clear();
    CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kDoc, record_key, document_));
    return found ? index_keys(index_, stored_document(document_.view()), keys) : Status();
  }

  Status remove(std::string_view record_key) {
    for_each_difference(
        before_, after_,
        [&](IndexKey key) {
          row_.assign(collection_, index_, key, after_keyspace(record_key));
          unit_.remove(index_.family(), row_.key());
        },
        [](IndexKey, bool) {});
    return Status();
  }

  Status put(std::string_view record_key) {
    note_arrays(index_, after_);
    Status status;
    for_each_difference(
        before_, after_, [](IndexKey) {},
        [&](IndexKey key, bool fresh) {
          if (!status.ok()) return;
          row_.assign(collection_, index_, key, after_keyspace(record_key));
          if (fresh) status = check_free(key);
          if (status.ok()) unit_.put(index_.family(), row_.key(), row_.value());
        });
    return status;
  }

  Status check_free(IndexKey key) {
    if (index_.record_place() == RecordPlace::kInKey) return Status();
    bool taken = unit_.find(Family::kIdx, row_.key()).has_value();
    if (!taken) {
      CAIRN_ASSIGN_OR_RETURN(taken, storage_.latest().contains(Family::kIdx, row_.key()));
    }
    return taken ? duplicate_key(collection_, index_, key) : Status();
  }

  Storage& storage_;
  const CollectionEntry& collection_;
  const IndexEntry& index_;
  const IndexMove& move_;
  KeySet before_;
  KeySet after_;
  PinnedValue document_;
  IndexRowWriter row_;
  WriteUnit unit_;
};

}  // namespace

Status move_index(Storage& storage, const CollectionEntry& collection, const IndexEntry& index,
                  const IndexMove& move) {
  return Mover(storage, collection, index, move).run();
}

}  // namespace cairn::records
