// $documentNumber: the number of the document in the order.
#include "engine/aggregate/ranking.h"

namespace cairn::aggregate {
namespace {

Result<WindowFunctionPtr> parse_document_number(const WindowCall& call) {
  return parse_ranking(call, Ranking::kDocumentNumber);
}

}  // namespace

extern const WindowFunctionRow row_document_number{"$documentNumber", parse_document_number};

}  // namespace cairn::aggregate
