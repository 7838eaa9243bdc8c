/* The sections of the C client test, each in the file that its first words name. */
#pragma once

#include "checks.h"

void table_of_reads(mongoc_client_t *client, mongoc_database_t *db);
void table_of_updates(mongoc_client_t *client, mongoc_database_t *db);
void table_of_errors(mongoc_client_t *client, mongoc_database_t *db);
