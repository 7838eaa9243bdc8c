// From a parsed message to the body of its reply.
#pragma once

#include "compat/mongodb/command/state.h"
#include "compat/mongodb/dialect.h"

#include <string>

namespace cairn::mongodb {

// By whom a command that does not end at once is called back; null: it must.
struct Callbacks {
  CommitObserver* observer = nullptr;
  const Waker* waker = nullptr;
};

// Runs the command and appends its reply, an error's too, to `body`.
Reply dispatch(ConnectionState& connection, const wire::mongodb::Request& request,
               const Callbacks& callbacks, std::string& body);

Cost weigh(const wire::mongodb::Request& request);

}  // namespace cairn::mongodb
