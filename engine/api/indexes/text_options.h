// The definition of a text index, completed: the fields with text become weights, and `_fts`,
// `_ftsx` stand for them in the key pattern. Source: MongoDB's manual, "Text Indexes on
// Self-Managed Deployments"; the borders were read off its engine.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

struct TextOptions {
  Document key;
  Document options;  // weights, default_language, language_override, textIndexVersion
};

// Whether a key pattern is one of a text index.
bool is_text_pattern(DocumentView pattern);

// REQUIRES: is_text_pattern of the specification's key. Errors: CannotCreateIndex, TypeMismatch.
Result<TextOptions> complete_text(DocumentView specification);

}  // namespace cairn::api
