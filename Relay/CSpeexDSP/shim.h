#ifndef LOQA_CSPEEXDSP_SHIM_H
#define LOQA_CSPEEXDSP_SHIM_H

#include <speex/speex_echo.h>

// speex_echo_ctl takes an untyped pointer: one function for the request that Loqa makes.
static inline int loqa_speex_echo_set_rate(SpeexEchoState *state, int samples_per_second) {
    return speex_echo_ctl(state, SPEEX_ECHO_SET_SAMPLING_RATE, &samples_per_second);
}

#endif
