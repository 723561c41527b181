/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-limits.h"
#include "source/codec.h"

#include <stdlib.h>

#include <lzma.h>

struct xz_decoder {
	lzma_stream stream;
	uint64_t memory;
	bool started;
};

static enum gpubadge_code xz_open(const struct gpubadge_limits *limits, void **ret_decoder,
				  struct gpubadge_error *err)
{
	struct xz_decoder *decoder = calloc(1, sizeof(*decoder));

	if (!decoder)
		return gb_error_set_nomem(err);
	decoder->stream = (lzma_stream)LZMA_STREAM_INIT;
	decoder->memory = limits->window_bytes;
	*ret_decoder = decoder;
	return GPUBADGE_OK;
}

static enum gpubadge_code xz_decode(void *state, struct gb_span *in, char *out, size_t size,
				    size_t *ret_written, enum gb_codec_state *ret_state,
				    struct gpubadge_error *err)
{
	struct xz_decoder *decoder = state;
	lzma_stream *stream = &decoder->stream;
	lzma_ret result = LZMA_OK;

	/* Initialising a stream again keeps its memory. */
	if (!decoder->started)
		result = lzma_stream_decoder(stream, decoder->memory, 0);
	decoder->started = true;
	stream->next_in = (const uint8_t *)in->ptr;
	stream->avail_in = in->len;
	stream->next_out = (uint8_t *)out;
	stream->avail_out = size;
	if (result == LZMA_OK)
		result = lzma_code(stream, LZMA_RUN);
	*in = gb_span_from(*in, in->len - stream->avail_in);
	*ret_written = size - stream->avail_out;
	switch (result) {
	case LZMA_OK:
	case LZMA_BUF_ERROR: /* no progress possible; the caller sees to it */
		*ret_state = GB_CODEC_MORE;
		return GPUBADGE_OK;
	case LZMA_STREAM_END:
		decoder->started = false;
		*ret_state = GB_CODEC_END;
		return GPUBADGE_OK;
	case LZMA_FORMAT_ERROR:
		*ret_state = GB_CODEC_BAD_MAGIC;
		return GPUBADGE_OK;
	case LZMA_MEM_ERROR:
		return gb_error_set_nomem(err);
	case LZMA_MEMLIMIT_ERROR:
		return gb_limit_exceeded(err, "window_bytes",
					 "xz needs more memory than the limit of %llu bytes",
					 (unsigned long long)lzma_memlimit_get(&decoder->stream));
	default:
		return gb_error_set(err, GPUBADGE_E_CORRUPT, "damaged xz data");
	}
}

static void xz_close(void *state)
{
	struct xz_decoder *decoder = state;

	lzma_end(&decoder->stream);
	free(decoder);
}

const struct gb_codec gb_codec_xz = {
	.name = "xz",
	.magic = {"\xfd\x37zXZ", 6},
	.tail = GB_TAIL_ZEROS,
	.open = xz_open,
	.decode = xz_decode,
	.close = xz_close,
};
