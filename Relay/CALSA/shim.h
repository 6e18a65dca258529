#ifndef LOQA_CALSA_SHIM_H
#define LOQA_CALSA_SHIM_H

#include <pthread.h>
#include <stdarg.h>

#include <alsa/asoundlib.h>

static inline void loqa_alsa_discard(const char *file, int line, const char *function, int error,
                                     const char *format, va_list arguments) {
    (void)file, (void)line, (void)function, (void)error, (void)format, (void)arguments;
}

// ALSA writes its own words about every failure to standard error. A thread that tries again twice a second turns
// them off for itself after the first time. The handler takes a va_list, which Swift cannot declare.
static inline void loqa_alsa_quiet_thread(void) { snd_lib_error_set_local(loqa_alsa_discard); }

// What the sound threads need of glibc and Swift's Glibc module leaves out.
extern int pthread_setname_np(pthread_t thread, const char *name);

static inline void loqa_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

#endif
