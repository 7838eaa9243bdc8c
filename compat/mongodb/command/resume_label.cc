#include "compat/mongodb/command/resume_label.h"

#include <cairn/bson.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace cairn::mongodb {
namespace {

// HostUnreachable, HostNotFound, StaleShardVersion, NetworkTimeout, ShutdownInProgress,
// FailedToSatisfyReadPreference, StaleEpoch, PrimarySteppedDown, RetryChangeStream,
// ExceededTimeLimit, SocketException, NotWritablePrimary, InterruptedAtShutdown,
// InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary.
constexpr std::int32_t kResumable[] = {6,   7,   63,   89,    91,    133,   150,   189,
                                       234, 262, 9001, 10107, 11600, 11602, 13435, 13436};

}  // namespace

Status labelled_for_resume(Status status) {
  const auto code = static_cast<std::int32_t>(status.code());
  if (std::ranges::find(kResumable, code) == std::end(kResumable)) return status;
  if (!status.details().empty()) return status;
  return {status.code(), std::string(status.message()),
          std::string(document("errorLabels", array("ResumableChangeStreamError")).bytes())};
}

}  // namespace cairn::mongodb
