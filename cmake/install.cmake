# Filled in below: libcairn.a, headers, find_package(cairn), cairn.pc, the binary.
