// What jemalloc is told when the process starts. Freed memory goes back to the system soon, so that
// the process stays near its `--memory` budget: with jemalloc's own settings (ten seconds, four
// arenas for each processor) a quarter of it came on top. Not at once, though: under a load of
// inserts a memtable takes the memory of the one before it, and where that had gone back after half
// a second, taking it anew was a tenth of the load's processor time. The variable MALLOC_CONF still
// wins. Another allocator does not look at this.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "percpu_arena:percpu,background_thread:true,dirty_decay_ms:1500,muzzy_decay_ms:0";
}
