#define _GNU_SOURCE

#include "CPosixShim.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

_Static_assert(STARLING_POLL_IN == EPOLLIN, "the header repeats the kernel's number");
_Static_assert(STARLING_POLL_OUT == EPOLLOUT, "the header repeats the kernel's number");
_Static_assert(STARLING_POLL_ERROR == EPOLLERR, "the header repeats the kernel's number");
_Static_assert(STARLING_POLL_HANGUP == EPOLLHUP, "the header repeats the kernel's number");

int32_t starling_poll_create(void) {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    return poll < 0 ? -errno : poll;
}

static int32_t control(int32_t poll, int operation, int32_t descriptor, uint64_t token, uint32_t interest) {
    struct epoll_event event = {.events = interest, .data = {.u64 = token}};
    return epoll_ctl(poll, operation, descriptor, &event) < 0 ? -errno : 0;
}

int32_t starling_poll_add(int32_t poll, int32_t descriptor, uint64_t token, uint32_t interest) {
    return control(poll, EPOLL_CTL_ADD, descriptor, token, interest);
}

int32_t starling_poll_change(int32_t poll, int32_t descriptor, uint64_t token, uint32_t interest) {
    return control(poll, EPOLL_CTL_MOD, descriptor, token, interest);
}

int32_t starling_poll_remove(int32_t poll, int32_t descriptor) {
    return control(poll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

int32_t starling_poll_wait(int32_t poll, struct starling_ready *ready, int32_t capacity, int32_t milliseconds) {
    struct epoll_event events[STARLING_POLL_CAPACITY];
    if (capacity > STARLING_POLL_CAPACITY) {
        capacity = STARLING_POLL_CAPACITY;
    }
    int count = epoll_wait(poll, events, capacity, milliseconds);
    if (count < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    for (int position = 0; position < count; position += 1) {
        ready[position].token = events[position].data.u64;
        ready[position].flags = events[position].events;
        ready[position].unused = 0;
    }
    return count;
}

int32_t starling_event_create(bool blocking) {
    int event = eventfd(0, EFD_CLOEXEC | (blocking ? 0 : EFD_NONBLOCK));
    return event < 0 ? -errno : event;
}

int32_t starling_event_signal(int32_t event) {
    uint64_t one = 1;
    while (write(event, &one, sizeof one) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int32_t starling_event_clear(int32_t event) {
    uint64_t count;
    while (read(event, &count, sizeof count) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

uint64_t starling_clock_monotonic(void) {
    struct timespec time = {0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t starling_clock_wall(void) {
    struct timespec time = {0};
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec < 0 ? 0 : (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

int32_t starling_random(void *bytes, size_t count) {
    size_t filled = 0;
    while (filled < count) {
        ssize_t more = getrandom((char *)bytes + filled, count - filled, 0);
        if (more < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -errno;
        }
        filled += (size_t)more;
    }
    return 0;
}
