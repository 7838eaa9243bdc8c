// The shared table (cases.json) through libmongoc: what is found, what updates make, what fails.
#include "tests/drivers/c/sections.h"

#include <stdlib.h>
#include <string.h>

typedef void (*each_t)(const bson_t* row, void* context);

static bson_t* read_table(void) {
  bson_error_t error;
  bson_json_reader_t* reader = bson_json_reader_new_from_file(getenv("CAIRN_CASES"), &error);
  CHECK(reader, "CAIRN_CASES: %s", error.message);
  bson_t* table = bson_new();
  int read = bson_json_reader_read(reader, table, &error);
  bson_json_reader_destroy(reader);
  CHECK(read == 1, "cases.json: %s", error.message);
  return table;
}

static bool sub_document(const bson_t* row, const char* key, bson_t* out) {
  bson_iter_t at;
  if (!bson_iter_init_find(&at, row, key)) return false;
  uint32_t length;
  const uint8_t* data;
  if (BSON_ITER_HOLDS_ARRAY(&at)) {
    bson_iter_array(&at, &length, &data);
  } else {
    bson_iter_document(&at, &length, &data);
  }
  return bson_init_static(out, data, length);
}

static const char* text_of(const bson_t* row, const char* key) {
  bson_iter_t at;
  return bson_iter_init_find(&at, row, key) ? bson_iter_utf8(&at, NULL) : "";
}

static int64_t int_of(const bson_t* row, const char* key, int64_t otherwise) {
  bson_iter_t at;
  return bson_iter_init_find(&at, row, key) ? bson_iter_as_int64(&at) : otherwise;
}

static void for_each(const bson_t* table, const char* key, each_t each, void* context) {
  bson_t rows, row;
  bson_iter_t at;
  CHECK(sub_document(table, key, &rows) && bson_iter_init(&at, &rows), "no %s", key);
  while (bson_iter_next(&at)) {
    uint32_t length;
    const uint8_t* data;
    bson_iter_document(&at, &length, &data);
    CHECK(bson_init_static(&row, data, length), "a row of %s", key);
    each(&row, context);
  }
}

// A cursor's documents are those of an array, byte for byte; destroys the cursor.
static void check_documents(mongoc_cursor_t* cursor, const bson_t* expected, const char* why) {
  bson_iter_t at;
  const bson_t* document;
  bson_iter_init(&at, expected);
  while (mongoc_cursor_next(cursor, &document)) {
    bson_t wanted;
    uint32_t length;
    const uint8_t* data;
    CHECK(bson_iter_next(&at), "%s: too many documents", why);
    bson_iter_document(&at, &length, &data);
    bson_init_static(&wanted, data, length);
    char* text = bson_as_canonical_extended_json(document, NULL);
    CHECK(bson_equal(document, &wanted), "%s: got %s", why, text);
    bson_free(text);
  }
  bson_error_t error;
  CHECK(!mongoc_cursor_error(cursor, &error), "%s: %s", why, error.message);
  CHECK(!bson_iter_next(&at), "%s: too few documents", why);
  mongoc_cursor_destroy(cursor);
}

static void insert_row(const bson_t* row, void* context) {
  bson_error_t error;
  CHECK(mongoc_collection_insert_one(context, row, NULL, NULL, &error), "insert: %s",
        error.message);
}

static void check_query(const bson_t* row, void* context) {
  const char* why = text_of(row, "why");
  bson_t filter, sort, ids,
      *opts = BCON_NEW("skip", BCON_INT64(int_of(row, "skip", 0)), "limit",
                       BCON_INT64(int_of(row, "limit", 0)));
  CHECK(sub_document(row, "filter", &filter) && sub_document(row, "ids", &ids), "%s: a row", why);
  if (sub_document(row, "sort", &sort)) {
    BSON_APPEND_DOCUMENT(opts, "sort", &sort);
  } else {
    BCON_APPEND(opts, "sort", "{", "_id", BCON_INT32(1), "}");
  }
  mongoc_cursor_t* cursor = mongoc_collection_find_with_opts(context, &filter, opts, NULL);
  bson_iter_t at;
  const bson_t* document;
  bson_iter_init(&at, &ids);
  while (mongoc_cursor_next(cursor, &document)) {
    CHECK(bson_iter_next(&at), "%s: too many documents", why);
    check_int(document, "_id", bson_iter_as_int64(&at), why);
  }
  bson_error_t error;
  CHECK(!mongoc_cursor_error(cursor, &error), "%s: %s", why, error.message);
  CHECK(!bson_iter_next(&at), "%s: too few documents", why);
  mongoc_cursor_destroy(cursor);
  bson_destroy(opts);
}

