// How large a document may be that leaves a pipeline: stages may make larger ones for each other.
#pragma once

#include <cairn/bson.h>
#include <cairn/limits.h>
#include <cairn/status.h>

#include <fmt/format.h>

namespace cairn::aggregate {

// Error: BSONObjectTooLarge.
inline Status check_made_size(DocumentView document) {
  const std::uint32_t size = document.size();
  if (size <= kMaxInternalDocumentBytes) return Status();
  return {ErrorCode::kBSONObjectTooLarge,
          fmt::format("BSONObj size: {} is invalid. Size must be between 0 and {}(16MB)", size,
                      kMaxInternalDocumentBytes)};
}

}  // namespace cairn::aggregate
