// How listings show `local.oplog.rs`, which is in no catalog. A standalone server shows none.
#pragma once

#include "compat/mongodb/command/command.h"

#include <cairn/database.h>

#include <vector>

namespace cairn::mongodb {

// Adds the database `local` in its place, or the oplog to what it has.
void add_local_database(const Call& call, std::vector<DatabaseInfo>& databases);
// Adds the oplog, if the call's database is `local`.
void add_oplog(const Call& call, std::vector<CollectionInfo>& collections);

}  // namespace cairn::mongodb
