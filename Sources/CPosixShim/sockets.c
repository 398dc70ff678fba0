#define _GNU_SOURCE

#include "CPosixShim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage storage;
};

_Static_assert(STARLING_HOST_SIZE >= INET6_ADDRSTRLEN + 1 + IF_NAMESIZE, "a scoped address must fit");

// Reads a numeric host, with a scope after % for IPv6; returns the address's length, or 0.
static socklen_t parse(const char *host, uint16_t port, union address *address) {
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(port);
        return sizeof address->v4;
    }
    char text[STARLING_HOST_SIZE];
    size_t length = strlen(host);
    if (length >= sizeof text) {
        return 0;
    }
    memcpy(text, host, length + 1);
    char *scope = strchr(text, '%');
    if (scope != NULL) {
        *scope = 0;
        address->v6.sin6_scope_id = if_nametoindex(scope + 1);
        if (address->v6.sin6_scope_id == 0) {
            return 0;
        }
    }
    if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) != 1) {
        return 0;
    }
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    return sizeof address->v6;
}

// Writes an address's host and port; an IPv4 address mapped into IPv6 is shown as IPv4.
static void show(const union address *address, char *host, uint16_t *port) {
    host[0] = 0;
    *port = 0;
    if (address->any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address->v4.sin_addr, host, STARLING_HOST_SIZE);
        *port = ntohs(address->v4.sin_port);
    } else if (address->any.sa_family == AF_INET6) {
        *port = ntohs(address->v6.sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
            inet_ntop(AF_INET, &address->v6.sin6_addr.s6_addr[12], host, STARLING_HOST_SIZE);
            return;
        }
        inet_ntop(AF_INET6, &address->v6.sin6_addr, host, STARLING_HOST_SIZE);
        char scope[IF_NAMESIZE];
        if (address->v6.sin6_scope_id != 0 && if_indextoname(address->v6.sin6_scope_id, scope) != NULL) {
            strcat(host, "%");
            strcat(host, scope);
        }
    }
}

static int32_t closing(int descriptor) {
    int32_t result = -errno;
    close(descriptor);
    return result;
}

static int set(int descriptor, int level, int option, int value) {
    return setsockopt(descriptor, level, option, &value, sizeof value);
}

bool starling_host_is_numeric(const char *host) {
    union address address;
    return parse(host, 0, &address) != 0;
}

int32_t starling_socket_listen(const char *host, uint16_t port, int32_t backlog) {
    union address address;
    socklen_t length = parse(host, port, &address);
    if (length == 0) {
        return -EADDRNOTAVAIL;
    }
    int listener = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        return -errno;
    }
    // Accepted sockets inherit these, which saves the calls for each of them.
    set(listener, SOL_SOCKET, SO_REUSEADDR, 1);
    set(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(listener, IPPROTO_TCP, TCP_KEEPIDLE, 300);
    set(listener, IPPROTO_TCP, TCP_NODELAY, 1);
    if (address.any.sa_family == AF_INET6) {
        set(listener, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    }
    if (bind(listener, &address.any, length) < 0 || listen(listener, backlog) < 0) {
        return closing(listener);
    }
    return listener;
}

int32_t starling_socket_address(int32_t socket, char *host, uint16_t *port) {
    union address address = {0};
    socklen_t length = sizeof address;
    if (getsockname(socket, &address.any, &length) < 0) {
        return -errno;
    }
    show(&address, host, port);
    return 0;
}

int32_t starling_socket_accept(int32_t listener, char *host, uint16_t *port) {
    for (;;) {
        union address address = {0};
        socklen_t length = sizeof address;
        int accepted = accept4(listener, &address.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted >= 0) {
            show(&address, host, port);
            return accepted;
        }
        // A connection that was reset while it waited is not the listener's failure.
        if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO) {
            return -errno;
        }
    }
}

