/* SPDX-License-Identifier: Apache-2.0 */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "packing.h"
#include "scratch.h"
#include "source/codec.h"

#define KIB ((size_t)1024)

static struct gpubadge_limits limits;

static void set_up(void)
{
	gpubadge_limits_init(&limits);
}

TestSuite(source, .init = set_up);

static struct gb_bytes buffer(void)
{
	return gb_bytes_init(SIZE_MAX / 2);
}

/* Everything SOURCE has, appended to OUT. */
static enum gpubadge_code read_all(struct gb_source *source, struct gb_bytes *out,
				   struct gpubadge_error *err)
{
	struct gb_span chunk;

	do {
		if (gb_source_next(source, &chunk, err))
			return err->code;
		gb_bytes_append(out, chunk);
	} while (chunk.len > 0);
	return GPUBADGE_OK;
}

static void expect_same(int line, const struct gb_bytes *out, struct gb_span wanted)
{
	cr_assert(gb_span_equal(gb_bytes_span(out), wanted), "line %d: %zu bytes, expected %zu",
		  line, out->len, wanted.len);
}

/* PACKED gives CONTENT. */
static void unpacks_to(int line, struct gb_span packed, struct gb_span content)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = buffer();
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_source_unpack(packed, &limits, &out, &err), GPUBADGE_OK, "line %d: %s",
		     line, err.text);
	expect_same(line, &out, content);
}

/* PACKED fails. */
static void unpacking_fails(int line, struct gb_span packed, enum gpubadge_code code,
			    const char *text)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = buffer();
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_source_unpack(packed, &limits, &out, &err), code,
		     "line %d: expected %s, got %s", line, text, err.text);
	expect_error_in_at(line, &err, code, text);
}

/* --- memory, files, pipes --- */

Test(source, reads_memory_once)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;

	cr_assert_eq(gb_source_open_memory(SPAN("plain"), &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	expect_span(chunk, "plain");
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(chunk.len, 0);
}

Test(source, reads_no_bytes_of_empty_memory)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk = SPAN("x");

	cr_assert_eq(gb_source_open_memory(SPAN(""), &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(chunk.len, 0);
}

Test(source, states_no_compression_of_plain_bytes)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_source_open_memory(SPAN("plain"), &limits, &source, &err), GPUBADGE_OK);
	expect_text(gb_source_compression(source), NULL);
}

Test(source, returns_peeked_bytes_once_more)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;

	cr_assert_eq(gb_source_open_memory(SPAN("plain"), &limits, &source, &err), GPUBADGE_OK);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(gb_source_peek(source, &chunk, &err), GPUBADGE_OK);
		expect_span(chunk, "plain");
	}
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	expect_span(chunk, "plain");
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(chunk.len, 0);
}

Test(source, closes_null)
{
	gb_source_close(NULL);
}

Test(source, reads_a_file_from_its_current_offset)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = buffer();
	struct gpubadge_error err = NO_ERROR;
	int fd = scratch_memory(SPAN("skipped, read"));

	cr_assert_eq(lseek(fd, 9, SEEK_SET), 9);
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(read_all(source, &out, &err), GPUBADGE_OK);
	expect_span(gb_bytes_span(&out), "read");
	close(fd);
}

Test(source, leaves_the_callers_file_open)
{
	struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd = scratch_memory(SPAN("x"));

	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	gb_source_close(source);
	cr_assert_neq(fcntl(fd, F_GETFD), -1);
	close(fd);
}

Test(source, seeks_over_bytes_of_a_file)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;
	uint64_t skipped = 0;
	int fd;

	pack_noise(&content, 300 * KIB);
	fd = scratch_memory(gb_bytes_span(&content));
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_lt(chunk.len + 100 * KIB, 300 * KIB);
	chunk = (struct gb_span){content.ptr + chunk.len + 100 * KIB, 10};
	cr_assert_eq(gb_source_skip(source, 100 * KIB, &skipped, &err), GPUBADGE_OK);
	cr_assert_eq(skipped, 100 * KIB);
	{
		struct gb_span next;

		cr_assert_eq(gb_source_next(source, &next, &err), GPUBADGE_OK);
		cr_assert_geq(next.len, 10);
		cr_assert_eq(memcmp(next.ptr, chunk.ptr, 10), 0);
	}
	close(fd);
}

