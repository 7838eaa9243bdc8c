// From a parsed message to the body of its reply.
#pragma once

#include "compat/mongodb/command/state.h"
#include "compat/mongodb/dialect.h"

#include <string>

namespace cairn::mongodb {

// Runs the command and appends its reply, an error's too, to `body`. `observer` may be null.
Reply dispatch(ConnectionState& connection, const wire::mongodb::Request& request,
               CommitObserver* observer, std::string& body);

Cost weigh(const wire::mongodb::Request& request);

}  // namespace cairn::mongodb
