// libmongoc, loaded when it is first needed: the server's binary must start on machines that do not
// have it.
#pragma once

#include <cairn/status.h>

#include <mongoc/mongoc.h>

namespace cairn::ycsb {

// The functions that are used. To use another one, add it.
#define CAIRN_MONGOC_FUNCTIONS(F)     \
  F(bson_init_static)                 \
  F(bson_get_data)                    \
  F(bson_destroy)                     \
  F(mongoc_init)                      \
  F(mongoc_uri_new_with_error)        \
  F(mongoc_uri_destroy)               \
  F(mongoc_client_new_from_uri)       \
  F(mongoc_client_destroy)            \
  F(mongoc_client_set_error_api)      \
  F(mongoc_client_command_simple)     \
  F(mongoc_client_get_collection)     \
  F(mongoc_collection_destroy)        \
  F(mongoc_collection_drop)           \
  F(mongoc_collection_insert_many)    \
  F(mongoc_collection_update_one)     \
  F(mongoc_collection_find_with_opts) \
  F(mongoc_cursor_next)               \
  F(mongoc_cursor_error)              \
  F(mongoc_cursor_destroy)

struct MongocLibrary {
#define CAIRN_MONGOC_MEMBER(function) decltype(&::function) function = nullptr;
  CAIRN_MONGOC_FUNCTIONS(CAIRN_MONGOC_MEMBER)
#undef CAIRN_MONGOC_MEMBER
};

// Loads and initialises it once; it stays loaded. Thread-safe. Error: NotImplemented, which package
// is missing.
Result<const MongocLibrary*> load_mongoc();

}  // namespace cairn::ycsb