Test(source, never_seeks_beyond_the_end_of_a_file)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;
	uint64_t skipped = 0;
	int fd;

	pack_noise(&content, 200 * KIB);
	fd = scratch_memory(gb_bytes_span(&content));
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_skip(source, UINT64_MAX, &skipped, &err), GPUBADGE_OK);
	cr_assert_eq(skipped, 200 * KIB - chunk.len);
	cr_assert_eq(lseek(fd, 0, SEEK_CUR), (off_t)(200 * KIB));
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(chunk.len, 0);
	close(fd);
}

Test(source, does_not_skip_what_was_peeked_at)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	uint64_t skipped = 99;
	int fd = scratch_memory(SPAN("peeked"));

	/* Opening looks at the first bytes for a compression. */
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_skip(source, 3, &skipped, &err), GPUBADGE_OK);
	cr_assert_eq(skipped, 0);
	close(fd);
}

Test(source, gathers_a_head_from_a_pipe_that_gives_single_bytes)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;
	int fd, child;

	pack_noise(&content, 2000);
	child = scratch_pipe(gb_bytes_span(&content), 1, &fd);
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_peek(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_geq(chunk.len, GB_SOURCE_HEAD);
	cr_assert_eq(gb_source_drain(source, &err), GPUBADGE_OK);
	cr_assert_eq(scratch_wait(child), 0);
	close(fd);
}

Test(source, reads_all_of_a_pipe)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = buffer();
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd, child;

	pack_noise(&content, 400 * KIB);
	child = scratch_pipe(gb_bytes_span(&content), 4097, &fd);
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(read_all(source, &out, &err), GPUBADGE_OK);
	expect_same(__LINE__, &out, gb_bytes_span(&content));
	cr_assert_eq(scratch_wait(child), 0);
	close(fd);
}

Test(source, skips_nothing_of_a_pipe)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;
	uint64_t skipped = 99;
	int fd, child = scratch_pipe(SPAN("abc"), 3, &fd);

	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_skip(source, 1, &skipped, &err), GPUBADGE_OK);
	cr_assert_eq(skipped, 0);
	cr_assert_eq(scratch_wait(child), 0);
	close(fd);
}

Test(source, drains_a_pipe_so_that_its_writer_ends_well)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd, child;

	pack_noise(&content, 1024 * KIB);
	child = scratch_pipe(gb_bytes_span(&content), 65536, &fd);
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_drain(source, &err), GPUBADGE_OK);
	cr_assert_eq(scratch_wait(child), 0);
	close(fd);
}

Test(source, reports_a_descriptor_that_is_none)
{
	struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_source_open_fd(-1, &limits, &source, &err), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "cannot stat: Bad file descriptor");
	cr_assert_eq(err.sys_errno, EBADF);
	cr_assert_null(source);
}

Test(source, reports_a_read_that_fails)
{
	struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "cannot read: Is a directory");
	cr_assert_eq(err.sys_errno, EISDIR);
	cr_assert_null(source);
	close(fd);
}

/* --- every codec --- */

struct codec_case {
	const char *name;
	void (*pack)(struct gb_bytes *out, struct gb_span content);
};

static const struct codec_case codecs[] = {
	{"gzip", pack_gzip},
	{"zstd", pack_zstd},
#ifdef GB_TESTS_XZ
	{"xz", pack_xz},
#endif
#ifdef GB_TESTS_BZIP2
	{"bzip2", pack_bzip2},
#endif
};

Test(source, unpacks_every_compression)
{
	static const size_t sizes[] = {1, 511, 512, 513, 65535, 65536, 65537, 300000};
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();

	pack_noise(&content, 300000);
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		for (size_t s = 0; s < GB_ARRAY_LEN(sizes); s++) {
			struct gb_span wanted = {content.ptr, sizes[s]};
			struct gb_bytes packed = buffer();

			codecs[c].pack(&packed, wanted);
			unpacks_to(__LINE__, gb_bytes_span(&packed), wanted);
			gb_bytes_done(&packed);
		}
	}
}

Test(source, unpacks_no_bytes_of_every_compression)
{
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		struct gb_bytes packed = buffer();

		codecs[c].pack(&packed, SPAN(""));
		unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN(""));
		gb_bytes_done(&packed);
	}
}

