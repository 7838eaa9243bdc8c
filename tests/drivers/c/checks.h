/* Checks that count themselves, and sections that stand alone, for C client tests. A failed check leaves its section. */
#pragma once

#include <mongoc/mongoc.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  int checks, passed, failed, left_out;
  jmp_buf leave;
} outcome_t;

extern outcome_t outcome;

#define CHECK(condition, ...)                          \
  do {                                                 \
    outcome.checks++;                                  \
    if (!(condition)) {                                \
      printf("    %s:%d: " #condition ": ", __FILE__, __LINE__); \
      printf(__VA_ARGS__);                             \
      printf("\n");                                    \
      longjmp(outcome.leave, 1);                       \
    }                                                  \
  } while (0)

/* A section gets a client and an empty database. */
typedef void (*section_t)(mongoc_client_t *client, mongoc_database_t *db);

void run_section(mongoc_client_t *client, const char *name, section_t section);

/* Extended JSON with ' for ", to be read in C. The caller owns the result. */
bson_t *parse(const char *quoted);

/* The whole of a cursor, one Extended JSON document a line; destroys the cursor. The caller frees the text. */
char *drain(mongoc_cursor_t *cursor);

/* Checks that a reply has this int at a dotted path. */
void check_int(const bson_t *reply, const char *path, int64_t expected, const char *why);

void check_text(const char *actual, const char *expected, const char *why);
