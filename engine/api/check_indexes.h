// Checks the secondary indexes of one collection against its documents, and back.
//
// Every document's entries are generated anew and looked up; as many entries as were generated must
// be all there are. Thread-safety: none.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/records/index_row.h"
#include "engine/records/keys/key_set.h"
#include "engine/storage/reader.h"

#include <cairn/bson.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::api {

class IndexCheck {
 public:
  using Problem = std::function<void(const IndexEntry& index, std::string line)>;

  // All outlive the check.
  IndexCheck(const CollectionEntry& collection, const Reader& reader, const Problem& problem);

  void document(std::string_view record_key, DocumentView document);
  // After the last document. Gives how many entries there are.
  std::int64_t finish();

 private:
  struct Expected {
    const IndexEntry* index;
    std::int64_t entries = 0;
  };

  void check_row(const IndexEntry& index, std::string_view record_key, records::IndexKey key);
  void check_arrays(const IndexEntry& index);
  std::int64_t count_rows(const IndexEntry& index);

  const CollectionEntry& collection_;
  const Reader& reader_;
  const Problem& problem_;
  std::vector<Expected> expected_;
  records::KeySet keys_;
  records::IndexRowWriter row_;
};

}  // namespace cairn::api
