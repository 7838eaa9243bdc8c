// What the clients of this server are doing, for `currentOp` and for the stages that ask the same.
#pragma once

#include "compat/mongodb/command/state.h"

#include <cairn/activity.h>

namespace cairn::mongodb {

// Thread-safe. Does not outlive the dialect.
class ClientActivity final : public Activity {
 public:
  explicit ClientActivity(DialectState& dialect) : dialect_(dialect) {}
  std::vector<Document> operations(const Operations& wanted) const override;
  std::vector<Document> sessions(const Sessions& wanted) const override;

 private:
  DialectState& dialect_;
};

}  // namespace cairn::mongodb
