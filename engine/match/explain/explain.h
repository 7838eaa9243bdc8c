// Why a document does not satisfy a filter: the `errInfo.details` of a failed validation (code
// 121), in MongoDB's words. Source: MongoDB's manual, "Schema Validation", and what MongoDB 8
// answers.
#pragma once

#include "engine/match/matcher.h"

namespace cairn::match {

// The details of `filter`, parsed with the same options before. REQUIRES: the document does not
// match.
Document explain_failure(DocumentView filter, const MatchOptions& options, DocumentView document);

}  // namespace cairn::match
