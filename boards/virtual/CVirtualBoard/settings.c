#include "board.h"

#include <string.h>

static int read_number(snd_config_t *node, const char *id, long low, long high, long *value) {
    if (snd_config_get_integer(node, value) < 0) {
        SNDERR("loqa: field %s must be a whole number", id);
        return -EINVAL;
    }
    if (*value < low || *value > high) {
        SNDERR("loqa: field %s is %ld, must be in %ld...%ld", id, *value, low, high);
        return -EINVAL;
    }
    return 0;
}

static int read_text(snd_config_t *node, const char *id, char *text, size_t size) {
    const char *value;
    if (snd_config_get_string(node, &value) < 0) {
        SNDERR("loqa: field %s must be a text", id);
        return -EINVAL;
    }
    size_t length = strlen(value);
    if (length >= size) {
        SNDERR("loqa: field %s is longer than %zu bytes", id, size - 1);
        return -EINVAL;
    }
    memcpy(text, value, length + 1);
    return 0;
}

// The name goes into JSON as it stands, so it may hold nothing that JSON would escape.
static int check_name(const char *name) {
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == '"' || *c == '\\') {
            SNDERR("loqa: field name must not hold quotes, backslashes or control characters");
            return -EINVAL;
        }
    }
    return 0;
}

static int read_field(board_settings *settings, snd_config_t *node, const char *id) {
    const struct {
        const char *id;
        char *text;
        size_t size;
    } texts[] = {
        {"name", settings->name, sizeof settings->name},
        {"speech", settings->speech, sizeof settings->speech},
        {"noise", settings->noise, sizeof settings->noise},
        {"output", settings->output, sizeof settings->output},
        {"events", settings->events, sizeof settings->events},
        {"unplug", settings->unplug, sizeof settings->unplug},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!strcmp(id, texts[i].id)) return read_text(node, id, texts[i].text, texts[i].size);

    long value = 0;
    int error;
    if (!strcmp(id, "rate")) {
        error = read_number(node, id, 4000, 192000, &value);
        settings->rate = (unsigned)value;
    } else if (!strcmp(id, "channels")) {
        error = read_number(node, id, 1, BOARD_CHANNELS_MAX, &value);
        settings->channels = (unsigned)value;
    } else if (!strcmp(id, "channel_delay")) {
        error = read_number(node, id, 0, BOARD_CHANNEL_DELAY_MAX, &value);
        settings->channel_delay = (unsigned)value;
    } else if (!strcmp(id, "ppm")) {
        error = read_number(node, id, -BOARD_PPM_MAX, BOARD_PPM_MAX, &value);
        settings->ppm = (int)value;
    } else {
        SNDERR("loqa: unknown field %s; known are name, rate, channels, ppm, speech, channel_delay, "
               "noise, output, events, unplug", id);
        error = -EINVAL;
    }
    return error;
}

int board_settings_read(board_settings *settings, snd_config_t *conf) {
    *settings = (board_settings){.name = "virtual", .rate = 16000, .channels = 1};
    snd_config_iterator_t at, next;
    snd_config_for_each(at, next, conf) {
        snd_config_t *node = snd_config_iterator_entry(at);
        const char *id;
        if (snd_config_get_id(node, &id) < 0) continue;
        if (!strcmp(id, "type") || !strcmp(id, "comment") || !strcmp(id, "hint")) continue;
        int error = read_field(settings, node, id);
        if (error < 0) return error;
    }
    return check_name(settings->name);
}