Test(source, states_the_compression)
{
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
		struct gpubadge_error err = NO_ERROR;

		codecs[c].pack(&packed, SPAN("content"));
		cr_assert_eq(gb_source_open_memory(gb_bytes_span(&packed), &limits, &source, &err),
			     GPUBADGE_OK);
		expect_text(gb_source_compression(source), codecs[c].name);
	}
}

Test(source, unpacks_from_a_pipe_that_gives_single_bytes)
{
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
		GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
		GB_CLEANUP(gb_bytes_done) struct gb_bytes out = buffer();
		struct gpubadge_error err = NO_ERROR;
		int fd, child;

		pack_noise(&content, 3000);
		codecs[c].pack(&packed, gb_bytes_span(&content));
		child = scratch_pipe(gb_bytes_span(&packed), 1, &fd);
		cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
		cr_assert_eq(read_all(source, &out, &err), GPUBADGE_OK, "%s", err.text);
		expect_same(__LINE__, &out, gb_bytes_span(&content));
		cr_assert_eq(scratch_wait(child), 0);
		close(fd);
	}
}

/* Two members, frames or streams one behind the other are one text, as their tools have it. */
Test(source, joins_two_members_of_every_compression)
{
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		struct gb_bytes packed = buffer();

		codecs[c].pack(&packed, SPAN("one "));
		codecs[c].pack(&packed, SPAN("two"));
		unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("one two"));
		gb_bytes_done(&packed);
	}
}

Test(source, reports_every_place_a_compression_may_be_cut_off)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();

	pack_noise(&content, 1000);
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
		char text[64];

		codecs[c].pack(&packed, gb_bytes_span(&content));
		snprintf(text, sizeof(text), "the %s data ends too early", codecs[c].name);
		for (size_t size = 6; size < packed.len; size++)
			unpacking_fails(__LINE__, (struct gb_span){packed.ptr, size},
					GPUBADGE_E_TRUNCATED, text);
	}
}

Test(source, reports_a_second_member_that_is_cut_off)
{
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
		char text[64];

		codecs[c].pack(&packed, SPAN("one"));
		codecs[c].pack(&packed, SPAN("two"));
		snprintf(text, sizeof(text), "the %s data ends too early", codecs[c].name);
		unpacking_fails(__LINE__, (struct gb_span){packed.ptr, packed.len - 1},
				GPUBADGE_E_TRUNCATED, text);
	}
}

Test(source, hands_out_what_precedes_the_early_end)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;

	pack_gzip(&packed, SPAN("content"));
	cr_assert_eq(gb_source_open_memory((struct gb_span){packed.ptr, packed.len - 1}, &limits,
					   &source, &err),
		     GPUBADGE_OK);
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	expect_span(chunk, "content");
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_E_TRUNCATED);
}

Test(source, finds_damage_anywhere_in_every_compression)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = buffer();

	pack_noise(&content, 400);
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
		size_t found = 0, silent = 0;

		codecs[c].pack(&packed, gb_bytes_span(&content));
		/* Behind the header, whose flags and times may hold anything. */
		for (size_t i = 10; i < packed.len; i++) {
			GB_CLEANUP(gb_bytes_done) struct gb_bytes out = buffer();
			struct gpubadge_error err = NO_ERROR;

			packed.ptr[i] ^= 0x10;
			if (gb_source_unpack(gb_bytes_span(&packed), &limits, &out, &err))
				found++;
			else if (!gb_span_equal(gb_bytes_span(&out), gb_bytes_span(&content)))
				silent++;
			packed.ptr[i] ^= 0x10;
		}
		cr_expect_eq(silent, 0, "%s: %zu damages went unnoticed", codecs[c].name, silent);
		cr_expect_gt(found, 100, "%s: %zu damages found", codecs[c].name, found);
	}
}

/* --- gzip, RFC 1952 --- */

static void pack_gzip_and_damage(struct gb_bytes *packed, size_t from_end)
{
	pack_gzip(packed, SPAN("content"));
	packed->ptr[packed->len - from_end] ^= 1;
}

Test(source, finds_a_bad_checksum_in_gzip)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_gzip_and_damage(&packed, 8);
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_CORRUPT,
			"damaged gzip data: incorrect data check");
}

Test(source, finds_a_bad_length_in_gzip)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_gzip_and_damage(&packed, 4);
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_CORRUPT,
			"damaged gzip data: incorrect length check");
}

