#include "wire/mongodb/op_query.h"

#include "wire/mongodb/document_reader.h"

#include <string>

namespace cairn::wire::mongodb {
namespace {

DocumentView unwrap(DocumentView query) {
  for (const std::string_view name : {"$query", "query"}) {
    const auto first = query.begin();
    if (!first.at_end() && first->name == name && first->value.is_document()) {
      return first->value.as_document();
    }
  }
  return query;
}

Parsed<void> parse_after_header(DocumentReader& reader, Request& request) {
  if (const auto flags = reader.int32(); !flags) return std::unexpected(flags.error());
  const auto name = reader.cstring();
  if (!name) return std::unexpected(name.error());
  request.full_collection_name = *name;
  for (int i = 0; i < 2; ++i) {  // how many to skip, how many to return: one document comes back
    if (const auto number = reader.int32(); !number) return std::unexpected(number.error());
  }
  const auto query = reader.document();
  if (!query) return std::unexpected(query.error());
  request.body = unwrap(*query);
  if (reader.at_end()) return {};
  // The fields to return: meaningless for a command, but it has to be sound.
  if (const auto fields = reader.document(); !fields) return std::unexpected(fields.error());
  if (reader.at_end()) return {};
  return answer_with(ErrorCode::kProtocolError, "OP_QUERY goes on after its last document");
}

}  // namespace

Parsed<void> parse_op_query(Bytes message, Request& request) {
  request.clear();
  request.kind = RequestKind::kQuery;
  request.id = load_header(message).request_id;
  DocumentReader reader(message.subspan(kHeaderBytes));
  if (auto parsed = parse_after_header(reader, request); !parsed) return parsed;
  if (request.full_collection_name.ends_with(".$cmd")) return {};
  return answer_with(ErrorCode::kUnsupportedOpQueryCommand,
                     "Unsupported OP_QUERY, the client driver may require an upgrade: "
                     "only commands are taken, not a query on " +
                         std::string(request.full_collection_name));
}

}  // namespace cairn::wire::mongodb
