#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64

#include "CPosixShim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ZEROS_SIZE (1024 * 1024)

int32_t starling_file_open(const char *path, int32_t flags, uint32_t mode) {
    for (;;) {
        int file = open(path, flags | O_CLOEXEC | O_NOCTTY, (mode_t)mode);
        if (file >= 0) {
            return file;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}

int32_t starling_close(int32_t descriptor) {
    // Linux gives the number back even when the call was interrupted: it must not be repeated.
    return close(descriptor) < 0 ? -errno : 0;
}

// Whether count bytes from offset on stay below the largest offset the kernel knows.
static bool in_range(uint64_t offset, uint64_t count) {
    return offset <= INT64_MAX && count <= INT64_MAX - offset;
}

int64_t starling_file_read(int32_t file, void *bytes, size_t count, uint64_t offset) {
    if (!in_range(offset, count)) {
        return -EFBIG;
    }
    size_t done = 0;
    while (done < count) {
        ssize_t more = pread(file, (char *)bytes + done, count - done, (off_t)(offset + done));
        if (more == 0) {
            break;
        }
        if (more < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -errno;
        }
        done += (size_t)more;
    }
    return (int64_t)done;
}

int32_t starling_file_write(int32_t file, const void *bytes, size_t count, uint64_t offset) {
    if (!in_range(offset, count)) {
        return -EFBIG;
    }
    size_t done = 0;
    while (done < count) {
        ssize_t more = pwrite(file, (const char *)bytes + done, count - done, (off_t)(offset + done));
        if (more == 0) {
            return -EIO;
        }
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

int32_t starling_file_fill_zero(int32_t file, uint64_t size) {
    void *zeros = calloc(1, ZEROS_SIZE);
    if (zeros == NULL) {
        return -ENOMEM;
    }
    int32_t result = 0;
    uint64_t done = 0;
    while (done < size && result == 0) {
        uint64_t part = size - done < ZEROS_SIZE ? size - done : ZEROS_SIZE;
        result = starling_file_write(file, zeros, (size_t)part, done);
        done += part;
    }
    free(zeros);
    return result;
}

int32_t starling_file_truncate(int32_t file, uint64_t size) {
    if (!in_range(0, size)) {
        return -EFBIG;
    }
    while (ftruncate(file, (off_t)size) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int32_t starling_file_sync_data(int32_t file) {
    while (fdatasync(file) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int32_t starling_file_sync(int32_t file) {
    while (fsync(file) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int64_t starling_file_size(int32_t file) {
    struct stat facts;
    return fstat(file, &facts) < 0 ? -errno : (int64_t)facts.st_size;
}

int32_t starling_file_lock(int32_t file) {
    while (flock(file, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int32_t starling_directory_create(const char *path) {
    return mkdir(path, 0700) < 0 ? -errno : 0;
}

bool starling_is_directory(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

bool starling_path_exists(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0;
}

int32_t starling_path_rename(const char *source, const char *destination) {
    return rename(source, destination) < 0 ? -errno : 0;
}

int32_t starling_path_remove(const char *path) {
    return remove(path) < 0 ? -errno : 0;
}

// The finaliser of SplitMix64: every bit of the input changes about half of the output's.
static uint64_t mix(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

int32_t starling_path_stamp(const char *path, uint64_t *stamp) {
    struct stat facts;
    if (stat(path, &facts) < 0) {
        return -errno;
    }
    uint64_t changed = (uint64_t)facts.st_ctim.tv_sec * 1000000000u + (uint64_t)facts.st_ctim.tv_nsec;
    *stamp = mix(mix(mix(changed) + (uint64_t)facts.st_ino) + (uint64_t)facts.st_dev);
    return 0;
}

int32_t starling_file_birth(int32_t file, uint64_t *stamp) {
    struct statx facts;
    if (statx(file, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &facts) < 0) {
        return -errno;
    }
    uint64_t born = 0;
    if (facts.stx_mask & STATX_BTIME) {
        born = (uint64_t)facts.stx_btime.tv_sec * 1000000000u + facts.stx_btime.tv_nsec;
    }
    *stamp = mix(mix(born) + facts.stx_ino);
    return 0;
}

int32_t starling_volume_free(const char *path, uint64_t *bytes) {
    struct statvfs volume;
    while (statvfs(path, &volume) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    if (__builtin_mul_overflow((uint64_t)volume.f_bavail, (uint64_t)volume.f_frsize, bytes)) {
        *bytes = UINT64_MAX;
    }
    return 0;
}

int32_t starling_directory_list(
    const char *path, void *context, void (*found)(void *context, const char *name)
) {
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return -errno;
    }
    int32_t result = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(directory);
        if (entry == NULL) {
            result = -errno;
            break;
        }
        found(context, entry->d_name);
    }
    closedir(directory);
    return result;
}
