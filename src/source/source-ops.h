/* SPDX-License-Identifier: Apache-2.0 */

/* What a kind of source implements; only the files of this room include it. A kind embeds
 * struct gb_source as its first member. */
#ifndef GB_SOURCE_OPS_H
#define GB_SOURCE_OPS_H

#include "source/source.h"

struct gb_codec;

struct gb_source_ops {
	/* As gb_source_next(): at least GB_SOURCE_HEAD bytes unless the input ends. */
	enum gpubadge_code (*next)(struct gb_source *source, struct gb_span *ret_chunk,
				   struct gpubadge_error *err);
	/* As gb_source_skip(); NULL if only reading moves on. */
	enum gpubadge_code (*skip)(struct gb_source *source, uint64_t count, uint64_t *ret_skipped,
				   struct gpubadge_error *err);
	void (*close)(struct gb_source *source);
};

struct gb_source {
	const struct gb_source_ops *ops;
	struct gb_span pending; /* peeked at, returned again by the next call */
	char compression[32];
};

/* Takes the outer compressions off PACKED, which it owns from here on, also on failure. */
enum gpubadge_code gb_source_open_packed(struct gb_source *packed,
					 const struct gpubadge_limits *limits,
					 struct gb_source **ret_source, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Neither peels compressions off: gb_source_open_*() does. */
enum gpubadge_code gb_source_new_file(int fd, struct gb_source **ret_source,
				      struct gpubadge_error *err) GB_MUST_CHECK;
enum gpubadge_code gb_source_new_memory(struct gb_span bytes, struct gb_source **ret_source,
					struct gpubadge_error *err) GB_MUST_CHECK;

/* Takes ownership of UPSTREAM on success. */
enum gpubadge_code gb_source_new_decoder(struct gb_source *upstream, const struct gb_codec *codec,
					 const struct gpubadge_limits *limits,
					 struct gb_source **ret_source, struct gpubadge_error *err)
	GB_MUST_CHECK;

#endif
