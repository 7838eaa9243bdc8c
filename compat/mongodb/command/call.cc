// What a call offers to its command.
#include "compat/mongodb/command/command.h"
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {

Database& Call::engine() const { return dialect.database; }

Collection Call::handle() const { return engine().collection(database(), collection); }

WriteOptions Call::write_options() const {
  WriteOptions options{.operation = operation()};
  if (generic.txn_number && !generic.in_transaction()) {
    options.retry = RetryableWrite{.session = *generic.session, .txn_number = *generic.txn_number};
  }
  return options;
}

void Call::wrote(OpTime op_time) {
  if (!written || *written < op_time) written = op_time;
}

Result<std::span<const DocumentView>> documents_argument(const Call& call, std::size_t field,
                                                         std::vector<DocumentView>& scratch) {
  const std::string_view name = call.row.fields[field].name;
  if (const auto* sequence = call.request.sequence(name)) return sequence->documents;
  scratch.clear();
  const std::string owner = std::string(call.row.name) + "." + std::string(name);
  for (const Element& element : call.arguments.document(field)) {
    if (!element.value.is_document()) {
      return wrong_type(owner, element.name, element.value.type(), kObject);
    }
    scratch.push_back(element.value.as_document());
  }
  return std::span<const DocumentView>(scratch);
}

}  // namespace cairn::mongodb
