// The sections of the C client test that stand in files of their own.
#pragma once

#include "tests/drivers/c/checks.h"

void table_of_reads(mongoc_database_t* db);
void table_of_updates(mongoc_database_t* db);
void table_of_errors(mongoc_database_t* db);
