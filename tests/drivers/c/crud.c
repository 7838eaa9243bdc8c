// libmongoc against the server at CAIRN_URI: everyday work, cursors, bulk writes, duplicate keys,
// types, threads, sessions, catalog.
#include "tests/drivers/c/sections.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool insert(mongoc_collection_t* collection, const char* document, bson_error_t* error) {
  bson_t* parsed = parse(document);
  bool done = mongoc_collection_insert_one(collection, parsed, NULL, NULL, error);
  bson_destroy(parsed);
  return done;
}

static char* find_all(mongoc_collection_t* collection, const char* filter, const char* opts) {
  bson_t *parsed = parse(filter), *parsed_opts = parse(opts);
  char* text = drain(mongoc_collection_find_with_opts(collection, parsed, parsed_opts, NULL));
  bson_destroy(parsed);
  bson_destroy(parsed_opts);
  return text;
}

static int64_t count(mongoc_collection_t* collection, const char* filter) {
  bson_t* parsed = parse(filter);
  bson_error_t error;
  int64_t found = mongoc_collection_count_documents(collection, parsed, NULL, NULL, NULL, &error);
  bson_destroy(parsed);
  CHECK(found >= 0, "count_documents: %s", error.message);
  return found;
}

typedef bool (*update_t)(mongoc_collection_t*, const bson_t*, const bson_t*, const bson_t*, bson_t*,
                         bson_error_t*);

static void check_update(update_t update, mongoc_collection_t* collection, const char* filter,
                         const char* change, const char* opts, int matched, int modified,
                         int upserted) {
  bson_t *parsed = parse(filter), *parsed_change = parse(change), *parsed_opts = parse(opts), reply;
  bson_error_t error;
  CHECK(update(collection, parsed, parsed_change, parsed_opts, &reply, &error), "%s: %s", change,
        error.message);
  check_int(&reply, "matchedCount", matched, change);
  check_int(&reply, "modifiedCount", modified, change);
  check_int(&reply, "upsertedCount", upserted, change);
  bson_destroy(&reply);
  bson_destroy(parsed_opts);
  bson_destroy(parsed_change);
  bson_destroy(parsed);
}

static void everyday(mongoc_database_t* db) {
  mongoc_collection_t* c = mongoc_database_get_collection(db, "c");
  bson_error_t error;
  for (int i = 0; i < 10; i++) {
    char document[64];
    snprintf(document, sizeof document, "{'_id': %d, 'v': %d}", i, i % 3);
    CHECK(insert(c, document, &error), "insert: %s", error.message);
  }
  check_update(mongoc_collection_update_many, c, "{'v': 1}", "{'$inc': {'v': 10}}", "{}", 3, 3, 0);
  check_update(mongoc_collection_update_one, c, "{'_id': 'up'}", "{'$set': {'a': 1}}",
               "{'upsert': true}", 0, 0, 1);
  check_update(mongoc_collection_replace_one, c, "{'_id': 5}", "{'z': 1}", "{}", 1, 1, 0);
  char* text =
      find_all(c, "{'_id': {'$in': [4, 5, 'up']}}", "{'sort': {'_id': 1}, 'projection': {'v': 0}}");
  check_text(text,
             "{ \"_id\" : { \"$numberInt\" : \"4\" } }\n{ \"_id\" : { \"$numberInt\" : \"5\" }, "
             "\"z\" : { \"$numberInt\" : \"1\" } }\n"
             "{ \"_id\" : \"up\", \"a\" : { \"$numberInt\" : \"1\" } }\n",
             "find with sort and projection");
  bson_free(text);
  bson_t *filter = parse("{'v': 0}"), reply;
  CHECK(mongoc_collection_delete_many(c, filter, NULL, &reply, &error), "delete_many: %s",
        error.message);
  check_int(&reply, "deletedCount", 4, "delete_many");
  bson_destroy(&reply);
  bson_destroy(filter);
  CHECK(count(c, "{}") == 7, "count_documents");
  CHECK(mongoc_collection_estimated_document_count(c, NULL, NULL, NULL, &error) == 7,
        "estimated_document_count");
  mongoc_collection_destroy(c);
}

