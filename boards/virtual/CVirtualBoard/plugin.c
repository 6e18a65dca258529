#include "include/virtual_board.h"

#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int unplugged(board *b) {
    snd_pcm_ioplug_set_state(&b->io, SND_PCM_STATE_DISCONNECTED);
    return -ENODEV;
}

static board *enter(snd_pcm_ioplug_t *io) {
    board *b = io->private_data;
    pthread_mutex_lock(&b->mutex);
    b->draining = io->state == SND_PCM_STATE_DRAINING;
    board_advance(b, board_now());
    return b;
}

static int leave(board *b, int result) {
    board_update_ready(b);
    pthread_mutex_unlock(&b->mutex);
    return result;
}

static int on_hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params) {
    (void)params;
    board *b = io->private_data;
    int16_t *ring = calloc(io->buffer_size, sizeof(int16_t) * io->channels);
    if (!ring) return -ENOMEM;
    pthread_mutex_lock(&b->mutex);
    free(b->ring);
    b->ring = ring;
    b->frame_bytes = sizeof(int16_t) * io->channels;
    b->wake_frames = io->period_size;
    pthread_mutex_unlock(&b->mutex);
    return 0;
}

static int on_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
    board *b = io->private_data;
    snd_pcm_uframes_t wake_frames;
    int error = snd_pcm_sw_params_get_avail_min(params, &wake_frames);
    if (error < 0) return error;
    pthread_mutex_lock(&b->mutex);
    b->wake_frames = wake_frames ? wake_frames : 1;
    return leave(b, 0);
}

static int on_prepare(snd_pcm_ioplug_t *io) {
    board *b = enter(io);
    b->draining = false;
    b->state = BOARD_STOPPED;
    b->earlier_frames += b->hw;
    b->hw = b->appl = 0;
    b->xrun_told = false;
    b->unplugged = board_is_unplugged(&b->settings);
    return leave(b, b->unplugged ? unplugged(b) : 0);
}

static int on_start(snd_pcm_ioplug_t *io) {
    board *b = enter(io);
    if (b->unplugged) return leave(b, unplugged(b));
    b->started_ns = board_now();
    b->state = BOARD_RUNNING;
    pthread_cond_signal(&b->changed);
    return leave(b, 0);
}

static int on_stop(snd_pcm_ioplug_t *io) {
    board *b = enter(io);
    b->state = BOARD_STOPPED;
    pthread_cond_signal(&b->changed);
    return leave(b, 0);
}

static snd_pcm_sframes_t on_pointer(snd_pcm_ioplug_t *io) {
    board *b = enter(io);
    snd_pcm_sframes_t position = (snd_pcm_sframes_t)b->hw;
    if (b->unplugged) {
        unplugged(b);  // ALSA keeps this state only if the position is a good one
    } else if (b->state == BOARD_XRUN && !b->draining) {
        board_tell_xrun(b);
        position = -EPIPE;
    }
    leave(b, 0);
    return position;
}

static snd_pcm_sframes_t on_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                     snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
    board *b = enter(io);
    if (b->unplugged) return leave(b, unplugged(b));
    if (b->state == BOARD_XRUN) return leave(b, -EPIPE);
    // What there is to record or room to play; ALSA asks for no more, a foreign caller might.
    uint64_t limit = b->capture ? b->hw - b->appl : io->buffer_size - (b->appl - b->hw);
    if (size > limit) size = limit;
    char *caller = (char *)areas->addr + (areas->first + areas->step * offset) / 8;
    for (snd_pcm_uframes_t left = size; left;) {
        uint64_t at = b->appl % io->buffer_size, part = io->buffer_size - at;
        if (part > left) part = left;
        int16_t *device = b->ring + at * io->channels;
        if (b->capture) memcpy(caller, device, part * b->frame_bytes);
        else memcpy(device, caller, part * b->frame_bytes);
        caller += part * b->frame_bytes;
        b->appl += part;
        left -= part;
    }
    leave(b, 0);
    return (snd_pcm_sframes_t)size;
}

static int on_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned count,
                           unsigned short *revents) {
    (void)fds;
    (void)count;
    board *b = enter(io);
    board_update_ready(b);
    *revents = 0;
    if (b->ready) *revents = b->capture ? POLLIN : POLLOUT;
    if (b->unplugged) {
        unplugged(b);
        *revents |= POLLERR;
    }
    return leave(b, 0);
}

static void release(board *b) {
    board_source_close(&b->source);
    if (b->output_fd >= 0) close(b->output_fd);
    if (b->events_fd >= 0) close(b->events_fd);
    if (b->ready_fd >= 0) close(b->ready_fd);
    free(b->ring);
    free(b);
}

