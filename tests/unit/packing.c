/* SPDX-License-Identifier: Apache-2.0 */
#include "packing.h"

#include <string.h>

#include <zlib.h>
#include <zstd.h>
#ifdef GB_TESTS_XZ
#include <lzma.h>
#endif
#ifdef GB_TESTS_BZIP2
#include <bzlib.h>
#endif

#include "expect.h"

void pack_gzip(struct gb_bytes *out, struct gb_span content)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)content.ptr,
			   .avail_in = (uInt)content.len};
	size_t room;

	cr_assert_eq(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	room = deflateBound(&stream, content.len);
	stream.next_out = (Bytef *)gb_bytes_reserve(out, room);
	stream.avail_out = (uInt)room;
	cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	gb_bytes_commit(out, stream.total_out);
	deflateEnd(&stream);
}

void pack_zstd_window(struct gb_bytes *out, struct gb_span content, int window_log)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(content.len) + 64;
	ZSTD_inBuffer in = {content.ptr, content.len, 0};
	ZSTD_outBuffer buffer = {gb_bytes_reserve(out, room), room, 0};

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
	/* Fed before the end is known, the frame cannot shrink its window to the content. */
	cr_assert_not(ZSTD_isError(ZSTD_compressStream2(context, &buffer, &in, ZSTD_e_continue)));
	cr_assert_eq(ZSTD_compressStream2(context, &buffer, &in, ZSTD_e_end), 0);
	gb_bytes_commit(out, buffer.pos);
	ZSTD_freeCCtx(context);
}

void pack_zstd(struct gb_bytes *out, struct gb_span content)
{
	pack_zstd_window(out, content, 20);
}

#ifdef GB_TESTS_XZ
#define XZ_PRESET 1

void pack_xz(struct gb_bytes *out, struct gb_span content)
{
	size_t room = lzma_stream_buffer_bound(content.len);
	char *place = gb_bytes_reserve(out, room);
	size_t used = 0;

	cr_assert_eq(lzma_easy_buffer_encode(XZ_PRESET, LZMA_CHECK_CRC64, NULL,
					     (const uint8_t *)content.ptr, content.len,
					     (uint8_t *)place, &used, room),
		     LZMA_OK);
	gb_bytes_commit(out, used);
}

uint64_t pack_xz_memory(void)
{
	return lzma_easy_decoder_memusage(XZ_PRESET);
}
#endif

#ifdef GB_TESTS_BZIP2
void pack_bzip2(struct gb_bytes *out, struct gb_span content)
{
	unsigned room = (unsigned)(content.len + content.len / 100 + 600);
	char *place = gb_bytes_reserve(out, room);

	cr_assert_eq(BZ2_bzBuffToBuffCompress(place, &room, (char *)(uintptr_t)content.ptr,
					      (unsigned)content.len, 1, 0, 0),
		     BZ_OK);
	gb_bytes_commit(out, room);
}
#endif

void pack_noise(struct gb_bytes *out, size_t count)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
	uint32_t state = 12345;
	char *place = gb_bytes_reserve(out, count);

	for (size_t i = 0; i < count; i++) {
		state = state * 1664525 + 1013904223;
		place[i] = digits[state >> 26];
	}
	gb_bytes_commit(out, count);
}
