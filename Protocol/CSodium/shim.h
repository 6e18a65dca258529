#ifndef LOQA_CSODIUM_SHIM_H
#define LOQA_CSODIUM_SHIM_H

#include <sodium.h>

#endif
