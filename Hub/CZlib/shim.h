#ifndef LOQA_CZLIB_SHIM_H
#define LOQA_CZLIB_SHIM_H

#include <zlib.h>

// The macro that starts inflating, as a function. 31 reads the gzip format, as `gunzip` does.
static inline int loqa_gunzip_start(z_stream *stream) {
    return inflateInit2(stream, 31);
}

#endif
