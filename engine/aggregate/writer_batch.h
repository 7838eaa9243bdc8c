// WriterBatch: documents on their way into a collection, a group at a time.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cairn::aggregate {

// Whether a document without `_id` gets one, as its first field.
enum class MissingId : std::uint8_t { kMake, kLeave };

class WriterBatch {
 public:
  // Copies the document. Error: Overflow for one that is too deep to be stored.
  Status add(DocumentView document, MissingId missing = MissingId::kMake);
  bool full() const { return documents_.size() >= kDocuments || bytes_ >= kBytes; }
  bool empty() const { return documents_.empty(); }
  const std::vector<Document>& documents() const { return documents_; }
  std::vector<DocumentView> views() const;
  void clear();

 private:
  static constexpr std::size_t kDocuments = 1000;
  static constexpr std::size_t kBytes = 8 << 20;

  std::vector<Document> documents_;
  std::size_t bytes_ = 0;
};

}  // namespace cairn::aggregate
