#pragma once

/// Allocations and releases of memory that the calling thread has made so far, in this whole program.
///
/// Linking this target puts counters in front of the C library's own functions.
unsigned long allocation_count(void);
