#include "engine/changes/split_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace cairn::changes {
namespace {

// Of `_id` and `splitEvent` in each piece.
constexpr std::size_t kOverhead = 512;

std::size_t size_of(const Element& field) { return 1 + field.name.size() + 1 + field.value.size(); }

using Piece = std::vector<Element>;

std::vector<Piece> pieces_of(DocumentView event, std::size_t limit) {
  Piece fields;
  for (const Element& field : event) {
    if (field.name != "_id") fields.push_back(field);
  }
  std::ranges::stable_sort(fields, {}, size_of);
  std::vector<Piece> pieces;
  std::size_t bytes = 0;
  for (const Element& field : fields) {
    if (pieces.empty() || bytes + size_of(field) > limit) {
      pieces.emplace_back();
      bytes = kOverhead;
    }
    bytes += size_of(field);
    pieces.back().push_back(field);
  }
  return pieces;
}

}  // namespace

Result<std::vector<Document>> split_event(DocumentView event, const ResumeToken& token,
                                          std::uint32_t limit) {
  const std::vector<Piece> pieces = pieces_of(event, limit);
  std::vector<Document> documents;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ResumeToken own = token;
    own.fragment = static_cast<std::int32_t>(i);
    DocumentBuilder piece;
    piece.append("_id", own.document());
    piece.begin_document("splitEvent")
        .append("fragment", static_cast<std::int32_t>(i + 1))
        .append("of", static_cast<std::int32_t>(pieces.size()))
        .end();
    for (const Element& field : pieces[i]) piece.append(field.name, field.value);
    documents.push_back(piece.take());
    if (documents.back().view().size() <= limit) continue;
    return Status(ErrorCode::kBSONObjectTooLarge,
                  fmt::format("a field of a change event is too large to be split off: {}",
                              pieces[i].back().name));
  }
  return documents;
}

}  // namespace cairn::changes
