// Checks that count themselves, and sections that stand alone, for the C client test. A section
// gets an empty database; its first failed check is printed and leaves it (by longjmp, so what it
// owned leaks). One thread only.
#pragma once

#include <mongoc/mongoc.h>

// Counts, and leaves the section when the condition does not hold; the rest is a printf format.
#define CHECK(condition, ...) \
  ((condition) ? check_passed() : check_failed(__FILE__, __LINE__, #condition, __VA_ARGS__))

void check_passed(void);
void check_failed(const char* file, int line, const char* condition, const char* format, ...)
    BSON_GNUC_PRINTF(4, 5);

typedef void (*section_t)(mongoc_database_t* db);

void run_section(mongoc_client_t* client, const char* name, section_t section);

// Prints the counts; 0 when every section passed and at least one ran.
int finish(void);

// Extended JSON with ' for ", to be read in C. The caller owns the result.
bson_t* parse(const char* quoted);

// The whole of a cursor, one Extended JSON document a line; destroys the cursor. The caller frees.
char* drain(mongoc_cursor_t* cursor);

// Checks that a reply has this int at a dotted path.
void check_int(const bson_t* reply, const char* path, int64_t expected, const char* why);

void check_text(const char* actual, const char* expected, const char* why);
