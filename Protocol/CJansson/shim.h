#ifndef LOQA_CJANSSON_SHIM_H
#define LOQA_CJANSSON_SHIM_H

#include <jansson.h>

// Macros and inline functions of the library, which Swift cannot call by their own names.

static inline json_type loqa_json_type(const json_t *value) {
    return json_typeof(value);
}

static inline void loqa_json_release(json_t *value) {
    json_decref(value);
}

static inline const char *loqa_json_error_text(const json_error_t *error) {
    return error->text;
}

#endif
