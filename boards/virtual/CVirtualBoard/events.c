#include "board.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int board_events_open(const board_settings *settings) {
    if (!settings->events[0]) return -1;
    int fd = open(settings->events, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0) SNDERR("loqa: cannot write events to %s", settings->events);
    return fd;
}

// The board runs on CLOCK_MONOTONIC, as it waits on it, and like a device it stands still while the machine sleeps.
// Its witness is read beside traces that count the sleep, so it is told in their clock.
static int64_t slept_ns(void) {
    struct timespec boot, awake;
    clock_gettime(CLOCK_MONOTONIC, &awake);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    int64_t slept = (boot.tv_sec - awake.tv_sec) * INT64_C(1000000000) + (boot.tv_nsec - awake.tv_nsec);
    // Between the two readings a little time passes; that is no sleep.
    return slept < 10000000 ? 0 : slept;
}

void board_event(board *b, const char *event, uint64_t frame, int64_t ns) {
    if (b->events_fd < 0) return;
    char line[256 + BOARD_NAME_MAX];
    int length = snprintf(line, sizeof line,
                          "{\"t\":%" PRId64 ",\"from\":\"board\",\"board\":\"%s\",\"event\":\"%s\","
                          "\"stream\":\"%s\",\"frame\":%" PRIu64 "}\n",
                          ns + slept_ns(), b->settings.name, event, b->capture ? "capture" : "playback", frame);
    // One write, so that lines of several boards in one file never mix. A full disk must not stop the sound.
    if (write(b->events_fd, line, (size_t)length) < 0) return;
}

static void tell_end(board *b) {
    board_activity *a = &b->activity;
    int64_t step = a->ended_after ? INT64_C(1000000000) / b->settings.rate : 0;
    board_event(b, a->ended, a->last_frame + (a->ended_after ? 1 : 0), a->last_ns + step);
    a->active = false;
}

void board_activity_sound(board *b, uint64_t first, uint64_t last) {
    board_activity *a = &b->activity;
    int64_t first_ns = board_frame_ns(b, first);
    if (a->active && first_ns - a->last_ns >= BOARD_QUIET_NS) tell_end(b);
    if (!a->active) board_event(b, a->started, b->earlier_frames + first, first_ns);
    a->active = true;
    a->last_frame = b->earlier_frames + last;
    a->last_ns = board_frame_ns(b, last);
}

void board_activity_settle(board *b, int64_t now, bool at_once) {
    if (b->activity.active && (at_once || now - b->activity.last_ns >= BOARD_QUIET_NS)) tell_end(b);
}
