#ifndef LOQA_CFLITE_SHIM_H
#define LOQA_CFLITE_SHIM_H

#include <flite/flite.h>

// Debian's flite ships the voice in a library and no header that declares it.
cst_voice *register_cmu_us_slt(const char *voxdir);

#endif
