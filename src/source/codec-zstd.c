/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-limits.h"
#include "source/codec.h"

#include <zstd.h>
#include <zstd_errors.h>

/* The largest power of two that is not above BYTES, as libzstd wants its window limit. */
static int window_log(uint64_t bytes)
{
	int log = 10; /* ZSTD_WINDOWLOG_ABSOLUTEMIN */

	while (log < 31 && (uint64_t)1 << (log + 1) <= bytes)
		log++;
	return log;
}

static enum gpubadge_code zstd_open(const struct gpubadge_limits *limits, void **ret_decoder,
				    struct gpubadge_error *err)
{
	ZSTD_DCtx *decoder = ZSTD_createDCtx();

	if (!decoder)
		return gb_error_set_nomem(err);
	ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, window_log(limits->window_bytes));
	*ret_decoder = decoder;
	return GPUBADGE_OK;
}

static enum gpubadge_code zstd_decode(void *decoder, struct gb_span *in, char *out, size_t size,
				      size_t *ret_written, enum gb_codec_state *ret_state,
				      struct gpubadge_error *err)
{
	ZSTD_inBuffer input = {in->ptr, in->len, 0};
	ZSTD_outBuffer output = {out, size, 0};
	size_t result = ZSTD_decompressStream(decoder, &output, &input);

	*in = gb_span_from(*in, input.pos);
	*ret_written = output.pos;
	if (!ZSTD_isError(result)) {
		*ret_state = result == 0 ? GB_CODEC_END : GB_CODEC_MORE;
		return GPUBADGE_OK;
	}
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_memory_allocation:
		return gb_error_set_nomem(err);
	case ZSTD_error_prefix_unknown:
		*ret_state = GB_CODEC_BAD_MAGIC;
		return GPUBADGE_OK;
	case ZSTD_error_frameParameter_windowTooLarge:
		return gb_limit_exceeded(err, "window_bytes",
					 "the zstd window is larger than the limit allows");
	default:
		return gb_error_set(err, GPUBADGE_E_CORRUPT, "damaged zstd data: %s",
				    ZSTD_getErrorName(result));
	}
}

static void zstd_close(void *decoder)
{
	ZSTD_freeDCtx(decoder);
}

const struct gb_codec gb_codec_zstd = {
	.name = "zstd",
	.magic = {"\x28\xb5\x2f\xfd", 4},
	.tail = GB_TAIL_REFUSED,
	.open = zstd_open,
	.decode = zstd_decode,
	.close = zstd_close,
};
