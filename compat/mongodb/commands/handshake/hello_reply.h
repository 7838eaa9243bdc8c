// What `hello` and its older names answer: who this server is and what it can do.
// Thread-safety: as the Call.
#pragma once

#include "compat/mongodb/command/command.h"

#include <string>

namespace cairn::mongodb {

inline constexpr std::int32_t kMinWireVersion = 0;
inline constexpr std::int32_t kMaxWireVersion = 25;  // MongoDB 8.0

// Fields that clients add are accepted: new drivers say hello to old servers.
enum HelloField { kHelloOk, kClient, kCompression, kTopologyVersion, kMaxAwaitTime };
inline constexpr Field kHelloFields[] = {
    {.name = "helloOk", .types = kBoolOrNumber},
    {.name = "client", .types = kObject},
    {.name = "compression", .types = kArray},
    {.name = "topologyVersion", .types = kObject},
    {.name = "maxAwaitTimeMS", .types = kNumber, .at_least = 0},
    {.name = "saslSupportedMechs", .types = kString},
    {.name = "speculativeAuthenticate", .types = kObject},
    {.name = "loadBalanced"},
    {.name = "hostInfo"},
    {.name = "internalClient", .types = kObject},
    {.name = "hangUpOnStepDown"},
};

// `writable_field`: "isWritablePrimary", or "ismaster" under the old names.
Status say_hello(Call& call, std::string_view writable_field, DocumentBuilder& reply);

// "host:port" by which this client knows the server.
std::string advertised_address(const Call& call);

// The id of the election that made the only member primary; the same for ever.
ObjectId election_id();

}  // namespace cairn::mongodb