static void find_and_modify(mongoc_database_t* db) {
  mongoc_collection_t* c = mongoc_database_get_collection(db, "c");
  bson_error_t error;
  CHECK(insert(c, "{'_id': 1, 'n': 1}", &error), "insert: %s", error.message);
  bson_t *query = parse("{'_id': 1}"), *update = parse("{'$inc': {'n': 4}}"), reply;
  CHECK(mongoc_collection_find_and_modify(c, query, NULL, update, NULL, false, false, true, &reply,
                                          &error),
        "find_and_modify: %s", error.message);
  check_int(&reply, "value.n", 5, "the document after");
  check_int(&reply, "lastErrorObject.updatedExisting", 1, "updatedExisting");
  bson_destroy(&reply);
  CHECK(mongoc_collection_find_and_modify(c, query, NULL, NULL, NULL, true, false, false, &reply,
                                          &error),
        "remove: %s", error.message);
  check_int(&reply, "value.n", 5, "the removed document");
  bson_destroy(&reply);
  CHECK(count(c, "{}") == 0, "it is gone");
  bson_destroy(update);
  bson_destroy(query);
  mongoc_collection_destroy(c);
}

static void insert_numbers(mongoc_collection_t* collection, int upto) {
  bson_error_t error;
  mongoc_bulk_operation_t* bulk =
      mongoc_collection_create_bulk_operation_with_opts(collection, NULL);
  for (int i = 0; i < upto; i++) {
    bson_t* document = BCON_NEW("_id", BCON_INT32(i));
    mongoc_bulk_operation_insert(bulk, document);
    bson_destroy(document);
  }
  CHECK(mongoc_bulk_operation_execute(bulk, NULL, &error) != 0, "bulk insert: %s", error.message);
  mongoc_bulk_operation_destroy(bulk);
}

static void cursors(mongoc_database_t* db) {
  mongoc_collection_t* c = mongoc_database_get_collection(db, "c");
  const char* sizes[] = {"{'batchSize': 7, 'sort': {'_id': 1}}", "{'sort': {'_id': 1}}",
                         "{'batchSize': 1000, 'sort': {'_id': 1}}"};
  insert_numbers(c, 1000);
  for (int i = 0; i < 3; i++) {
    bson_t filter = BSON_INITIALIZER, *opts = parse(sizes[i]);
    mongoc_cursor_t* cursor = mongoc_collection_find_with_opts(c, &filter, opts, NULL);
    const bson_t* document;
    int seen = 0;
    while (mongoc_cursor_next(cursor, &document)) check_int(document, "_id", seen++, sizes[i]);
    bson_error_t error;
    CHECK(!mongoc_cursor_error(cursor, &error), "%s: %s", sizes[i], error.message);
    CHECK(seen == 1000, "%s: %d documents", sizes[i], seen);
    mongoc_cursor_destroy(cursor);
    bson_destroy(opts);
  }
  mongoc_collection_destroy(c);
}

static mongoc_bulk_operation_t* mixed_bulk(mongoc_collection_t* collection, bool ordered) {
  bson_t *opts = BCON_NEW("ordered", BCON_BOOL(ordered)), *one = parse("{'_id': 1}"),
         *two = parse("{'_id': 2}"), *three = parse("{'_id': 3}");
  bson_t *change = parse("{'$set': {'a': 1}}"), *fresh = parse("{'_id': 'new'}"),
         *upsert = parse("{'upsert': true}");
  mongoc_bulk_operation_t* bulk =
      mongoc_collection_create_bulk_operation_with_opts(collection, opts);
  mongoc_bulk_operation_insert(bulk, one);
  mongoc_bulk_operation_insert(bulk, one);
  mongoc_bulk_operation_update_one_with_opts(bulk, two, change, NULL, NULL);
  mongoc_bulk_operation_remove_one_with_opts(bulk, three, NULL, NULL);
  mongoc_bulk_operation_insert(bulk, two);
  mongoc_bulk_operation_update_many_with_opts(bulk, fresh, change, upsert, NULL);
  bson_t* all[] = {opts, one, two, three, change, fresh, upsert};
  for (int i = 0; i < 7; i++) bson_destroy(all[i]);
  return bulk;
}

