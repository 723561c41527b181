/* SPDX-License-Identifier: Apache-2.0 */

/* Raw deflate (RFC 1951) and the CRC-32 of gzip, by the library that the build found: ISA-L, or
 * zlib. One file each; what gzip puts around the deflate data is codec-gzip.c's. */
#ifndef GB_SOURCE_INFLATE_H
#define GB_SOURCE_INFLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/gb-span.h"

/* A decoder may have taken this many bytes behind the deflate data off its input. */
#define GB_INFLATE_REST 7

enum gb_inflate_state {
	GB_INFLATE_MORE, /* wants more input or more room */
	GB_INFLATE_END,  /* all output of the deflate data is written */
	GB_INFLATE_DAMAGED,
	GB_INFLATE_NOMEM,
};

struct gb_inflater;

struct gb_inflater *gb_inflater_new(void); /* NULL if there is no memory */
void gb_inflater_free(struct gb_inflater *inflater);

/* Before other deflate data. */
void gb_inflater_reset(struct gb_inflater *inflater);

/* Takes bytes off the front of *IN and writes up to SIZE bytes to OUT. */
enum gb_inflate_state gb_inflater_run(struct gb_inflater *inflater, struct gb_span *in, char *out,
				      size_t size, size_t *ret_written);

/* After END: the CRC-32 of the output, and the bytes taken too many, which are returned. */
uint32_t gb_inflater_crc(const struct gb_inflater *inflater);
size_t gb_inflater_rest(const struct gb_inflater *inflater, char rest[GB_INFLATE_REST]);

/* The CRC-32 of the bytes of CRC, 0 for none, and BYTES behind them. */
uint32_t gb_inflate_crc32(uint32_t crc, struct gb_span bytes);

/* Is it ISA-L? */
bool gb_inflate_is_isal(void);

#endif