Test(source, refuses_a_gzip_method_that_does_not_exist)
{
	unpacking_fails(__LINE__, SPAN("\x1f\x8b\x07\0\0\0\0\0\0\0\0\0"), GPUBADGE_E_CORRUPT,
			"damaged gzip data: unknown compression method");
}

/* gzip(1): "decompression OK, trailing garbage ignored". */
Test(source, ignores_what_follows_gzip)
{
	static const struct gb_span tails[] = {
		{"x", 1},        {"\x1f", 1}, {"\x1fxx", 3}, {"garbage that is longer", 22},
		{"\0\0\0\0", 4},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(tails); i++) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

		pack_gzip(&packed, SPAN("content"));
		gb_bytes_append(&packed, tails[i]);
		unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("content"));
	}
}

Test(source, reads_the_garbage_behind_gzip_to_the_end_of_a_pipe)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = buffer();
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd, child;

	pack_gzip(&packed, SPAN("content"));
	pack_noise(&packed, 1024 * KIB);
	child = scratch_pipe(gb_bytes_span(&packed), 65536, &fd);
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(read_all(source, &out, &err), GPUBADGE_OK);
	expect_span(gb_bytes_span(&out), "content");
	cr_assert_eq(scratch_wait(child), 0);
	close(fd);
}

/* --- zstd, RFC 8878 --- */

Test(source, finds_a_bad_checksum_in_zstd)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_zstd(&packed, SPAN("content"));
	packed.ptr[packed.len - 1] ^= 1;
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_CORRUPT,
			"damaged zstd data: Restored data doesn't match checksum");
}

Test(source, refuses_what_follows_zstd)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_zstd(&packed, SPAN("content"));
	gb_bytes_text(&packed, "garbage");
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_CORRUPT,
			"data that is not zstd follows the zstd data");
}

/* RFC 8878, section 3.1.2: zstd:chunked and pzstd write such frames. */
Test(source, passes_over_a_skippable_frame_of_zstd)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_zstd(&packed, SPAN("one "));
	gb_bytes_append(&packed, SPAN("\x50\x2a\x4d\x18\x03\0\0\0abc"));
	pack_zstd(&packed, SPAN("two"));
	unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("one two"));
}

Test(source, decodes_a_zstd_window_as_large_as_allowed)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	limits.window_bytes = 1 << 20;
	pack_zstd_window(&packed, SPAN("content"), 20);
	unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("content"));
}

Test(source, refuses_a_larger_zstd_window)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	limits.window_bytes = (1 << 20) - 1;
	pack_zstd_window(&packed, SPAN("content"), 20);
	unpacking_fails(
		__LINE__, gb_bytes_span(&packed), GPUBADGE_E_LIMIT,
		"the zstd window is larger than the limit allows; --limit window_bytes=N raises it");
}

/* --- xz --- */

#ifdef GB_TESTS_XZ
Test(source, passes_over_the_padding_of_xz)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_xz(&packed, SPAN("one "));
	gb_bytes_append(&packed, SPAN("\0\0\0\0\0\0\0\0"));
	pack_xz(&packed, SPAN("two"));
	gb_bytes_append(&packed, SPAN("\0\0\0\0"));
	unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("one two"));
}

Test(source, refuses_what_follows_xz)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_xz(&packed, SPAN("content"));
	gb_bytes_text(&packed, "garbage that is no xz");
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_CORRUPT,
			"data that is not xz follows the xz data");
}

Test(source, finds_damage_in_xz)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_xz(&packed, SPAN("content"));
	packed.ptr[packed.len / 2] ^= 1;
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_CORRUPT, "damaged xz data");
}

Test(source, decodes_xz_in_as_much_memory_as_allowed)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	limits.window_bytes = pack_xz_memory();
	pack_xz(&packed, SPAN("content"));
	unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("content"));
}

Test(source, refuses_xz_that_needs_more_memory)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	limits.window_bytes = pack_xz_memory() - 1;
	pack_xz(&packed, SPAN("content"));
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_LIMIT,
			"--limit window_bytes=N raises it");
}
#endif

/* --- bzip2 --- */

#ifdef GB_TESTS_BZIP2
/* bzip2(1): "trailing garbage after EOF ignored". */
Test(source, ignores_what_follows_bzip2)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_bzip2(&packed, SPAN("content"));
	gb_bytes_text(&packed, "garbage");
	unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("content"));
}

