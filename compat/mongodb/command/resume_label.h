// ResumeLabel: after which errors a driver goes on with a change stream by itself.
// Source: the MongoDB specification "change-streams", "Resumable Error".
#pragma once

#include <cairn/status.h>

namespace cairn::mongodb {

// An error of an aggregate or a getMore that reads a change stream, with the label
// `ResumableChangeStreamError` where it is due.
Status labelled_for_resume(Status status);

}  // namespace cairn::mongodb
