/* SPDX-License-Identifier: Apache-2.0 */
#include "alloc-failure.h"

#include <stdlib.h>

#include <archive.h>
#include <jansson.h>
#include <zlib.h>
#include <zstd.h>
#ifdef GB_TESTS_XZ
#include <lzma.h>
#endif
#ifdef GB_TESTS_BZIP2
#include <bzlib.h>
#endif

static size_t countdown;
static bool failed, failed_in_jansson;
static long alive;

void fail_allocation(size_t count)
{
	countdown = count;
	failed = false;
	failed_in_jansson = false;
}

bool allocation_failed_in_jansson(void)
{
	return failed_in_jansson;
}

bool allocation_has_failed(void)
{
	return failed;
}

long allocations_alive(void)
{
	return alive;
}

static bool fails(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	failed = true;
	return true;
}

static void *counted(void *block)
{
	alive += block != NULL;
	return block;
}

/* The names are the linker's. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_reallocarray(void *block, size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *block);
int __real_inflateInit2_(z_streamp stream, int bits, const char *version, int size);
ZSTD_DCtx *__real_ZSTD_createDCtx(void);
struct archive *__real_archive_read_new(void);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_reallocarray(void *block, size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *block);
int __wrap_inflateInit2_(z_streamp stream, int bits, const char *version, int size);
ZSTD_DCtx *__wrap_ZSTD_createDCtx(void);
struct archive *__wrap_archive_read_new(void);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : counted(__real_malloc(size));
}

static void *allocate_for_jansson(size_t size)
{
	bool before = failed;
	/* Not malloc(), of which the compiler knows that it changes no variable of ours. */
	void *block = __wrap_malloc(size);

	failed_in_jansson = failed_in_jansson || failed != before;
	return block;
}

void fail_in_jansson_too(void)
{
	json_set_alloc_funcs(allocate_for_jansson, free);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
	void *moved = fails() ? NULL : __real_realloc(block, size);

	alive += moved && !block;
	return moved;
}

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
	void *moved = fails() ? NULL : __real_reallocarray(block, count, size);

	alive += moved && !block;
	return moved;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : counted(__real_aligned_alloc(alignment, size));
}

void __wrap_free(void *block)
{
	alive -= block != NULL;
	__real_free(block);
}

int __wrap_inflateInit2_(z_streamp stream, int bits, const char *version, int size)
{
	return fails() ? Z_MEM_ERROR : __real_inflateInit2_(stream, bits, version, size);
}

ZSTD_DCtx *__wrap_ZSTD_createDCtx(void)
{
	return fails() ? NULL : __real_ZSTD_createDCtx();
}

struct archive *__wrap_archive_read_new(void)
{
	return fails() ? NULL : __real_archive_read_new();
}

#ifdef GB_TESTS_XZ
lzma_ret __real_lzma_stream_decoder(lzma_stream *stream, uint64_t memory, uint32_t flags);
lzma_ret __wrap_lzma_stream_decoder(lzma_stream *stream, uint64_t memory, uint32_t flags);

lzma_ret __wrap_lzma_stream_decoder(lzma_stream *stream, uint64_t memory, uint32_t flags)
{
	return fails() ? LZMA_MEM_ERROR : __real_lzma_stream_decoder(stream, memory, flags);
}
#endif

#ifdef GB_TESTS_BZIP2
int __real_BZ2_bzDecompressInit(bz_stream *stream, int verbosity, int small);
int __wrap_BZ2_bzDecompressInit(bz_stream *stream, int verbosity, int small);

int __wrap_BZ2_bzDecompressInit(bz_stream *stream, int verbosity, int small)
{
	return fails() ? BZ_MEM_ERROR : __real_BZ2_bzDecompressInit(stream, verbosity, small);
}
#endif