static void bulk_writes(mongoc_database_t* db) {
  mongoc_collection_t* c = mongoc_database_get_collection(db, "c");
  // ordered?, then nInserted, nModified, nRemoved, nUpserted
  const int expected[2][5] = {{1, 1, 0, 0, 0}, {0, 1, 1, 1, 1}};
  for (int round = 0; round < 2; round++) {
    const int* want = expected[round];
    bson_error_t error;
    bson_t reply;
    mongoc_collection_drop(c, NULL);
    CHECK(insert(c, "{'_id': 2}", &error) && insert(c, "{'_id': 3}", &error), "insert: %s",
          error.message);
    mongoc_bulk_operation_t* bulk = mixed_bulk(c, want[0]);
    CHECK(mongoc_bulk_operation_execute(bulk, &reply, &error) == 0 && error.code == 11000,
          "a bulk with duplicates: %s", error.message);
    check_int(&reply, "nInserted", want[1], "bulk");
    check_int(&reply, "nModified", want[2], "bulk");
    check_int(&reply, "nRemoved", want[3], "bulk");
    check_int(&reply, "nUpserted", want[4], "bulk");
    check_int(&reply, "writeErrors.0.index", 1, "the first error");
    check_int(&reply, "writeErrors.0.code", 11000, "the first error");
    check_int(&reply, "writeErrors.0.keyPattern._id", 1, "keyPattern");
    check_int(&reply, "writeErrors.0.keyValue._id", 1, "keyValue");
    if (!want[0]) check_int(&reply, "writeErrors.1.index", 4, "the second error");
    bson_destroy(&reply);
    mongoc_bulk_operation_destroy(bulk);
  }
  mongoc_collection_destroy(c);
}

static void duplicate_keys(mongoc_database_t* db) {
  mongoc_collection_t* c = mongoc_database_get_collection(db, "c");
  bson_error_t error;
  CHECK(insert(c, "{'_id': {'a': 1, 'b': 'x'}}", &error), "insert: %s", error.message);
  CHECK(!insert(c, "{'_id': {'a': 1, 'b': 'x'}}", &error) && error.code == 11000,
        "a duplicate _id: %s", error.message);
  const char* message =
      "E11000 duplicate key error collection: client_c_duplicate_keys.c index: _id_ dup key: { "
      "_id: { a: 1, b: \"x\" } }";
  CHECK(strstr(error.message, message), "%s", error.message);
  CHECK(insert(c, "{'_id': 7}", &error), "insert: %s", error.message);
  CHECK(!insert(c, "{'_id': {'$numberDouble': '7.0'}}", &error) && error.code == 11000,
        "the same number: %s", error.message);
  mongoc_collection_destroy(c);
}

