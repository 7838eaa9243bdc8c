#include "compat/mongodb/commands/unsupported.h"

namespace cairn::mongodb {
namespace {

constexpr Row kRows[] = {
    {.name = "_mergeAuthzCollections"},
    {.name = "analyze"},
    {.name = "appendOplogNote"},
    {.name = "applyOps"},
    {.name = "autoCompact"},
    {.name = "cleanupStructuredEncryptionData"},
    {.name = "compact"},
    {.name = "compactStructuredEncryptionData"},
    {.name = "connPoolStats"},
    {.name = "createRole"},
    {.name = "createUser"},
    {.name = "dbHash"},
    {.name = "dropAllRolesFromDatabase"},
    {.name = "dropAllUsersFromDatabase"},
    {.name = "dropConnections"},
    {.name = "dropRole"},
    {.name = "dropUser"},
    {.name = "filemd5"},
    {.name = "fsyncUnlock"},
    {.name = "getDefaultRWConcern"},
    {.name = "getDiagnosticData"},
    {.name = "getQueryableEncryptionCountInfo"},
    {.name = "grantPrivilegesToRole"},
    {.name = "grantRolesToRole"},
    {.name = "grantRolesToUser"},
    {.name = "invalidateUserCache"},
    {.name = "listSearchIndexes"},
    {.name = "lockInfo"},
    {.name = "logRotate"},
    {.name = "mapReduce"},
    {.name = "profile"},
    {.name = "removeQuerySettings"},
    {.name = "replSetAbortPrimaryCatchUp"},
    {.name = "replSetFreeze"},
    {.name = "replSetInitiate"},
    {.name = "replSetMaintenance"},
    {.name = "replSetReconfig"},
    {.name = "replSetResizeOplog"},
    {.name = "replSetStepDown"},
    {.name = "replSetStepUp"},
    {.name = "replSetSyncFrom"},
    {.name = "revokePrivilegesFromRole"},
    {.name = "revokeRolesFromRole"},
    {.name = "revokeRolesFromUser"},
    {.name = "rolesInfo"},
    {.name = "rotateCertificates"},
    {.name = "setDefaultRWConcern"},
    {.name = "setFeatureCompatibilityVersion"},
    {.name = "setIndexCommitQuorum"},
    {.name = "setQuerySettings"},
    {.name = "setUserWriteBlockMode"},
    {.name = "top"},
    {.name = "updateRole"},
    {.name = "updateUser"},
    {.name = "usersInfo"},
    {.name = "validateDBMetadata"},
};

}  // namespace

std::span<const Row> unsupported_rows() { return kRows; }

}  // namespace cairn::mongodb
