// SplitEvent: an event that is too large for a reply, in pieces. Source: MongoDB's manual,
// "$changeStreamSplitLargeEvent".
#pragma once

#include "engine/changes/resume_token.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <vector>

namespace cairn::changes {

// The fields of `event`, the small ones first, each whole, in as few documents as they fit:
// {_id: the token with the piece's number, splitEvent: {fragment, of}, …}. `token`: the event's.
// Error: BSONObjectTooLarge where one field alone is too large.
Result<std::vector<Document>> split_event(DocumentView event, const ResumeToken& token,
                                          std::uint32_t limit);

}  // namespace cairn::changes
