#ifndef STARLING_CCHECKSUM_H
#define STARLING_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// Continues a CRC-32C (Castagnoli, reflected polynomial 0x82F63B78). Start with 0; the usual
/// inversion before and after is done inside, so results can be chained.
uint32_t starling_crc32c(uint32_t crc, const void *bytes, size_t count);

#endif
