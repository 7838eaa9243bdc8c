#include "compat/mongodb/commands/session/session_lists.h"

#include <cairn/limits.h>

#include <string>

namespace cairn::mongodb {

Result<std::vector<DocumentView>> pattern_list(const Call& call) {
  const ValueView list = call.target();
  if (!list.is_array()) return wrong_type(call.row.name, call.row.name, list.type(), kArray);
  std::vector<DocumentView> documents;
  for (const Element& element : list.as_document()) {
    if (!element.value.is_document()) {
      return wrong_type(std::string(call.row.name) + "." + std::string(call.row.name), element.name,
                        element.value.type(), kObject);
    }
    documents.push_back(element.value.as_document());
  }
  return documents;
}

Result<std::vector<SessionId>> session_list(const Call& call) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<DocumentView> documents, pattern_list(call));
  std::vector<SessionId> sessions;
  sessions.reserve(documents.size());
  const std::string owner = std::string(call.row.name) + "." + std::string(call.row.name);
  for (DocumentView document : documents) {
    CAIRN_ASSIGN_OR_RETURN(const SessionId session, parse_session_id(owner, document));
    sessions.push_back(session);
  }
  return sessions;
}

}  // namespace cairn::mongodb