int32_t starling_socket_connect(const char *host, uint16_t port, bool *finished) {
    union address address;
    *finished = false;
    socklen_t length = parse(host, port, &address);
    if (length == 0) {
        return -EADDRNOTAVAIL;
    }
    int stream = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (stream < 0) {
        return -errno;
    }
    set(stream, IPPROTO_TCP, TCP_NODELAY, 1);
    set(stream, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (connect(stream, &address.any, length) == 0) {
        *finished = true;
    } else if (errno != EINPROGRESS && errno != EINTR) {
        return closing(stream);
    }
    return stream;
}

int32_t starling_socket_error(int32_t socket) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

int64_t starling_socket_read(int32_t socket, void *bytes, size_t count) {
    for (;;) {
        ssize_t done = recv(socket, bytes, count, 0);
        if (done >= 0) {
            return done;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}

int64_t starling_socket_write(int32_t socket, const void *bytes, size_t count) {
    for (;;) {
        ssize_t done = send(socket, bytes, count, MSG_NOSIGNAL);
        if (done >= 0) {
            return done;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}

int32_t starling_socket_finish_writing(int32_t socket) {
    return shutdown(socket, SHUT_WR) < 0 ? -errno : 0;
}

int32_t starling_interfaces(
    void *context,
    void (*found)(void *context, const char *name, const char *host, uint32_t index, uint32_t flags)
) {
    struct ifaddrs *list;
    if (getifaddrs(&list) < 0) {
        return -errno;
    }
    for (struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
        if (entry->ifa_addr == NULL) {
            continue;
        }
        sa_family_t family = entry->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) {
            continue;
        }
        union address address = {0};
        memcpy(&address, entry->ifa_addr, family == AF_INET ? sizeof address.v4 : sizeof address.v6);
        char host[STARLING_HOST_SIZE];
        uint16_t port;
        show(&address, host, &port);
        uint32_t flags = (entry->ifa_flags & IFF_UP ? STARLING_INTERFACE_UP : 0)
            | (entry->ifa_flags & IFF_LOOPBACK ? STARLING_INTERFACE_LOOPBACK : 0)
            | (entry->ifa_flags & IFF_MULTICAST ? STARLING_INTERFACE_MULTICAST : 0)
            | (family == AF_INET ? STARLING_INTERFACE_IPV4 : 0);
        found(context, entry->ifa_name, host, if_nametoindex(entry->ifa_name), flags);
    }
    freeifaddrs(list);
    return 0;
}

int32_t starling_resolve(const char *host, void *context, void (*found)(void *context, const char *host)) {
    struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int result = getaddrinfo(host, NULL, &wanted, &list);
    switch (result) {
    case 0:
        break;
    case EAI_NONAME:
    case EAI_NODATA:
        return STARLING_RESOLVE_UNKNOWN;
    case EAI_AGAIN:
        return STARLING_RESOLVE_LATER;
    case EAI_SYSTEM:
        return errno > 0 ? -errno : STARLING_RESOLVE_FAILED;
    default:
        return STARLING_RESOLVE_FAILED;
    }
    for (struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next) {
        union address address = {0};
        if (entry->ai_addr == NULL || entry->ai_addrlen > sizeof address) {
            continue;
        }
        memcpy(&address, entry->ai_addr, entry->ai_addrlen);
        char text[STARLING_HOST_SIZE];
        uint16_t port;
        show(&address, text, &port);
        if (text[0] != 0) {
            found(context, text);
        }
    }
    freeaddrinfo(list);
    return 0;
}

bool starling_host_is_multicast(const char *host) {
    struct in_addr address;
    return inet_pton(AF_INET, host, &address) == 1 && IN_MULTICAST(ntohl(address.s_addr));
}

int32_t starling_multicast_receiver(const char *group, uint16_t port) {
    union address address;
    socklen_t length = parse(group, port, &address);
    if (length == 0 || address.any.sa_family != AF_INET) {
        return -EADDRNOTAVAIL;
    }
    int receiver = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (receiver < 0) {
        return -errno;
    }
    // Several nodes of one machine share the port; bound to the group, only its datagrams arrive, and
    // only on interfaces this socket has joined.
    if (set(receiver, SOL_SOCKET, SO_REUSEADDR, 1) < 0 || set(receiver, SOL_SOCKET, SO_REUSEPORT, 1) < 0
        || set(receiver, IPPROTO_IP, IP_MULTICAST_ALL, 0) < 0
        || bind(receiver, &address.any, length) < 0) {
        return closing(receiver);
    }
    return receiver;
}

static int32_t membership(
    int32_t socket, int option, const char *group, const char *interface_host, uint32_t index
) {
    struct ip_mreqn request = {.imr_ifindex = (int)index};
    if (inet_pton(AF_INET, group, &request.imr_multiaddr) != 1
        || inet_pton(AF_INET, interface_host, &request.imr_address) != 1) {
        return -EADDRNOTAVAIL;
    }
    return setsockopt(socket, IPPROTO_IP, option, &request, sizeof request) < 0 ? -errno : 0;
}

int32_t starling_multicast_join(int32_t socket, const char *group, const char *interface_host, uint32_t index) {
    return membership(socket, IP_ADD_MEMBERSHIP, group, interface_host, index);
}

int32_t starling_multicast_leave(int32_t socket, const char *group, const char *interface_host, uint32_t index) {
    return membership(socket, IP_DROP_MEMBERSHIP, group, interface_host, index);
}

int32_t starling_multicast_sender(const char *group, uint16_t port, const char *interface_host, uint32_t index) {
    union address destination;
    union address source;
    socklen_t destination_length = parse(group, port, &destination);
    socklen_t source_length = parse(interface_host, 0, &source);
    if (destination_length != sizeof destination.v4 || source_length != sizeof source.v4) {
        return -EADDRNOTAVAIL;
    }
    int sender = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (sender < 0) {
        return -errno;
    }
    struct ip_mreqn by = {.imr_address = source.v4.sin_addr, .imr_ifindex = (int)index};
    if (bind(sender, &source.any, source_length) < 0
        || setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, &by, sizeof by) < 0
        || set(sender, IPPROTO_IP, IP_MULTICAST_TTL, 1) < 0
        || set(sender, IPPROTO_IP, IP_MULTICAST_LOOP, 1) < 0
        || connect(sender, &destination.any, destination_length) < 0) {
        return closing(sender);
    }
    return sender;
}

int64_t starling_datagram_receive(int32_t socket, void *bytes, size_t count, char *host, uint16_t *port) {
    for (;;) {
        union address address = {0};
        socklen_t length = sizeof address;
        ssize_t done = recvfrom(socket, bytes, count, 0, &address.any, &length);
        if (done >= 0) {
            show(&address, host, port);
            return done;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}
