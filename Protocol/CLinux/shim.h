#ifndef LOQA_CLINUX_SHIM_H
#define LOQA_CLINUX_SHIM_H

// Linux interfaces that Swift's own Glibc module leaves out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#endif
