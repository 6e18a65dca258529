#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_fifo(const char *path) {
    if (mkfifo(path, 0666) < 0 && errno != EEXIST) return -errno;
    // Held for reading and writing, so talkers come and go without an end of file.
    int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct stat info;
    int error = 0;
    if (fstat(fd, &info) < 0) error = -errno;
    else if (!S_ISFIFO(info.st_mode)) error = -EINVAL;
    else if (flock(fd, LOCK_EX | LOCK_NB) < 0) error = errno == EWOULDBLOCK ? -EBUSY : -errno;
    if (error < 0) {
        close(fd);
        return error;
    }
    return fd;
}

static int map_noise(board_source *source, const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct stat info;
    int error = fstat(fd, &info) < 0 ? -errno : info.st_size < 2 ? -EINVAL : 0;
    if (!error) {
        source->noise_bytes = (size_t)info.st_size;
        source->noise_samples = source->noise_bytes / 2;
        void *map = mmap(NULL, source->noise_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
        if (map == MAP_FAILED) error = -errno;
        else source->noise = map;
    }
    close(fd);
    return error;
}

int board_source_open(board_source *source, const board_settings *settings) {
    memset(source, 0, sizeof *source);
    source->fifo = -1;
    if (settings->speech[0]) {
        source->fifo = open_fifo(settings->speech);
        if (source->fifo == -EBUSY) return -EBUSY;
        if (source->fifo < 0) {
            int error = source->fifo;
            source->fifo = -1;
            SNDERR("loqa: speech %s is not a usable named pipe: %s", settings->speech, strerror(-error));
            return error;
        }
    }
    if (settings->noise[0]) {
        int error = map_noise(source, settings->noise);
        if (error < 0) {
            SNDERR("loqa: cannot read noise %s: %s", settings->noise, strerror(-error));
            board_source_close(source);
            return error;
        }
    }
    return 0;
}

void board_source_close(board_source *source) {
    if (source->fifo >= 0) close(source->fifo);
    if (source->noise) munmap((void *)source->noise, source->noise_bytes);
    source->fifo = -1;
    source->noise = NULL;
}

// Takes up to `count` samples. Writers may split a sample anywhere: half a sample waits for its other half.
static size_t take_speech(board_source *source, int16_t *samples, size_t count) {
    if (source->fifo < 0) return 0;
    uint8_t *bytes = (uint8_t *)samples;
    size_t have = 0, want = count * 2;
    if (source->has_odd_byte) bytes[have++] = source->odd_byte;
    while (have < want) {
        ssize_t got = read(source->fifo, bytes + have, want - have);
        if (got <= 0) break;
        have += (size_t)got;
    }
    source->has_odd_byte = have % 2;
    if (source->has_odd_byte) source->odd_byte = bytes[have - 1];
    return have / 2;
}

static int16_t saturated(int value) {
    return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

size_t board_source_fill(board_source *source, const board_settings *settings, int16_t *frames,
                         size_t count) {
    enum { CHUNK = 512 };
    int16_t speech[CHUNK];
    size_t from_talker = 0;
    bool dry = false;
    for (size_t done = 0; done < count;) {
        size_t part = count - done < CHUNK ? count - done : CHUNK;
        size_t got = dry ? 0 : take_speech(source, speech, part);
        dry = got < part;
        from_talker += got;
        memset(speech + got, 0, (part - got) * sizeof speech[0]);
        for (size_t i = 0; i < part; i++) {
            source->history[source->at % BOARD_HISTORY] = speech[i];
            int noise = 0;
            if (source->noise) {
                noise = source->noise[source->noise_at];
                if (++source->noise_at == source->noise_samples) source->noise_at = 0;
            }
            for (unsigned c = 0; c < settings->channels; c++) {
                uint64_t heard = source->at - (uint64_t)c * settings->channel_delay;
                *frames++ = saturated(source->history[heard % BOARD_HISTORY] + noise);
            }
            source->at++;
        }
        done += part;
    }
    return from_talker;
}
