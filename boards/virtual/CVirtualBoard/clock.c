#include "board.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int64_t board_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

// The device's own rate is rate * (1 + ppm / 10^6); 128 bits keep it exact for years.
static __int128 parts_per_second(const board *b) {
    return (__int128)b->settings.rate * (1000000 + b->settings.ppm);
}

static uint64_t frames_at(const board *b, int64_t now) {
    if (now <= b->started_ns) return 0;
    return (uint64_t)((now - b->started_ns) * parts_per_second(b) / 1000000 / 1000000000);
}

int64_t board_frame_ns(const board *b, uint64_t frame) {
    __int128 divisor = parts_per_second(b);
    return b->started_ns + (int64_t)((frame * (__int128)1000000000 * 1000000 + divisor - 1) / divisor);
}

bool board_is_unplugged(const board_settings *settings) {
    return settings->unplug[0] && access(settings->unplug, F_OK) == 0;
}

static void record(board *b, uint64_t until) {
    while (b->hw < until) {
        uint64_t at = b->hw % b->io.buffer_size, part = b->io.buffer_size - at;
        if (part > until - b->hw) part = until - b->hw;
        size_t spoken = board_source_fill(&b->source, &b->settings, b->ring + at * b->io.channels, part);
        if (spoken) board_activity_sound(b, b->hw, b->hw + spoken - 1);
        b->hw += part;
    }
}

static bool is_audible(const int16_t *frame, unsigned channels) {
    for (unsigned c = 0; c < channels; c++)
        if (frame[c] > BOARD_AUDIBLE || frame[c] < -BOARD_AUDIBLE) return true;
    return false;
}

static void write_output(board *b, const int16_t *frames, size_t count) {
    const char *bytes = (const char *)frames;
    size_t left = b->output_fd < 0 || b->output_failed ? 0 : count * b->frame_bytes;
    while (left) {
        ssize_t written = write(b->output_fd, bytes, left);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            SNDERR("loqa: cannot write output %s, playing on without it", b->settings.output);
            b->output_failed = true;
            return;
        }
        bytes += written;
        left -= (size_t)written;
    }
}

static void play(board *b, uint64_t until) {
    while (b->hw < until) {
        uint64_t at = b->hw % b->io.buffer_size, part = b->io.buffer_size - at;
        if (part > until - b->hw) part = until - b->hw;
        const int16_t *frames = b->ring + at * b->io.channels;
        for (uint64_t i = 0; i < part; i++)
            if (is_audible(frames + i * b->io.channels, b->io.channels))
                board_activity_sound(b, b->hw + i, b->hw + i);
        write_output(b, frames, part);
        b->hw += part;
    }
}

void board_tell_xrun(board *b) {
    if (b->xrun_told) return;
    b->xrun_told = true;
    board_event(b, "xrun", b->earlier_frames + b->hw, board_frame_ns(b, b->hw));
}

void board_advance(board *b, int64_t now) {
    if (b->state == BOARD_RUNNING) {
        uint64_t due = frames_at(b, now), limit = b->capture ? b->appl + b->io.buffer_size : b->appl;
        uint64_t until = due < limit ? due : limit;
        if (b->capture) record(b, until);
        else play(b, until);
        if (due > limit) {
            b->state = BOARD_XRUN;
            // Playback that ran dry may be a drain at its end: only the caller knows.
            if (b->capture) board_tell_xrun(b);
        }
    }
    if (!b->unplugged && board_is_unplugged(&b->settings)) {
        b->unplugged = true;
        b->state = BOARD_STOPPED;
    }
    board_activity_settle(b, now, false);
}

static bool has_work(const board *b) {
    if (b->unplugged || b->state == BOARD_XRUN) return true;
    if (b->capture) return b->hw - b->appl >= b->wake_frames;
    if (b->draining) return b->hw == b->appl;
    return b->io.buffer_size - (b->appl - b->hw) >= b->wake_frames;
}

void board_update_ready(board *b) {
    bool ready = has_work(b);
    if (ready == b->ready) return;
    b->ready = ready;
    uint64_t one = 1;
    ssize_t size = ready ? write(b->ready_fd, &one, sizeof one) : read(b->ready_fd, &one, sizeof one);
    if (size < 0) SNDERR("loqa: the wake-up descriptor failed");
}

// The next frame of this run at which the caller must be woken. While it is awake already, it is taken to
// fetch or write by whole periods, so that nobody needs to wake this thread from its sleep when it does.
static uint64_t wake_frame(const board *b) {
    if (b->draining) return b->appl;
    uint64_t room = b->io.buffer_size > b->wake_frames ? b->io.buffer_size - b->wake_frames : 0;
    uint64_t frame = b->capture ? b->appl + b->wake_frames : b->appl > room ? b->appl - room : 0;
    if (frame <= b->hw) frame += ((b->hw - frame) / b->wake_frames + 1) * b->wake_frames;
    return frame;
}

static int64_t next_tick(const board *b, int64_t now) {
    if (b->state == BOARD_RUNNING) {
        int64_t tick = now + BOARD_TICK_NS, wake = board_frame_ns(b, wake_frame(b));
        return wake < tick ? wake : tick;
    }
    return b->activity.active ? b->activity.last_ns + BOARD_QUIET_NS : INT64_MAX;
}

static void *run_clock(void *argument) {
    board *b = argument;
    pthread_mutex_lock(&b->mutex);
    while (!b->closing) {
        int64_t now = board_now();
        board_advance(b, now);
        board_update_ready(b);
        int64_t next = next_tick(b, now);
        if (next == INT64_MAX) {
            pthread_cond_wait(&b->changed, &b->mutex);
        } else {
            struct timespec until = {.tv_sec = next / 1000000000, .tv_nsec = next % 1000000000};
            pthread_cond_timedwait(&b->changed, &b->mutex, &until);
        }
    }
    pthread_mutex_unlock(&b->mutex);
    return NULL;
}

int board_clock_start(board *b) {
    pthread_mutexattr_t mutex;
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setprotocol(&mutex, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&b->mutex, &mutex);
    pthread_mutexattr_destroy(&mutex);

    pthread_condattr_t condition;
    pthread_condattr_init(&condition);
    pthread_condattr_setclock(&condition, CLOCK_MONOTONIC);
    pthread_cond_init(&b->changed, &condition);
    pthread_condattr_destroy(&condition);
    return -pthread_create(&b->clock, NULL, run_clock, b);
}

void board_clock_stop(board *b) {
    pthread_mutex_lock(&b->mutex);
    b->closing = true;
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->mutex);
    pthread_join(b->clock, NULL);
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->mutex);
}
