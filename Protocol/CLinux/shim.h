#ifndef LOQA_CLINUX_SHIM_H
#define LOQA_CLINUX_SHIM_H

// Linux interfaces that Swift's own Glibc module leaves out.
#include <fcntl.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
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

// timerfd on CLOCK_MONOTONIC. By system call, as <sys/timerfd.h> would make `timespec` this module's and no longer Glibc's.
static inline int loqa_timer(void) {
    return (int)syscall(SYS_timerfd_create, 1, O_CLOEXEC | O_NONBLOCK);
}

// Sets the timer to an instant of that clock, or, with both zero, to none.
static inline int loqa_timer_set(int timer, long seconds, long nanoseconds) {
    const long setting[4] = {0, 0, seconds, nanoseconds};
    return (int)syscall(SYS_timerfd_settime, timer, 1 /* TFD_TIMER_ABSTIME */, setting, (void *)0);
}

// Since glibc 2.34, for GNU programs only.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// A child gets the descriptors below `from` and no other, whatever this program's libraries have left open.
static inline int loqa_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

// Mode 0, eight bits a word, and the rate of a spidev device. <linux/spi/spidev.h>'s requests are macros with casts, which
// Swift does not see.
#include <linux/spi/spidev.h>
#include <sys/ioctl.h>

static inline int loqa_spi_set_up(int descriptor, unsigned int bits_per_second) {
    const unsigned char mode = SPI_MODE_0, bits = 8;
    if (ioctl(descriptor, SPI_IOC_WR_MODE, &mode) < 0) return -1;
    if (ioctl(descriptor, SPI_IOC_WR_BITS_PER_WORD, &bits) < 0) return -1;
    return ioctl(descriptor, SPI_IOC_WR_MAX_SPEED_HZ, &bits_per_second) < 0 ? -1 : 0;
}

#endif
