#ifndef LOQA_CLINUX_SHIM_H
#define LOQA_CLINUX_SHIM_H

// Linux interfaces that Swift's own Glibc module leaves out.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// memfd_create with MFD_CLOEXEC; glibc declares it for GNU programs only, and syscall is variadic.
static inline int loqa_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1U);
}

// pipe2 with O_CLOEXEC, for the same reason: no child started meanwhile may inherit an end.
static inline int loqa_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

#endif
