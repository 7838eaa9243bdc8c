// The embedded benchmarks; each prints its table and appends its rows to `report`'s open array.
#pragma once

#include "bench/embedded/setting.h"

#include <cairn/bson.h>

namespace cairn::bench {

// By `_id`, against the same raw Gets on the same files with the same options.
void find_by_id(const Setting& setting, DocumentBuilder& report);
// One document at a time, against a raw WriteBatch of the same keys and bytes.
void insert(const Setting& setting, DocumentBuilder& report);
// The same with secondary indexes.
void indexed_insert(const Setting& setting, DocumentBuilder& report);
// A whole collection through a simple filter, against a raw iterator over the same rows.
void scan(const Setting& setting, DocumentBuilder& report);

// Through secondary indexes, against raw seeks, Gets and iterators over the same entries.
void index(const Setting& setting, DocumentBuilder& report);
// createIndex on what is there, against the bare scan.
void index_build(const Setting& setting, DocumentBuilder& report);
// Keys with a time to live: deleting what is due, and what that does to reads and files.
void expiry(const Setting& setting, DocumentBuilder& report);
// The ten best of a two-term `$text`.
void text(const Setting& setting, DocumentBuilder& report);
// `$vectorSearch` with filters, against none and against exact search.
void vector_filter(const Setting& setting, DocumentBuilder& report);
// Inserts into a collection with a vector index while it is searched.
void vector_insert(const Setting& setting, DocumentBuilder& report);
// The ten nearest of a `$near`, and what lies in a `$geoWithin`.
void geo(const Setting& setting, DocumentBuilder& report);
// Pipelines over a whole collection, against its bare scan.
void pipeline(const Setting& setting, DocumentBuilder& report);

}  // namespace cairn::bench