static void types(mongoc_database_t* db) {
  mongoc_collection_t* c = mongoc_database_get_collection(db, "c");
  bson_error_t error;
  const char* stored =
      "{'_id': 1, 'long': {'$numberLong': '1'}, 'double': {'$numberDouble': '1.0'}, 'nan': "
      "{'$numberDouble': 'NaN'}, 'decimal': {'$numberDecimal': '1.10'},"
      "'date': {'$date': {'$numberLong': '-1'}}, 'oid': {'$oid': '64b1f0c2a1b2c3d4e5f60718'}, "
      "'binary': {'$binary': {'base64': 'AAEC', 'subType': '80'}},"
      "'regex': {'$regularExpression': {'pattern': '^a', 'options': 'im'}}, 'null': null, 'array': "
      "[1, 'two', [], {}], 'unicode': '日本語 🍎',"
      "'ts': {'$timestamp': {'t': 5, 'i': 6}}, 'least': {'$minKey': 1}, 'greatest': {'$maxKey': "
      "1}, 'code': {'$code': 'x'}, 'true': true}";
  CHECK(insert(c, stored, &error), "insert: %s", error.message);
  bson_t *expected = parse(stored), filter = BSON_INITIALIZER;
  mongoc_cursor_t* cursor = mongoc_collection_find_with_opts(c, &filter, NULL, NULL);
  const bson_t* back;
  CHECK(mongoc_cursor_next(cursor, &back), "find");
  CHECK(bson_equal(back, expected), "every type comes back byte for byte");
  mongoc_cursor_destroy(cursor);
  bson_destroy(expected);
  mongoc_collection_destroy(c);
}

typedef struct {
  mongoc_client_pool_t* pool;
  int worker, failures;
} work_t;

static void* work(void* argument) {
  work_t* mine = argument;
  mongoc_client_t* client = mongoc_client_pool_pop(mine->pool);
  mongoc_collection_t* c = mongoc_client_get_collection(client, "client_c_threads", "c");
  bson_t *sum = BCON_NEW("_id", "sum"), *change = BCON_NEW("$inc", "{", "n", BCON_INT32(1), "}");
  for (int i = 0; i < 50; i++) {
    bson_t* document = BCON_NEW("worker", BCON_INT32(mine->worker), "i", BCON_INT32(i));
    mine->failures += !mongoc_collection_update_one(c, sum, change, NULL, NULL, NULL);
    mine->failures += !mongoc_collection_insert_one(c, document, NULL, NULL, NULL);
    bson_destroy(document);
  }
  bson_destroy(change);
  bson_destroy(sum);
  mongoc_collection_destroy(c);
  mongoc_client_pool_push(mine->pool, client);
  return NULL;
}

static void threads(mongoc_database_t* db) {
  mongoc_collection_t* c = mongoc_database_get_collection(db, "c");
  mongoc_uri_t* uri = mongoc_uri_new(getenv("CAIRN_URI"));
  mongoc_client_pool_t* pool = mongoc_client_pool_new(uri);
  pthread_t running[16];
  work_t jobs[16];
  bson_error_t error;
  CHECK(insert(c, "{'_id': 'sum', 'n': 0}", &error), "insert: %s", error.message);
  for (int i = 0; i < 16; i++) {
    jobs[i] = (work_t){pool, i, 0};
    pthread_create(&running[i], NULL, work, &jobs[i]);
  }
  for (int i = 0; i < 16; i++) pthread_join(running[i], NULL);
  for (int i = 0; i < 16; i++)
    CHECK(jobs[i].failures == 0, "worker %d failed %d times", i, jobs[i].failures);
  CHECK(count(c, "{'_id': 'sum', 'n': 800}") == 1, "no increment was lost");
  CHECK(count(c, "{'worker': {'$exists': true}}") == 800, "no insertion was lost");
  mongoc_client_pool_destroy(pool);
  mongoc_uri_destroy(uri);
  mongoc_collection_destroy(c);
}

static void sessions(mongoc_database_t* db) {
  mongoc_client_t* own = mongoc_client_new(getenv("CAIRN_URI"));
  mongoc_collection_t* c = mongoc_client_get_collection(own, mongoc_database_get_name(db), "c");
  bson_error_t error;
  mongoc_client_session_t* session = mongoc_client_start_session(own, NULL, &error);
  CHECK(session, "start_session: %s", error.message);
  bson_t opts = BSON_INITIALIZER, *document = parse("{'_id': 1}");
  CHECK(mongoc_client_session_append(session, &opts, &error), "append: %s", error.message);
  CHECK(mongoc_collection_insert_one(c, document, &opts, NULL, &error), "a write in a session: %s",
        error.message);
  char* text = drain(mongoc_collection_find_with_opts(c, document, &opts, NULL));
  check_text(text, "{ \"_id\" : { \"$numberInt\" : \"1\" } }\n", "a read in a session");
  bson_free(text);
  bson_destroy(document);
  bson_destroy(&opts);
  mongoc_client_session_destroy(session);
  mongoc_collection_destroy(c);
  mongoc_client_destroy(own);
}

