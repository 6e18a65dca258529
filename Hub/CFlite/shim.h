#ifndef LOQA_CFLITE_SHIM_H
#define LOQA_CFLITE_SHIM_H

#include <flite/flite.h>

// Debian's flite ships the voice and the lexicon in libraries and no headers that declare them.
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_lexicon *cmu_lex_init(void);

// Makes a voice stream. The voice keeps the feature's name by its address, so a string of Swift's would be gone too soon.
static inline cst_audio_streaming_info *loqa_flite_stream(cst_voice *voice) {
    cst_audio_streaming_info *streaming = new_audio_streaming_info();
    feat_set(voice->features, "streaming_info", audio_streaming_info_val(streaming));
    return streaming;
}

#endif
