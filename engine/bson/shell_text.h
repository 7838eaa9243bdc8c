// Values as MongoDB writes them into its messages: `{ a: 1, b: [ "x" ], c: ObjectId('…') }`.
#pragma once

#include <cairn/bson.h>

#include <string>

namespace cairn {

std::string to_shell_text(ValueView value);
std::string to_shell_text(DocumentView document);
// `name: value`.
std::string to_shell_text(const Element& element);
// "a: 1, b: 2": the fields without braces.
std::string to_shell_fields(DocumentView document);

}  // namespace cairn
