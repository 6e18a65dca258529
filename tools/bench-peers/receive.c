// The limit that the hub is measured against: recvmmsg, and opus_decode with a decoder for each stream.
//
// usage: receive decode|open|receive STREAMS. Prints its UDP port on loopback; for each line that it reads, the packets
// it has taken and those it has refused. Keys and layout are those of tools/loqa-bench/PlainSender.swift.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <opus/opus.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { batch = 64, room = 2048, header = 8, media_header = 12, tag = 16, samples = 320, rate = 16000 };

static unsigned char packets[batch][room];
static struct mmsghdr messages[batch];
static struct iovec vectors[batch];
static long taken, refused;

static int take(const unsigned char *datagram, int length, int is_sealed, OpusDecoder **decoders, int streams) {
    unsigned char body[room];
    opus_int16 sound[samples];
    if (length <= header + media_header + tag) return 0;
    int session = datagram[1] << 16 | datagram[2] << 8 | datagram[3];
    if (session < 1 || session > streams) return 0;
    const unsigned char *payload = datagram + header + media_header;
    if (is_sealed) {
        unsigned char key[32], nonce[12] = {0};
        unsigned long long body_length;
        memset(key, session - 1, sizeof key);
        memcpy(nonce + 8, datagram + 4, 4);
        if (crypto_aead_chacha20poly1305_ietf_decrypt(body, &body_length, NULL, datagram + header,
                                                      (unsigned long long)(length - header), datagram, header,
                                                      nonce, key) != 0)
            return 0;
        payload = body + media_header;
    }
    int payload_length = length - header - media_header - tag;
    return opus_decode(decoders[session - 1], payload, payload_length, sound, samples, 0) == samples;
}

int main(int count, char **words) {
    if (count != 3 || sodium_init() < 0) return 64;
    int decodes = strcmp(words[1], "receive") != 0, is_sealed = strcmp(words[1], "open") == 0;
    int streams = atoi(words[2]), code;
    OpusDecoder **decoders = calloc((size_t)streams, sizeof *decoders);
    for (int index = 0; index < streams; index++) decoders[index] = opus_decoder_create(rate, 1, &code);

    int media = socket(AF_INET, SOCK_DGRAM, 0), size = 1 << 21;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    setsockopt(media, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (bind(media, (struct sockaddr *)&address, sizeof address) != 0) return 71;
    getsockname(media, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (int index = 0; index < batch; index++) {
        vectors[index] = (struct iovec){packets[index], room};
        messages[index].msg_hdr.msg_iov = &vectors[index];
        messages[index].msg_hdr.msg_iovlen = 1;
    }

    struct pollfd ready[2] = {{.fd = media, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    while (poll(ready, 2, -1) >= 0) {
        int received = recvmmsg(media, messages, batch, MSG_DONTWAIT, NULL);
        for (int index = 0; index < received; index++) {
            int is_good =
                !decodes || take(packets[index], (int)messages[index].msg_len, is_sealed, decoders, streams);
            if (is_good) taken++;
            else refused++;
        }
        if (ready[1].revents) {
            char line[64];
            if (read(0, line, sizeof line) <= 0) return 0;
            printf("%ld %ld\n", taken, refused);
            fflush(stdout);
        }
    }
    return 71;
}