static void compression(mongoc_database_t* db) {
  const char* names[] = {"zlib", "snappy", "zstd"};
  for (int i = 0; i < 3; i++) {
    mongoc_uri_t* uri = mongoc_uri_new(getenv("CAIRN_URI"));
    CHECK(mongoc_uri_set_compressors(uri, names[i]), "libmongoc lacks %s", names[i]);
    mongoc_client_t* own = mongoc_client_new_from_uri(uri);
    mongoc_collection_t* c =
        mongoc_client_get_collection(own, mongoc_database_get_name(db), names[i]);
    insert_numbers(c, 2000);
    CHECK(count(c, "{}") == 2000, "%s: all documents are there", names[i]);
    char* text = find_all(c, "{'_id': {'$gte': 1998}}", "{'sort': {'_id': -1}}");
    check_text(text,
               "{ \"_id\" : { \"$numberInt\" : \"1999\" } }\n{ \"_id\" : { \"$numberInt\" : "
               "\"1998\" } }\n",
               names[i]);
    bson_free(text);
    mongoc_collection_destroy(c);
    mongoc_client_destroy(own);
    mongoc_uri_destroy(uri);
  }
}

static void catalog(mongoc_database_t* db) {
  bson_error_t error;
  mongoc_collection_t* made = mongoc_database_create_collection(db, "made", NULL, &error);
  CHECK(made, "create_collection: %s", error.message);
  char** names = mongoc_database_get_collection_names_with_opts(db, NULL, &error);
  CHECK(names && names[0] && !names[1], "collection names: %s", error.message);
  check_text(names[0], "made", "the collection's name");
  bson_strfreev(names);
  char* indexes = drain(mongoc_collection_find_indexes_with_opts(made, NULL));
  CHECK(strstr(indexes, "_id_"), "indexes: %s", indexes);
  bson_free(indexes);
  CHECK(insert(made, "{'_id': 1}", &error), "insert: %s", error.message);
  CHECK(mongoc_collection_rename(made, mongoc_database_get_name(db), "renamed", false, &error),
        "rename: %s", error.message);
  CHECK(count(made, "{'_id': 1}") == 1, "rename keeps documents");
  CHECK(mongoc_collection_drop(made, &error), "drop: %s", error.message);
  CHECK(!mongoc_database_has_collection(db, "renamed", &error), "it is gone");
  mongoc_collection_destroy(made);
}

int main(void) {
  mongoc_init();
  setvbuf(stdout, NULL, _IOLBF, 0);
  mongoc_client_t* client = getenv("CAIRN_URI") ? mongoc_client_new(getenv("CAIRN_URI")) : NULL;
  if (!client) {
    printf("FAILED: CAIRN_URI names no server; run this under with_server.py\n");
    return 1;
  }
  mongoc_client_set_error_api(client, MONGOC_ERROR_API_VERSION_2);
#define RUN(section) run_section(client, #section, section)
  RUN(everyday);
  RUN(find_and_modify);
  RUN(table_of_reads);
  RUN(table_of_updates);
  RUN(table_of_errors);
  RUN(cursors);
  RUN(bulk_writes);
  RUN(duplicate_keys);
  RUN(types);
  RUN(threads);
  RUN(sessions);
  RUN(compression);
  RUN(catalog);
#undef RUN
  mongoc_client_destroy(client);
  mongoc_cleanup();
  return finish();
}
