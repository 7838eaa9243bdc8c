// Any bytes as OP_MSG and as OP_QUERY: no read out of bounds, and what is accepted can be walked.
#include "wire/mongodb/op_msg.h"
#include "wire/mongodb/op_query.h"
#include "wire/mongodb/reply.h"

#include <cstdlib>
#include <string>

namespace {

using namespace cairn;                 // NOLINT: a fuzz target is all about them
using namespace cairn::wire::mongodb;  // NOLINT

std::size_t walk(DocumentView document) {
  std::size_t fields = 0;
  for (const Element& element : document) {
    ++fields;
    if (element.value.is_document() || element.value.is_array()) {
      fields += walk(element.value.as_document());
    }
  }
  return fields;
}

void answer(const Request& request) {
  std::string out;
  const std::size_t start = begin_reply(request.kind, out);
  out.append(document("ok", 1.0).bytes());
  finish_reply(request, 1, start, out);
  const Bytes reply(reinterpret_cast<const std::uint8_t*>(out.data()), out.size());
  if (request.kind == RequestKind::kMessage) {
    Request read;
    if (!parse_op_msg(reply, read)) std::abort();
  }
}

template <typename Parse>
void try_as(Parse parse, Bytes message) {
  Request request;
  if (!parse(message, request)) return;
  walk(request.body);
  for (const DocumentSequence& sequence : request.sequences) {
    for (const DocumentView document : sequence.documents) walk(document);
  }
  answer(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHeaderBytes) return 0;
  const Bytes message(data, size);
  (void)read_header(message);
  try_as(parse_op_msg, message);
  try_as(parse_op_query, message);
  return 0;
}
