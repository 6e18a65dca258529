#ifndef LOQA_ALLOCATION_COUNT_H
#define LOQA_ALLOCATION_COUNT_H

// How often the calling thread has taken memory since it started. Linking this module counts every call of the C library's
// allocator in the program.
long loqa_allocation_count(void);

#endif