static int on_close(snd_pcm_ioplug_t *io) {
    board *b = io->private_data;
    board_clock_stop(b);
    int64_t now = board_now();
    board_activity_settle(b, now, true);
    board_event(b, "device.closed", b->earlier_frames + b->hw, now);
    release(b);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = on_start,
    .stop = on_stop,
    .pointer = on_pointer,
    .transfer = on_transfer,
    .close = on_close,
    .hw_params = on_hw_params,
    .sw_params = on_sw_params,
    .prepare = on_prepare,
    .poll_revents = on_poll_revents,
};

static int open_output(board *b) {
    if (!b->settings.output[0]) return 0;
    int fd = open(b->settings.output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int error = 0;
    struct stat info;
    if (fd < 0) error = -errno;
    else if (flock(fd, LOCK_EX | LOCK_NB) < 0) error = errno == EWOULDBLOCK ? -EBUSY : -errno;
    else if (fstat(fd, &info) < 0) error = -errno;
    if (error < 0) {
        if (error != -EBUSY) SNDERR("loqa: cannot write output %s: %s", b->settings.output, strerror(-error));
        if (fd >= 0) close(fd);
        return error;
    }
    b->output_fd = fd;
    // Frames of events count from the start of the file, so that an event points at its sound.
    b->earlier_frames = (uint64_t)info.st_size / (sizeof(int16_t) * b->settings.channels);
    return 0;
}

static int open_files(board *b) {
    if (board_is_unplugged(&b->settings)) return -ENODEV;
    int error = b->capture ? board_source_open(&b->source, &b->settings) : open_output(b);
    if (error < 0) return error;
    b->events_fd = board_events_open(&b->settings);
    if (b->settings.events[0] && b->events_fd < 0) return -EINVAL;
    b->ready_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return b->ready_fd < 0 ? -errno : 0;
}

static int set_limits(board *b) {
    static const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
    static const unsigned format[] = {SND_PCM_FORMAT_S16_LE};
    unsigned frame = (unsigned)sizeof(int16_t) * b->settings.channels;
    // Both kinds of access: the rate converter of `plug` needs mmap.
    int error = snd_pcm_ioplug_set_param_list(&b->io, SND_PCM_IOPLUG_HW_ACCESS, 2, access);
    if (error < 0) return error;
    error = snd_pcm_ioplug_set_param_list(&b->io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    if (error < 0) return error;
    const struct {
        int type;
        unsigned low, high;
    } ranges[] = {
        {SND_PCM_IOPLUG_HW_CHANNELS, b->settings.channels, b->settings.channels},
        {SND_PCM_IOPLUG_HW_RATE, b->settings.rate, b->settings.rate},
        {SND_PCM_IOPLUG_HW_PERIOD_BYTES, 80 * frame, 4096 * frame},
        {SND_PCM_IOPLUG_HW_PERIODS, 2, 64},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        error = snd_pcm_ioplug_set_param_minmax(&b->io, ranges[i].type, ranges[i].low, ranges[i].high);
        if (error < 0) return error;
    }
    return 0;
}

#pragma GCC visibility push(default)

SND_PCM_PLUGIN_DEFINE_FUNC(loqa) {
    (void)root;
    board *b = calloc(1, sizeof *b);
    if (!b) return -ENOMEM;
    b->source.fifo = b->output_fd = b->events_fd = b->ready_fd = -1;
    b->capture = stream == SND_PCM_STREAM_CAPTURE;
    b->activity.started = b->capture ? "talker.started" : "speaker.started";
    b->activity.ended = b->capture ? "talker.ended" : "speaker.ended";
    b->activity.ended_after = b->capture;

    int error = board_settings_read(&b->settings, conf);
    if (error >= 0) error = open_files(b);
    if (error >= 0) {
        b->io.version = SND_PCM_IOPLUG_VERSION;
        b->io.name = "Loqa virtual board";
        // Positions grow without wrapping, so a whole buffer at once is not mistaken for nothing.
        b->io.flags = SND_PCM_IOPLUG_FLAG_BOUNDARY_WA | SND_PCM_IOPLUG_FLAG_MONOTONIC;
        b->io.callback = &callbacks;
        b->io.private_data = b;
        b->io.poll_fd = b->ready_fd;
        b->io.poll_events = POLLIN;
        error = board_clock_start(b);
    }
    if (error < 0) {
        release(b);
        return error;
    }
    board_event(b, "device.opened", b->earlier_frames, board_now());
    error = snd_pcm_ioplug_create(&b->io, name, stream, mode);
    if (error < 0) {
        on_close(&b->io);
        return error;
    }
    error = set_limits(b);
    if (error < 0) {
        snd_pcm_ioplug_delete(&b->io);  // closes the board too
        return error;
    }
    *pcmp = b->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_SYMBOL(loqa);

#pragma GCC visibility pop