Test(source, finds_damage_in_bzip2)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	pack_bzip2(&packed, SPAN("content"));
	packed.ptr[12] ^= 1; /* in the checksum of the block */
	unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_CORRUPT, "damaged bzip2 data");
}

Test(source, refuses_a_first_bzip2_header_that_is_wrong)
{
	unpacking_fails(__LINE__, SPAN("BZh0 is no level of bzip2"), GPUBADGE_E_CORRUPT,
			"damaged bzip2 header");
}
#endif

/* --- limits of nesting and size --- */

Test(source, takes_two_compressions_off)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes inner = buffer();
	GB_CLEANUP(gb_bytes_done) struct gb_bytes outer = buffer();
	struct gpubadge_error err = NO_ERROR;
	struct gb_span chunk;

	pack_gzip(&inner, SPAN("content"));
	pack_zstd(&outer, gb_bytes_span(&inner));
	cr_assert_eq(gb_source_open_memory(gb_bytes_span(&outer), &limits, &source, &err),
		     GPUBADGE_OK);
	expect_text(gb_source_compression(source), "zstd+gzip");
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	expect_span(chunk, "content");
}

Test(source, refuses_a_third_compression)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes one = buffer();
	GB_CLEANUP(gb_bytes_done) struct gb_bytes two = buffer();
	GB_CLEANUP(gb_bytes_done) struct gb_bytes three = buffer();

	pack_gzip(&one, SPAN("content"));
	pack_gzip(&two, gb_bytes_span(&one));
	pack_gzip(&three, gb_bytes_span(&two));
	unpacking_fails(
		__LINE__, gb_bytes_span(&three), GPUBADGE_E_LIMIT,
		"compressed more often than the limit of 2 times; --limit compression_depth=N raises it");
	limits.compression_depth = 3;
	unpacks_to(__LINE__, gb_bytes_span(&three), SPAN("content"));
}

Test(source, takes_no_compression_off_where_none_is_allowed)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

	limits.compression_depth = 0;
	unpacks_to(__LINE__, SPAN("plain"), SPAN("plain"));
	pack_gzip(&packed, SPAN("content"));
	unpacking_fails(
		__LINE__, gb_bytes_span(&packed), GPUBADGE_E_LIMIT,
		"compressed more often than the limit of 0 times; --limit compression_depth=N raises it");
}

Test(source, unpacks_as_many_bytes_as_allowed)
{
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

		limits.decompressed_bytes = 7;
		codecs[c].pack(&packed, SPAN("content"));
		unpacks_to(__LINE__, gb_bytes_span(&packed), SPAN("content"));
	}
}

Test(source, refuses_to_unpack_one_byte_more)
{
	for (size_t c = 0; c < GB_ARRAY_LEN(codecs); c++) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();

		limits.decompressed_bytes = 6;
		codecs[c].pack(&packed, SPAN("content"));
		unpacking_fails(__LINE__, gb_bytes_span(&packed), GPUBADGE_E_LIMIT,
				"more than the limit of 6 decompressed bytes");
	}
}

Test(source, stops_unpacking_at_the_ceiling_of_the_output)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = buffer();
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(6);
	struct gpubadge_error err = NO_ERROR;

	pack_gzip(&packed, SPAN("content"));
	cr_assert_eq(gb_source_unpack(gb_bytes_span(&packed), &limits, &out, &err),
		     GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT, "longer than the limit of 6 bytes");
}

Test(source, names_a_compression_it_does_not_read)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_source *source = NULL;
	char text[200];

	snprintf(text, sizeof(text),
		 "compressed with lz4, which this gpubadge does not read (it reads: %s)",
		 gb_codec_names());
	cr_assert_eq(gb_source_open_memory(SPAN("\x04\x22\x4d\x18\0\0\0\0"), &limits, &source,
					   &err),
		     GPUBADGE_E_UNSUPPORTED);
	expect_error(&err, GPUBADGE_E_UNSUPPORTED, text);
	cr_assert_null(source);
}

Test(source, passes_through_what_is_not_compressed)
{
	cr_assert_not(gb_source_is_compressed(SPAN("{}")));
	unpacks_to(__LINE__, SPAN("{}"), SPAN("{}"));
}
