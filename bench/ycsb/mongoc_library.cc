#include "bench/ycsb/mongoc_library.h"

#include <dlfcn.h>

#include <string>

namespace cairn::ycsb {
namespace {

constexpr const char* kFileName = "libmongoc-1.0.so.0";

Result<MongocLibrary> load() {
  void* const handle = ::dlopen(kFileName, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return Status(ErrorCode::kNotImplemented,
                  "--uri needs libmongoc (Debian: apt-get install libmongoc-1.0-0): " +
                      std::string(::dlerror()));
  }
  MongocLibrary library;
  const char* missing = nullptr;
#define CAIRN_MONGOC_LOAD(function)                                                            \
  library.function = reinterpret_cast<decltype(library.function)>(::dlsym(handle, #function)); \
  if (library.function == nullptr) missing = #function;
  CAIRN_MONGOC_FUNCTIONS(CAIRN_MONGOC_LOAD)
#undef CAIRN_MONGOC_LOAD
  if (missing != nullptr) {
    return Status(ErrorCode::kNotImplemented,
                  "this machine's libmongoc is too old, it lacks " + std::string(missing));
  }
  library.mongoc_init();
  return library;
}

}  // namespace

Result<const MongocLibrary*> load_mongoc() {
  static const Result<MongocLibrary> loaded = load();
  if (!loaded.ok()) return loaded.status();
  return &*loaded;
}

}  // namespace cairn::ycsb
