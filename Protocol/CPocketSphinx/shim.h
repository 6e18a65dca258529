#ifndef LOQA_CPOCKETSPHINX_SHIM_H
#define LOQA_CPOCKETSPHINX_SHIM_H

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/fsg_model.h>

#endif
