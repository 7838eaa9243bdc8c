// The counting and leaving of checks.h.
#include "tests/drivers/c/checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
  int checks, passed, failed, left_out;
  jmp_buf leave;
} outcome;

void check_passed(void) { outcome.checks++; }

void check_failed(const char* file, int line, const char* condition, const char* format, ...) {
  va_list values;
  va_start(values, format);
  outcome.checks++;
  printf("    %s:%d: %s: ", file, line, condition);
  vprintf(format, values);
  printf("\n");
  va_end(values);
  longjmp(outcome.leave, 1);
}

static bool is_left_out(const char* name) {
  const char* names = getenv("CAIRN_TEST_WITHOUT");
  char list[1024], *rest = NULL;
  snprintf(list, sizeof list, "%s", names ? names : "");
  for (char* word = strtok_r(list, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    if (strcmp(word, name) == 0) return true;
  }
  return false;
}

static void run_in(mongoc_database_t* db, const char* name, section_t section) {
  const int before = outcome.checks;
  if (setjmp(outcome.leave) != 0) {
    outcome.failed++;
    printf("  FAILED    %s after %d checks\n", name, outcome.checks - before);
    return;
  }
  section(db);
  CHECK(outcome.checks > before, "made no check");
  outcome.passed++;
  printf("  passed    %s (%d checks)\n", name, outcome.checks - before);
}

void run_section(mongoc_client_t* client, const char* name, section_t section) {
  if (is_left_out(name)) {
    outcome.left_out++;
    printf("  left out  %s\n", name);
    return;
  }
  char database_name[64];
  snprintf(database_name, sizeof database_name, "client_c_%s", name);
  mongoc_database_t* db = mongoc_client_get_database(client, database_name);
  mongoc_database_drop(db, NULL);
  run_in(db, name, section);
  mongoc_database_drop(db, NULL);
  mongoc_database_destroy(db);
}

int finish(void) {
  printf("libmongoc %s: %d sections passed, %d failed, %d left out, %d checks\n",
         mongoc_get_version(), outcome.passed, outcome.failed, outcome.left_out, outcome.checks);
  return outcome.failed == 0 && outcome.passed > 0 ? 0 : 1;
}

bson_t* parse(const char* quoted) {
  char* text = bson_strdup(quoted);
  for (char* at = text; *at; at++) {
    if (*at == '\'') *at = '"';
  }
  bson_error_t error;
  bson_t* document = bson_new_from_json((const uint8_t*)text, -1, &error);
  bson_free(text);
  CHECK(document, "%s: %s", quoted, error.message);
  return document;
}

char* drain(mongoc_cursor_t* cursor) {
  bson_string_t* text = bson_string_new("");
  const bson_t* document;
  while (mongoc_cursor_next(cursor, &document)) {
    char* line = bson_as_canonical_extended_json(document, NULL);
    bson_string_append_printf(text, "%s\n", line);
    bson_free(line);
  }
  bson_error_t error;
  bool failed = mongoc_cursor_error(cursor, &error);
  mongoc_cursor_destroy(cursor);
  CHECK(!failed, "the cursor ended with %s", error.message);
  return bson_string_free(text, false);
}

void check_int(const bson_t* reply, const char* path, int64_t expected, const char* why) {
  bson_iter_t top, found;
  CHECK(bson_iter_init(&top, reply) && bson_iter_find_descendant(&top, path, &found), "%s: no %s",
        why, path);
  int64_t actual = bson_iter_as_int64(&found);
  CHECK(actual == expected, "%s: expected %s to be %lld, got %lld", why, path, (long long)expected,
        (long long)actual);
}

void check_text(const char* actual, const char* expected, const char* why) {
  CHECK(strcmp(actual, expected) == 0, "%s: expected %s, got %s", why, expected, actual);
}