static void check_projection(const bson_t* row, void* context) {
  bson_t filter, projection, docs, *opts = BCON_NEW("sort", "{", "_id", BCON_INT32(1), "}");
  CHECK(sub_document(row, "filter", &filter) && sub_document(row, "projection", &projection) &&
            sub_document(row, "docs", &docs),
        "a row");
  BSON_APPEND_DOCUMENT(opts, "projection", &projection);
  check_documents(mongoc_collection_find_with_opts(context, &filter, opts, NULL), &docs,
                  text_of(row, "why"));
  bson_destroy(opts);
}

static void check_pipeline(const bson_t* row, void* context) {
  bson_t docs, stages, pipeline = BSON_INITIALIZER;
  CHECK(sub_document(row, "pipeline", &stages) && sub_document(row, "docs", &docs), "a row");
  BSON_APPEND_ARRAY(&pipeline, "pipeline", &stages);
  check_documents(mongoc_collection_aggregate(context, MONGOC_QUERY_NONE, &pipeline, NULL, NULL),
                  &docs, text_of(row, "why"));
  bson_destroy(&pipeline);
}

void table_of_reads(mongoc_database_t* db) {
  bson_t* table = read_table();
  mongoc_collection_t* collection = mongoc_database_get_collection(db, "c");
  for_each(table, "documents", insert_row, collection);
  for_each(table, "queries", check_query, collection);
  for_each(table, "projections", check_projection, collection);
  for_each(table, "pipelines", check_pipeline, collection);
  mongoc_collection_destroy(collection);
  bson_destroy(table);
}

static void check_update(const bson_t* row, void* context) {
  const char* why = text_of(row, "why");
  bson_t before, given, update, after, reply,
      *by_id = BCON_NEW("_id", BCON_INT32(1)),
      *opts = BCON_NEW("upsert", BCON_BOOL(int_of(row, "upsert", 0)));
  bson_error_t error;
  mongoc_collection_drop(context, NULL);
  bool exists = sub_document(row, "before", &before);
  if (exists) insert_row(&before, context);
  CHECK(sub_document(row, "update", &update) && sub_document(row, "after", &after), "%s: a row",
        why);
  const bson_t* filter = sub_document(row, "filter", &given) ? &given : by_id;
  CHECK(mongoc_collection_update_one(context, filter, &update, opts, &reply, &error), "%s: %s", why,
        error.message);
  if (exists) check_int(&reply, "modifiedCount", int_of(row, "modified", 1), why);
  bson_t expected = BSON_INITIALIZER, everything = BSON_INITIALIZER;
  BSON_APPEND_DOCUMENT(&expected, "0", &after);
  check_documents(mongoc_collection_find_with_opts(context, &everything, NULL, NULL), &expected,
                  why);
  bson_destroy(&expected);
  bson_destroy(&reply);
  bson_destroy(opts);
  bson_destroy(by_id);
}

void table_of_updates(mongoc_database_t* db) {
  bson_t* table = read_table();
  mongoc_collection_t* collection = mongoc_database_get_collection(db, "u");
  for_each(table, "updates", check_update, collection);
  mongoc_collection_destroy(collection);
  bson_destroy(table);
}

static void check_error(const bson_t* row, void* context) {
  const char* why = text_of(row, "why");
  bson_t command;
  bson_error_t error = {0};
  CHECK(sub_document(row, "command", &command), "%s: a row", why);
  bool done = mongoc_database_command_with_opts(context, &command, NULL, NULL, NULL, &error);
  int64_t code = int_of(row, "code", 0);
  CHECK(done == (code == 0), "%s: %s", why, error.message);
  if (done) return;
  CHECK(error.code == (uint32_t)code, "%s: expected %lld, got %u %s", why, (long long)code,
        error.code, error.message);
  CHECK(strstr(error.message, text_of(row, "message")), "%s: %s", why, error.message);
}

void table_of_errors(mongoc_database_t* db) {
  bson_t *table = read_table(), *one = BCON_NEW("_id", BCON_INT32(0));
  mongoc_collection_t* collection = mongoc_database_get_collection(db, "c");
  insert_row(one, collection);
  for_each(table, "errors", check_error, db);
  mongoc_collection_destroy(collection);
  bson_destroy(one);
  bson_destroy(table);
}
