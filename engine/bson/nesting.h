// Nesting: how deep documents are. What comes over the wire is flat enough by `validate_document`;
// what expressions, pipelines and updates make has to be looked at.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn {

// Of a document that an update or a pipeline stores; MongoDB's limit.
inline constexpr int kMaxNestingStored = 180;
// What a pipeline's stages may nest, one in the other: documents on the way are not deeper, so that
// going down into them stays within a thread's stack.
inline constexpr int kMaxPipelineNesting = 5000;

// How many levels of documents and arrays there are, itself being the first; counts to `most`.
int nesting_up_to(DocumentView document, int most);

// Whether something that itself nests so many levels may make of a document as it is stored one
// that is too deep for a reader.
bool may_be_too_deep(int levels);
// Whether a reader may get it. Error: Overflow.
Status check_nesting_to_read(DocumentView document);

}  // namespace cairn
