#include "include/planted.h"

#include <stdlib.h>

int starling_planted_bug = 0;

// Before main, so that no thread can see it change.
__attribute__((constructor)) static void readPlantedBug(void) {
    const char *number = getenv("STARLING_PLANTED");
    if (number != NULL) starling_planted_bug = atoi(number);
}
