/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec.h"

#include <limits.h>
#include <stdlib.h>

#include <bzlib.h>

struct bzip2_decoder {
	bz_stream stream;
	bool started;
};

static enum gpubadge_code bzip2_open(const struct gpubadge_limits *limits, void **ret_decoder,
				     struct gpubadge_error *err)
{
	struct bzip2_decoder *decoder = calloc(1, sizeof(*decoder));

	(void)limits; /* a block of bzip2 takes 3.7 MB at most */
	if (!decoder)
		return gb_error_set_nomem(err);
	*ret_decoder = decoder;
	return GPUBADGE_OK;
}

static void end_stream(struct bzip2_decoder *decoder)
{
	if (decoder->started)
		BZ2_bzDecompressEnd(&decoder->stream);
	decoder->started = false;
}

static enum gpubadge_code bzip2_decode(void *state, struct gb_span *in, char *out, size_t size,
				       size_t *ret_written, enum gb_codec_state *ret_state,
				       struct gpubadge_error *err)
{
	struct bzip2_decoder *decoder = state;
	bz_stream *stream = &decoder->stream;
	int result;

	if (!decoder->started) {
		*stream = (bz_stream){.opaque = NULL};
		if (BZ2_bzDecompressInit(stream, 0, 0) != BZ_OK)
			return gb_error_set_nomem(err);
		decoder->started = true;
	}
	stream->next_in = (char *)(uintptr_t)in->ptr; /* libbz2 does not write there */
	stream->avail_in = in->len < UINT_MAX ? (unsigned)in->len : UINT_MAX;
	stream->next_out = out;
	stream->avail_out = size < UINT_MAX ? (unsigned)size : UINT_MAX;
	result = BZ2_bzDecompress(stream);
	*in = gb_span_from(*in, (size_t)(stream->next_in - in->ptr));
	*ret_written = (size_t)(stream->next_out - out);
	switch (result) {
	case BZ_OK:
		*ret_state = GB_CODEC_MORE;
		return GPUBADGE_OK;
	case BZ_STREAM_END:
		end_stream(decoder);
		*ret_state = GB_CODEC_END;
		return GPUBADGE_OK;
	case BZ_DATA_ERROR_MAGIC:
		end_stream(decoder);
		*ret_state = GB_CODEC_BAD_MAGIC;
		return GPUBADGE_OK;
	case BZ_MEM_ERROR:
		return gb_error_set_nomem(err);
	default:
		return gb_error_set(err, GPUBADGE_E_CORRUPT, "damaged bzip2 data");
	}
}

static void bzip2_close(void *state)
{
	struct bzip2_decoder *decoder = state;

	end_stream(decoder);
	free(decoder);
}

const struct gb_codec gb_codec_bzip2 = {
	.name = "bzip2",
	.magic = {"BZh", 3},
	.tail = GB_TAIL_IGNORED,
	.open = bzip2_open,
	.decode = bzip2_decode,
	.close = bzip2_close,
};
