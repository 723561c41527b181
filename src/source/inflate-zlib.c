/* SPDX-License-Identifier: Apache-2.0 */
#include "source/inflate.h"

#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

/* Negative: no wrapper around the deflate data. */
#define RAW_WINDOW_BITS (-15)

struct gb_inflater {
	z_stream stream;
	uint32_t crc;
};

struct gb_inflater *gb_inflater_new(void)
{
	struct gb_inflater *inflater = calloc(1, sizeof(*inflater));

	if (!inflater || inflateInit2(&inflater->stream, RAW_WINDOW_BITS) != Z_OK) {
		free(inflater);
		return NULL;
	}
	return inflater;
}

void gb_inflater_free(struct gb_inflater *inflater)
{
	inflateEnd(&inflater->stream);
	free(inflater);
}

void gb_inflater_reset(struct gb_inflater *inflater)
{
	inflateReset(&inflater->stream);
	inflater->crc = 0;
}

enum gb_inflate_state gb_inflater_run(struct gb_inflater *inflater, struct gb_span *in, char *out,
				      size_t size, size_t *ret_written)
{
	z_stream *stream = &inflater->stream;
	int result;

	stream->next_in = (Bytef *)(uintptr_t)in->ptr; /* zlib does not write there */
	stream->avail_in = in->len < UINT_MAX ? (uInt)in->len : UINT_MAX;
	stream->next_out = (Bytef *)out;
	stream->avail_out = size < UINT_MAX ? (uInt)size : UINT_MAX;
	result = inflate(stream, Z_NO_FLUSH);
	*in = gb_span_from(*in, (size_t)((const char *)stream->next_in - in->ptr));
	*ret_written = (size_t)((char *)stream->next_out - out);
	inflater->crc = gb_inflate_crc32(inflater->crc, (struct gb_span){out, *ret_written});
	switch (result) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress possible; the caller sees to it */
		return GB_INFLATE_MORE;
	case Z_STREAM_END:
		return GB_INFLATE_END;
	case Z_MEM_ERROR:
		return GB_INFLATE_NOMEM;
	default:
		return GB_INFLATE_DAMAGED;
	}
}

uint32_t gb_inflater_crc(const struct gb_inflater *inflater)
{
	return inflater->crc;
}

size_t gb_inflater_rest(const struct gb_inflater *inflater, char rest[GB_INFLATE_REST])
{
	(void)inflater;
	(void)rest; /* zlib gives back what it does not need */
	return 0;
}

uint32_t gb_inflate_crc32(uint32_t crc, struct gb_span bytes)
{
	return (uint32_t)crc32_z(crc, (const Bytef *)bytes.ptr, bytes.len);
}

bool gb_inflate_is_isal(void)
{
	return false;
}
