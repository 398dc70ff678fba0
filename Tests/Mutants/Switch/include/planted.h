#ifndef STARLING_PLANTED_H
#define STARLING_PLANTED_H

#include <stdbool.h>

/// The number of the one bug that is on in this process; none has the number 0.
extern int starling_planted_bug;

/// Whether the bug of this number is on.
static inline bool planted(int number) {
    return starling_planted_bug == number;
}

#endif
