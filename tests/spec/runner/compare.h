// Expected against actual: type by type, in order, with placeholders.
#pragma once

#include <cairn/bson.h>

#include <map>
#include <string>
#include <vector>

namespace cairn::spec {

// Whether the value is as expected; {"$$type": name} stands for any value of that type.
bool matches(ValueView expected, ValueView actual);
bool matches(DocumentView expected, DocumentView actual);

// Every field of `expected` is in `actual`, with that value; {"$$exists": false}: is not.
bool includes(DocumentView expected, DocumentView actual);

// The same, of documents in documents and arrays too.
bool includes_at_all_depths(ValueView expected, ValueView actual);

// The same documents; `unordered`: in any order.
bool same_documents(const std::vector<Document>& expected, const std::vector<Document>& actual,
                    bool unordered);

// The value at a dotted path of field names and array indexes.
ValueView at_path(DocumentView document, std::string_view path);

// The document with strings "$$name" replaced by the kept values.
Document substitute(DocumentView document, const std::map<std::string, Value>& kept);

std::string print(const std::vector<Document>& documents);

}  // namespace cairn::spec
