// Metadata as bytes: what blocking stages put aside with a document, so that {$meta: …} still
// reads it behind them.
#pragma once

#include "engine/expr/metadata.h"

#include <cairn/bson.h>

#include <string>
#include <string_view>

namespace cairn::aggregate {

// Appends a BSON document; nothing where there is no metadata.
void append_metadata(const expr::Metadata* metadata, std::string& out);
// REQUIRES: append_metadata wrote it.
expr::Metadata read_metadata(DocumentView bytes);

// A document with what append_metadata wrote behind it, taken apart again.
class PackedDocument {
 public:
  // The view into `bytes`.
  DocumentView read(std::string_view bytes);
  // Of the document read last; null where nothing was known.
  const expr::Metadata* metadata() const { return known_ ? &metadata_ : nullptr; }

 private:
  bool known_ = false;
  expr::Metadata metadata_;
};

}  // namespace cairn::aggregate
