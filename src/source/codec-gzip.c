/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec.h"

#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

/* 15 bits of window and 16: expect the gzip wrapper, so that zlib checks CRC and length. */
#define GZIP_WINDOW_BITS (15 + 16)

/* zlib has read the two magic bytes when it calls a header wrong. */
#define MAGIC_BYTES 2

struct gzip_decoder {
	z_stream stream;
	bool ended;
};

static enum gpubadge_code gzip_open(const struct gpubadge_limits *limits, void **ret_decoder,
				    struct gpubadge_error *err)
{
	struct gzip_decoder *decoder = calloc(1, sizeof(*decoder));

	(void)limits; /* the window of deflate is 32 KiB */
	if (!decoder || inflateInit2(&decoder->stream, GZIP_WINDOW_BITS) != Z_OK) {
		free(decoder);
		return gb_error_set_nomem(err);
	}
	*ret_decoder = decoder;
	return GPUBADGE_OK;
}

static enum gpubadge_code gzip_decode(void *state, struct gb_span *in, char *out, size_t size,
				      size_t *ret_written, enum gb_codec_state *ret_state,
				      struct gpubadge_error *err)
{
	struct gzip_decoder *decoder = state;
	z_stream *stream = &decoder->stream;
	int result;

	if (decoder->ended)
		inflateReset(stream);
	decoder->ended = false;
	stream->next_in = (Bytef *)(uintptr_t)in->ptr; /* zlib does not write there */
	stream->avail_in = in->len < UINT_MAX ? (uInt)in->len : UINT_MAX;
	stream->next_out = (Bytef *)out;
	stream->avail_out = size < UINT_MAX ? (uInt)size : UINT_MAX;
	result = inflate(stream, Z_NO_FLUSH);
	*in = gb_span_from(*in, (size_t)((const char *)stream->next_in - in->ptr));
	*ret_written = (size_t)((char *)stream->next_out - out);
	switch (result) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress possible; the caller sees to it */
		*ret_state = GB_CODEC_MORE;
		return GPUBADGE_OK;
	case Z_STREAM_END:
		decoder->ended = true;
		*ret_state = GB_CODEC_END;
		return GPUBADGE_OK;
	case Z_MEM_ERROR:
		return gb_error_set_nomem(err);
	case Z_DATA_ERROR:
		if (stream->total_out == 0 && stream->total_in <= MAGIC_BYTES) {
			*ret_state = GB_CODEC_BAD_MAGIC;
			return GPUBADGE_OK;
		}
		break;
	}
	return gb_error_set(err, GPUBADGE_E_CORRUPT, "damaged gzip data: %s",
			    stream->msg ? stream->msg : "unexpected dictionary");
}

static void gzip_close(void *state)
{
	struct gzip_decoder *decoder = state;

	inflateEnd(&decoder->stream);
	free(decoder);
}

const struct gb_codec gb_codec_gzip = {
	.name = "gzip",
	.magic = {"\x1f\x8b", 2},
	.tail = GB_TAIL_IGNORED,
	.open = gzip_open,
	.decode = gzip_decode,
	.close = gzip_close,
};
