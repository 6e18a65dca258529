#ifndef LOQA_CGPIO_SHIM_H
#define LOQA_CGPIO_SHIM_H

#include <gpiod.h>

#endif
