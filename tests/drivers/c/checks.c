#include "checks.h"

#include <stdlib.h>

outcome_t outcome;

static bool is_left_out(const char *name) {
  const char *names = getenv("CAIRN_TEST_WITHOUT");
  char list[1024], *rest = NULL;
  snprintf(list, sizeof list, "%s", names ? names : "");
  for (char *word = strtok_r(list, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    if (strcmp(word, name) == 0) return true;
  }
  return false;
}

void run_section(mongoc_client_t *client, const char *name, section_t section) {
  if (is_left_out(name)) {
    outcome.left_out++;
    printf("  left out  %s\n", name);
    return;
  }
  char database_name[64];
  snprintf(database_name, sizeof database_name, "client_c_%s", name);
  mongoc_database_t *db = mongoc_client_get_database(client, database_name);
  volatile int before = outcome.checks;
  mongoc_database_drop(db, NULL);
  if (setjmp(outcome.leave) == 0) {
    section(client, db);
    CHECK(outcome.checks > before, "made no check");
    outcome.passed++;
    printf("  passed    %s (%d checks)\n", name, outcome.checks - before);
  } else {
    outcome.failed++;
    printf("  FAILED    %s after %d checks\n", name, outcome.checks - before);
  }
  mongoc_database_drop(db, NULL);
  mongoc_database_destroy(db);
}

bson_t *parse(const char *quoted) {
  char *text = bson_strdup(quoted);
  for (char *at = text; *at; at++) {
    if (*at == '\'') *at = '"';
  }
  bson_error_t error;
  bson_t *document = bson_new_from_json((const uint8_t *)text, -1, &error);
  bson_free(text);
  CHECK(document, "%s: %s", quoted, error.message);
  return document;
}

char *drain(mongoc_cursor_t *cursor) {
  bson_string_t *text = bson_string_new("");
  const bson_t *document;
  while (mongoc_cursor_next(cursor, &document)) {
    char *line = bson_as_canonical_extended_json(document, NULL);
    bson_string_append_printf(text, "%s\n", line);
    bson_free(line);
  }
  bson_error_t error;
  bool failed = mongoc_cursor_error(cursor, &error);
  mongoc_cursor_destroy(cursor);
  CHECK(!failed, "the cursor ended with %s", error.message);
  return bson_string_free(text, false);
}

void check_int(const bson_t *reply, const char *path, int64_t expected, const char *why) {
  bson_iter_t top, found;
  CHECK(bson_iter_init(&top, reply) && bson_iter_find_descendant(&top, path, &found), "%s: no %s", why, path);
  int64_t actual = bson_iter_as_int64(&found);
  CHECK(actual == expected, "%s: expected %s to be %lld, got %lld", why, path, (long long)expected, (long long)actual);
}

void check_text(const char *actual, const char *expected, const char *why) {
  CHECK(strcmp(actual, expected) == 0, "%s: expected %s, got %s", why, expected, actual);
}
