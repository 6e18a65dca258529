#ifndef LOQA_CALSA_SHIM_H
#define LOQA_CALSA_SHIM_H

#include <alsa/asoundlib.h>

#endif
