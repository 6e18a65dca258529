#ifndef LOQA_CSPEEXDSP_SHIM_H
#define LOQA_CSPEEXDSP_SHIM_H

#include <speex/speex_echo.h>

// speex_echo_ctl takes an untyped pointer: one function for each request that Loqa makes.

static inline int loqa_speex_echo_set_rate(SpeexEchoState *state, int samples_per_second) {
    return speex_echo_ctl(state, SPEEX_ECHO_SET_SAMPLING_RATE, &samples_per_second);
}

// Writes as many taps as the filter is long, whole blocks; 32,767 is a gain of 1.
static inline int loqa_speex_echo_get_path(SpeexEchoState *state, spx_int32_t *taps) {
    return speex_echo_ctl(state, SPEEX_ECHO_GET_IMPULSE_RESPONSE, taps);
}

#endif
