// The Linux calls that Swift's Glibc module lacks, or offers only through unions and variadic
// functions, in plain integers, bytes and text.
//
// Every function that can fail returns a negative errno value when it does; interrupted calls are
// repeated here. Feature macros are set in the .c files only: in this header they would change the
// Glibc module depending on the build order.

#ifndef STARLING_CPOSIXSHIM_H
#define STARLING_CPOSIXSHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// poll.c: readiness, wake-ups, clocks, randomness

#define STARLING_POLL_IN 0x001u
#define STARLING_POLL_OUT 0x004u
#define STARLING_POLL_ERROR 0x008u
#define STARLING_POLL_HANGUP 0x010u

// The most that one starling_poll_wait reports.
#define STARLING_POLL_CAPACITY 256

struct starling_ready {
    uint64_t token;
    uint32_t flags;
    uint32_t unused;
};

int32_t starling_poll_create(void);
int32_t starling_poll_add(int32_t poll, int32_t descriptor, uint64_t token, uint32_t interest);
int32_t starling_poll_change(int32_t poll, int32_t descriptor, uint64_t token, uint32_t interest);
int32_t starling_poll_remove(int32_t poll, int32_t descriptor);
// Returns how many entries were filled in; 0 when the time is over or a signal came.
int32_t starling_poll_wait(int32_t poll, struct starling_ready *ready, int32_t capacity, int32_t milliseconds);

int32_t starling_event_create(bool blocking);
int32_t starling_event_signal(int32_t event);
// Resets the event; a blocking one waits for a signal first.
int32_t starling_event_clear(int32_t event);

// Nanoseconds of the monotonic clock; milliseconds since 1970 of the wall clock.
uint64_t starling_clock_monotonic(void);
uint64_t starling_clock_wall(void);
// Fills at most 256 bytes from the system's generator.
int32_t starling_random(void *bytes, size_t count);

// files.c

int32_t starling_file_open(const char *path, int32_t flags, uint32_t mode);
int32_t starling_close(int32_t descriptor);
// Returns the number of bytes read; fewer than asked for only at the end of the file.
int64_t starling_file_read(int32_t file, void *bytes, size_t count, uint64_t offset);
// Returns 0 when all bytes are written.
int32_t starling_file_write(int32_t file, const void *bytes, size_t count, uint64_t offset);
int32_t starling_file_fill_zero(int32_t file, uint64_t size);
int32_t starling_file_truncate(int32_t file, uint64_t size);
int32_t starling_file_sync_data(int32_t file);
int32_t starling_file_sync(int32_t file);
int64_t starling_file_size(int32_t file);
int32_t starling_file_lock(int32_t file);
int32_t starling_directory_create(const char *path);
bool starling_is_directory(const char *path);
bool starling_path_exists(const char *path);
int32_t starling_path_rename(const char *source, const char *destination);
int32_t starling_path_remove(const char *path);
// Mixes the change time, the inode and the device of a path into one number.
int32_t starling_path_stamp(const char *path, uint64_t *stamp);
// Mixes the time of birth and the inode of an open file into one number.
int32_t starling_file_birth(int32_t file, uint64_t *stamp);
int32_t starling_volume_free(const char *path, uint64_t *bytes);
int32_t starling_directory_list(
    const char *path, void *context, void (*found)(void *context, const char *name));

// sockets.c: addresses are numeric text and a port in host order

#define STARLING_HOST_SIZE 64

bool starling_host_is_numeric(const char *host);
int32_t starling_socket_listen(const char *host, uint16_t port, int32_t backlog);
int32_t starling_socket_address(int32_t socket, char *host, uint16_t *port);
int32_t starling_socket_accept(int32_t listener, char *host, uint16_t *port);
// Sets *finished when the connection is there at once.
int32_t starling_socket_connect(const char *host, uint16_t port, bool *finished);
// Returns and clears the socket's pending error, as a positive errno value.
int32_t starling_socket_error(int32_t socket);
int64_t starling_socket_read(int32_t socket, void *bytes, size_t count);
int64_t starling_socket_write(int32_t socket, const void *bytes, size_t count);
int32_t starling_socket_finish_writing(int32_t socket);

#define STARLING_INTERFACE_UP 0x1u
#define STARLING_INTERFACE_LOOPBACK 0x2u
#define STARLING_INTERFACE_MULTICAST 0x4u
#define STARLING_INTERFACE_IPV4 0x8u

int32_t starling_interfaces(
    void *context,
    void (*found)(void *context, const char *name, const char *host, uint32_t index, uint32_t flags));

#define STARLING_RESOLVE_UNKNOWN 1
#define STARLING_RESOLVE_LATER 2
#define STARLING_RESOLVE_FAILED 3

// Blocks while the name is looked up. Returns 0, one of the above, or a negative errno value.
int32_t starling_resolve(const char *host, void *context, void (*found)(void *context, const char *host));

bool starling_host_is_multicast(const char *host);
int32_t starling_multicast_receiver(const char *group, uint16_t port);
int32_t starling_multicast_join(int32_t socket, const char *group, const char *interface_host, uint32_t index);
int32_t starling_multicast_leave(int32_t socket, const char *group, const char *interface_host, uint32_t index);
int32_t starling_multicast_sender(const char *group, uint16_t port, const char *interface_host, uint32_t index);
int64_t starling_datagram_receive(int32_t socket, void *bytes, size_t count, char *host, uint16_t *port);

// process.c

const char *starling_error_text(int32_t number);
void starling_thread_name(const char *name);
// Blocks or ignores signals in this thread and those it starts.
int32_t starling_signals_block(const int32_t *signals, size_t count);
int32_t starling_signals_block_all(uint64_t *previous);
void starling_signals_restore(const uint64_t *previous);
void starling_signal_ignore(int32_t signal);
// Returns the signal that came.
int32_t starling_signals_wait(const int32_t *signals, size_t count);

#define STARLING_OUTPUT_INHERIT (-1)
#define STARLING_OUTPUT_NULL (-2)

// Starts a child with an empty standard input and default signals; returns its process ID. Descriptors
// for its output and errors are above 2.
int32_t starling_spawn(
    const char *path, char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
    int32_t output, int32_t errors, bool own_group);
int32_t starling_kill(int32_t process, int32_t signal);
// Waits for a child's end without reaping it.
int32_t starling_child_await(int32_t process);
// Returns 1 and reaps the child if it has ended, else 0. A signal that killed it is a negative status.
int32_t starling_child_reap(int32_t process, int32_t *status);
// The null-terminated list of NAME=value entries.
char *_Nullable *_Nonnull starling_environment(void);
int32_t starling_process_id(void);
bool starling_is_terminal(int32_t descriptor);
int32_t starling_terminal_columns(int32_t descriptor);
int64_t starling_resident_bytes(void);
int32_t starling_host_name(char *name, size_t size);
int32_t starling_executable_path(char *path, size_t size);
int64_t starling_descriptor_read(int32_t descriptor, void *bytes, size_t count);
int32_t starling_descriptor_write(int32_t descriptor, const void *bytes, size_t count);

#pragma clang assume_nonnull end

#endif
