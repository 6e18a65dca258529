#ifndef LOQA_CFLITE_SHIM_H
#define LOQA_CFLITE_SHIM_H

#include <flite/flite.h>

// Debian's flite ships the voice and the lexicon in libraries and no headers that declare them.
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_lexicon *cmu_lex_init(void);

// The library declares it without (void), which Swift does not import.
static inline cst_audio_streaming_info *loqa_flite_streaming_info(void) { return new_audio_streaming_info(); }

#endif
