// Inside of the virtual board. One `board` is one open stream: capture or playback.
//
//   plugin.c    ALSA's calls                     settings.c  fields of asound.conf
//   clock.c     the device's clock and its data  source.c    what the microphones hear
//   events.c    what the witness file says
#ifndef LOQA_BOARD_H
#define LOQA_BOARD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

enum {
    BOARD_CHANNELS_MAX = 8,
    BOARD_CHANNEL_DELAY_MAX = 1600,  // 100 ms at 16 kHz
    BOARD_PPM_MAX = 100000,
    BOARD_PATH_MAX = 1024,
    BOARD_NAME_MAX = 64,
    BOARD_AUDIBLE = 64,             // a sample beyond +-64 (-54 dBFS) is sound
    BOARD_HISTORY = 16384,          // power of two above (BOARD_CHANNELS_MAX - 1) * BOARD_CHANNEL_DELAY_MAX
};

#define BOARD_QUIET_NS INT64_C(300000000)  // this long without sound ends it
#define BOARD_TICK_NS INT64_C(25000000)    // the device looks around at least this often while it runs

typedef struct {
    char name[BOARD_NAME_MAX];
    unsigned rate, channels, channel_delay;
    int ppm;
    char speech[BOARD_PATH_MAX], noise[BOARD_PATH_MAX], output[BOARD_PATH_MAX], events[BOARD_PATH_MAX],
        unplug[BOARD_PATH_MAX];  // empty: not given
} board_settings;

/// Reads the plugin's part of asound.conf. 0, or -EINVAL after naming the field with SNDERR.
int board_settings_read(board_settings *settings, snd_config_t *conf);

/// What a room's microphones hear: a talker through a FIFO, over looped room noise.
typedef struct {
    int fifo;                // -1: no talker
    uint8_t odd_byte;        // half a sample that a writer left behind
    bool has_odd_byte;
    const int16_t *noise;    // NULL: silent room
    size_t noise_samples, noise_at, noise_bytes;
    uint64_t at;             // frames made so far
    int16_t history[BOARD_HISTORY];  // the talker's last samples, for delayed channels
} board_source;

int board_source_open(board_source *source, const board_settings *settings);
void board_source_close(board_source *source);
/// Makes `frames` interleaved frames. Returns how many samples came from the talker; they stand at the front.
size_t board_source_fill(board_source *source, const board_settings *settings, int16_t *frames, size_t count);

/// Turns runs of sound into one started and one ended event.
typedef struct {
    bool active;
    uint64_t last_frame;
    int64_t last_ns;
    const char *started, *ended;
    bool ended_after;  // the end is told as the frame after the last one, not the last one
} board_activity;

typedef enum {
    BOARD_STOPPED,
    BOARD_RUNNING,
    BOARD_XRUN,  // capture was not fetched in time, or playback ran dry (which is also how a drain ends)
} board_state;

typedef struct {
    snd_pcm_ioplug_t io;
    board_settings settings;
    bool capture;

    pthread_mutex_t mutex;    // guards all below; the clock thread and ALSA's caller share it
    pthread_cond_t changed;
    pthread_t clock;
    bool closing, unplugged, draining, xrun_told;

    int ready_fd;             // readable exactly while the caller has something to do
    bool ready;
    snd_pcm_uframes_t wake_frames;  // ALSA's avail_min

    board_state state;
    int64_t started_ns;       // when frame 0 of this run happened
    uint64_t earlier_frames;  // of the runs before this one
    uint64_t hw, appl;        // frames of this run that the device and the caller have passed
    int16_t *ring;            // buffer_size frames, as a card's DMA buffer
    size_t frame_bytes;

    board_source source;
    int output_fd, events_fd;
    bool output_failed;
    board_activity activity;
} board;

int64_t board_now(void);
/// When frame `frame` of the current run happens, rounded up.
int64_t board_frame_ns(const board *b, uint64_t frame);
/// Brings the device to `now`: records or plays what is due, notes xruns and unplugging.
/// Caller holds the mutex.
void board_advance(board *b, int64_t now);
/// Writes the event of this run's xrun, once.
void board_tell_xrun(board *b);
/// Sets or clears `ready_fd` as the positions say. Caller holds the mutex.
void board_update_ready(board *b);
bool board_is_unplugged(const board_settings *settings);
/// Starts the thread that keeps the device going while nobody calls. 0 or -errno.
int board_clock_start(board *b);
void board_clock_stop(board *b);

int board_events_open(const board_settings *settings);
/// Appends one line. `frame` counts over all runs of this stream.
void board_event(board *b, const char *event, uint64_t frame, int64_t ns);
/// Frames first...last (of the current run) had sound.
void board_activity_sound(board *b, uint64_t first, uint64_t last);
/// Tells the end of sound once the quiet has lasted, or now if `at_once`.
void board_activity_settle(board *b, int64_t now, bool at_once);

#endif
