/* SPDX-License-Identifier: Apache-2.0 */

/* One outer compression: a table entry and one file each. Every codec verifies what its format
 * offers: gzip CRC-32 and length (RFC 1952), zstd content checksums (RFC 8878), xz and bzip2
 * block checks. */
#ifndef GB_SOURCE_CODEC_H
#define GB_SOURCE_CODEC_H

#include "base/gb-attr.h"
#include "base/gb-error.h"
#include "base/gb-span.h"

enum gb_codec_state {
	GB_CODEC_MORE,      /* wants more input or more room */
	GB_CODEC_END,       /* a member (frame, stream) is complete; another may follow */
	GB_CODEC_BAD_MAGIC, /* the member does not even start like one */
};

/* What may stand behind the last member, as each format's own tool has it. */
enum gb_codec_tail {
	GB_TAIL_IGNORED, /* anything */
	GB_TAIL_ZEROS,   /* padding */
	GB_TAIL_REFUSED,
};

struct gb_codec {
	const char *name;
	struct gb_span magic;
	enum gb_codec_tail tail;
	/* *RET_DECODER is for close(). */
	enum gpubadge_code (*open)(const struct gpubadge_limits *limits, void **ret_decoder,
				   struct gpubadge_error *err);
	/* Takes bytes off the front of *IN and writes up to SIZE bytes to OUT. After END the
	 * next call starts a new member. CORRUPT, LIMIT or NOMEM on failure. */
	enum gpubadge_code (*decode)(void *decoder, struct gb_span *in, char *out, size_t size,
				     size_t *ret_written, enum gb_codec_state *ret_state,
				     struct gpubadge_error *err);
	void (*close)(void *decoder);
};

extern const struct gb_codec gb_codec_gzip;
extern const struct gb_codec gb_codec_zstd;
extern const struct gb_codec gb_codec_xz;
extern const struct gb_codec gb_codec_bzip2;

/* The codec whose magic HEAD starts with, or NULL. *RET_MISSING names a known compression that
 * this build lacks, else it is NULL. */
const struct gb_codec *gb_codec_find(struct gb_span head, const char **ret_missing);

/* "gzip zstd xz bzip2": the codecs of this build; static. */
const char *gb_codec_names(void);

/* The same, and behind them "isal" if it is ISA-L that unpacks gzip; static. */
const char *gb_codec_features(void);

#endif
