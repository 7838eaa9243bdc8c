// RocksDB's CRC-32C, computed by the processor's own instruction.
//
// Debian builds RocksDB for the oldest x86-64, without that instruction: its table-driven CRC was a
// sixth of an insert's processor time (the log's records and the files' checksums). Linking this
// file puts our function in the place of RocksDB's: the dynamic linker prefers a program's own
// definition to a library's, and a RocksDB that is linked statically keeps its own, since ours is
// weak. The values are the same; processors without the instruction compute them by table.
// Thread-safety: pure functions.
#pragma once

namespace cairn {

// Whether CRC-32C is computed by instruction. Calling it is what links the file in.
bool has_fast_crc32c();

}  // namespace cairn
