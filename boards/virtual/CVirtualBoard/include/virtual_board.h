// The virtual board: an ALSA plugin that stands in for a sound card. README.md lists its fields.
//
// ALSA loads the library by the path in `pcm_type.loqa` and finds the entry by its name; nobody calls it directly.
#ifndef LOQA_VIRTUAL_BOARD_H
#define LOQA_VIRTUAL_BOARD_H

#include <alsa/asoundlib.h>

/// Opens one direction of the board. Errors: -EINVAL for a bad field (named on ALSA's error output), -ENODEV while
/// the board is unplugged, -EBUSY while another process holds the same speech or output file.
int _snd_pcm_loqa_open(snd_pcm_t **pcmp, const char *name, snd_config_t *root, snd_config_t *conf,
                       snd_pcm_stream_t stream, int mode);

#endif
