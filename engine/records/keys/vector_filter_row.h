// What a vector search index keeps of a record to filter by: one row per record that has a vector
// in it, behind the vectors:
//
//   keyspace | 0x80 | record id  ->  a BSON document per field of type "filter", in their order
//
// Each is what a filter on that path can see of the record's document: {} or its first field, with
// whatever the path does not lead to left out.
#pragma once

#include "engine/bson/path.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <span>
#include <string>
#include <string_view>

namespace cairn::records {

// Stands in the place of a field's number, above all of them.
inline constexpr char kVectorFilterMark = '\x80';

// Appends the row's value.
void append_filter_row(DocumentView document, std::span<const FieldPath> filters, std::string& out);

// Takes the next document off the row's value. Error: InternalError where it is not one.
Result<DocumentView> next_filter_value(std::string_view& row);

}  // namespace cairn::records
