#define _GNU_SOURCE

#include "CPosixShim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

const char *starling_error_text(int32_t number) {
    return strerror(number);
}

void starling_thread_name(const char *name) {
    prctl(PR_SET_NAME, name);
}

static sigset_t collect(const int32_t *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t position = 0; position < count; position += 1) {
        sigaddset(&set, signals[position]);
    }
    return set;
}

int32_t starling_signals_block(const int32_t *signals, size_t count) {
    sigset_t set = collect(signals, count);
    return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

// Linux has 64 signals, the kernel's set is one word, and the C library keeps it first.
int32_t starling_signals_block_all(uint64_t *previous) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    int result = pthread_sigmask(SIG_SETMASK, &all, &before);
    memcpy(previous, &before, sizeof *previous);
    return -result;
}

void starling_signals_restore(const uint64_t *previous) {
    sigset_t before;
    sigemptyset(&before);
    memcpy(&before, previous, sizeof *previous);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void starling_signal_ignore(int32_t number) {
    signal(number, SIG_IGN);
}

int32_t starling_signals_wait(const int32_t *signals, size_t count) {
    sigset_t set = collect(signals, count);
    for (;;) {
        int number = sigwaitinfo(&set, NULL);
        if (number >= 0) {
            return number;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}

static int redirect(posix_spawn_file_actions_t *actions, int32_t output, int number) {
    switch (output) {
    case STARLING_OUTPUT_INHERIT:
        return 0;
    case STARLING_OUTPUT_NULL:
        return posix_spawn_file_actions_addopen(actions, number, "/dev/null", O_WRONLY, 0);
    default:
        return posix_spawn_file_actions_adddup2(actions, output, number);
    }
}

static int prepare(
    posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int32_t output, int32_t errors, bool own_group
) {
    // Signals that this process blocks or ignores must not stay so in the child.
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    int result = posix_spawnattr_setsigmask(attributes, &none);
    result = result ? result : posix_spawnattr_setsigdefault(attributes, &all);
    if (own_group) {
        flags |= POSIX_SPAWN_SETPGROUP;
        result = result ? result : posix_spawnattr_setpgroup(attributes, 0);
    }
    result = result ? result : posix_spawnattr_setflags(attributes, flags);
    result = result ? result : posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    result = result ? result : redirect(actions, output, 1);
    return result ? result : redirect(actions, errors, 2);
}

int32_t starling_spawn(
    const char *path, char *const *arguments, char *const *environment, int32_t output, int32_t errors, bool own_group
) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) {
        return -result;
    }
    result = posix_spawnattr_init(&attributes);
    if (result != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -result;
    }
    pid_t process = 0;
    result = prepare(&actions, &attributes, output, errors, own_group);
    if (result == 0) {
        result = posix_spawn(&process, path, &actions, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result == 0 ? process : -result;
}

int32_t starling_kill(int32_t process, int32_t number) {
    return kill(process, number) < 0 ? -errno : 0;
}

int32_t starling_child_await(int32_t process) {
    siginfo_t facts;
    while (waitid(P_PID, (id_t)process, &facts, WEXITED | WNOWAIT) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int32_t starling_child_reap(int32_t process, int32_t *status) {
    int raw = 0;
    for (;;) {
        pid_t reaped = waitpid(process, &raw, WNOHANG);
        if (reaped == 0) {
            return 0;
        }
        if (reaped > 0) {
            *status = WIFSIGNALED(raw) ? -WTERMSIG(raw) : WEXITSTATUS(raw);
            return 1;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}

char **starling_environment(void) {
    return environ;
}

int32_t starling_process_id(void) {
    return getpid();
}

bool starling_is_terminal(int32_t descriptor) {
    return isatty(descriptor) == 1;
}

int32_t starling_terminal_columns(int32_t descriptor) {
    struct winsize size = {0};
    return ioctl(descriptor, TIOCGWINSZ, &size) < 0 ? -errno : size.ws_col;
}

int64_t starling_resident_bytes(void) {
    // Fields: total pages, resident pages, then others.
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) {
        return -errno;
    }
    long long total = 0;
    long long resident = 0;
    int fields = fscanf(file, "%lld %lld", &total, &resident);
    fclose(file);
    return fields == 2 ? resident * sysconf(_SC_PAGESIZE) : -EIO;
}

int32_t starling_host_name(char *name, size_t size) {
    if (gethostname(name, size) < 0) {
        return -errno;
    }
    name[size - 1] = 0;
    return 0;
}

int32_t starling_executable_path(char *path, size_t size) {
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    if (length < 0) {
        return -errno;
    }
    path[length] = 0;
    return 0;
}

int64_t starling_descriptor_read(int32_t descriptor, void *bytes, size_t count) {
    for (;;) {
        ssize_t done = read(descriptor, bytes, count);
        if (done >= 0) {
            return done;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}

int32_t starling_descriptor_write(int32_t descriptor, const void *bytes, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t more = write(descriptor, (const char *)bytes + done, count - done);
        if (more < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -errno;
        }
        done += (size_t)more;
    }
    return 0;
}
