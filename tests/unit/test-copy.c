/* SPDX-License-Identifier: Apache-2.0 */
#include "source/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "packing.h"
#include "scratch.h"

#define KIB ((size_t)1024)

static struct gpubadge_limits limits;
static struct gb_bytes content;
static struct gpubadge_error err;
static struct gb_copy *copy;

static void set_up(void)
{
	gpubadge_limits_init(&limits);
	content = gb_bytes_init(SIZE_MAX / 2);
	signal(SIGPIPE, SIG_IGN);
}

static void tear_down(void)
{
	gb_copy_free(copy);
	gb_bytes_done(&content);
}

TestSuite(copy, .init = set_up, .fini = tear_down);

/* The other side of a copy: a pipe that a child process empties into a file, as pieces of any
 * size fill a pipe that nobody empties. */
struct sink {
	int to;
	int file;
	int child;
};

static void drain(int from, int file)
{
	char buffer[4096];
	ssize_t got;

	while ((got = read(from, buffer, sizeof(buffer))) > 0)
		if (write(file, buffer, (size_t)got) != got)
			_exit(1);
	_exit(got < 0);
}

static struct sink open_sink(void)
{
	struct sink sink = {.file = scratch_memory(SPAN(""))};
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	sink.to = ends[1];
	sink.child = fork();
	cr_assert_geq(sink.child, 0);
	if (sink.child == 0) {
		close(ends[1]);
		drain(ends[0], sink.file);
	}
	close(ends[0]);
	return sink;
}

/* FILE holds WANTED. */
static void expect_file(int line, int file, struct gb_span wanted)
{
	off_t size = lseek(file, 0, SEEK_END);
	char *found = malloc(wanted.len + 1);

	cr_assert_eq(size, (off_t)wanted.len, "line %d: %lld bytes, expected %zu", line,
		     (long long)size, wanted.len);
	cr_assert_eq(pread(file, found, wanted.len, 0), (ssize_t)wanted.len);
	cr_assert_eq(memcmp(found, wanted.ptr, wanted.len), 0, "line %d: other bytes", line);
	free(found);
	close(file);
}

/* Ends the copy to SINK, which got WANTED. */
static void expect_sink(int line, const struct sink *sink, struct gb_span wanted)
{
	close(sink->to);
	cr_assert_eq(scratch_wait(sink->child), 0);
	expect_file(line, sink->file, wanted);
}

static void begin(int from, int to)
{
	cr_assert_eq(gb_copy_new(from, to, "there", &copy, &err), GPUBADGE_OK, "%s", err.text);
}

static struct gb_source *opened(void)
{
	struct gb_source *source = NULL;

	cr_assert_eq(gb_source_open_copy(copy, &limits, &source, &err), GPUBADGE_OK, "%s",
		     err.text);
	return source;
}

/* Reads SOURCE to its end and closes it; its bytes must be WANTED. */
static void expect_read(int line, struct gb_source *source, struct gb_span wanted)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes found = gb_bytes_init(SIZE_MAX / 2);
	struct gb_span chunk;

	do {
		cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK, "line %d: %s", line,
			     err.text);
		gb_bytes_append(&found, chunk);
	} while (chunk.len > 0);
	gb_source_close(source);
	cr_assert(gb_span_equal(gb_bytes_span(&found), wanted), "line %d: %zu bytes, expected %zu",
		  line, found.len, wanted.len);
}

Test(copy, gives_what_is_read_from_a_pipe_to_a_pipe)
{
	int from, child;
	struct sink sink;

	pack_noise(&content, 400 * KIB);
	child = scratch_pipe(gb_bytes_span(&content), 4097, &from);
	sink = open_sink();
	begin(from, sink.to);
	expect_read(__LINE__, opened(), gb_bytes_span(&content));
	expect_sink(__LINE__, &sink, gb_bytes_span(&content));
	cr_assert_eq(scratch_wait(child), 0);
	close(from);
}

Test(copy, gives_what_is_read_from_a_file_to_a_file)
{
	int from, to = scratch_memory(SPAN(""));

	pack_noise(&content, 400 * KIB);
	from = scratch_memory(gb_bytes_span(&content));
	begin(from, to);
	expect_read(__LINE__, opened(), gb_bytes_span(&content));
	expect_file(__LINE__, to, gb_bytes_span(&content));
	close(from);
}

Test(copy, gives_compressed_bytes_as_they_are)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	int from;
	struct sink sink;

	pack_noise(&content, 400 * KIB);
	pack_gzip(&packed, gb_bytes_span(&content));
	from = scratch_memory(gb_bytes_span(&packed));
	sink = open_sink();
	begin(from, sink.to);
	expect_read(__LINE__, opened(), gb_bytes_span(&content));
	expect_sink(__LINE__, &sink, gb_bytes_span(&packed));
	close(from);
}

/* FROM, which holds CONTENT, is opened for a copy, some of it is skipped and the rest read. */
static void skips(int line, int from)
{
	struct gb_source *source;
	struct gb_span chunk;
	uint64_t skipped = 0;
	size_t before;
	struct sink sink;

	sink = open_sink();
	begin(from, sink.to);
	source = opened();
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	before = chunk.len;
	cr_assert_eq(gb_source_skip(source, 200 * KIB, &skipped, &err), GPUBADGE_OK);
	cr_assert_eq(skipped, 200 * KIB, "line %d: %llu", line, (unsigned long long)skipped);
	expect_read(line, source, gb_span_from(gb_bytes_span(&content), before + 200 * KIB));
	expect_sink(line, &sink, gb_bytes_span(&content));
	close(from);
}

Test(copy, gives_what_is_skipped_without_reading_it)
{
	int from, child;

	pack_noise(&content, 600 * KIB);
	child = scratch_pipe(gb_bytes_span(&content), 4097, &from);
	skips(__LINE__, from);
	cr_assert_eq(scratch_wait(child), 0);
	gb_copy_free(copy);
	skips(__LINE__, scratch_memory(gb_bytes_span(&content)));
}

Test(copy, skips_nothing_where_the_kernel_does_not_move_bytes)
{
	int from, to = scratch_memory(SPAN(""));
	struct gb_source *source;
	struct gb_span chunk;
	uint64_t skipped = 99;

	pack_noise(&content, 400 * KIB);
	from = scratch_memory(gb_bytes_span(&content));
	begin(from, to);
	source = opened();
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_skip(source, 200 * KIB, &skipped, &err), GPUBADGE_OK);
	cr_assert_eq(skipped, 0);
	close(from);
	close(to);
}

Test(copy, does_not_skip_beyond_the_end)
{
	int from, child;
	struct gb_source *source;
	struct gb_span chunk;
	uint64_t skipped = 0;
	struct sink sink;

	pack_noise(&content, 400 * KIB);
	child = scratch_pipe(gb_bytes_span(&content), 65536, &from);
	sink = open_sink();
	begin(from, sink.to);
	source = opened();
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(gb_source_skip(source, UINT64_MAX, &skipped, &err), GPUBADGE_OK);
	cr_assert_eq(skipped, 400 * KIB - chunk.len);
	cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
	cr_assert_eq(chunk.len, 0);
	expect_sink(__LINE__, &sink, gb_bytes_span(&content));
	cr_assert_eq(scratch_wait(child), 0);
	close(from);
}

Test(copy, passes_on_the_rest_wherever_reading_stopped)
{
	for (int reads = 0; reads < 3; reads++) {
		int from, child;
		struct gb_source *source;
		struct gb_span chunk;
		struct sink sink;

		content.len = 0;
		pack_noise(&content, 700 * KIB);
		child = scratch_pipe(gb_bytes_span(&content), 3000, &from);
		sink = open_sink();
		begin(from, sink.to);
		source = reads > 0 ? opened() : NULL;
		for (int i = 1; i < reads; i++)
			cr_assert_eq(gb_source_next(source, &chunk, &err), GPUBADGE_OK);
		gb_source_close(source);
		cr_assert_eq(gb_copy_rest(copy, &err), GPUBADGE_OK, "%s", err.text);
		expect_sink(__LINE__, &sink, gb_bytes_span(&content));
		cr_assert_eq(scratch_wait(child), 0);
		close(from);
		gb_copy_free(copy);
		copy = NULL;
	}
}

Test(copy, waits_for_descriptors_that_do_not_block)
{
	int from, child;
	struct sink sink;

	pack_noise(&content, 300 * KIB);
	child = scratch_pipe(gb_bytes_span(&content), 100, &from);
	sink = open_sink();
	cr_assert_eq(fcntl(from, F_SETFL, O_NONBLOCK), 0);
	cr_assert_eq(fcntl(sink.to, F_SETFL, O_NONBLOCK), 0);
	begin(from, sink.to);
	expect_read(__LINE__, opened(), gb_bytes_span(&content));
	cr_assert_eq(gb_copy_rest(copy, &err), GPUBADGE_OK);
	expect_sink(__LINE__, &sink, gb_bytes_span(&content));
	cr_assert_eq(scratch_wait(child), 0);
	close(from);
}

Test(copy, reports_a_reader_that_stopped)
{
	struct gb_source *source = NULL;
	int from, ends[2];

	pack_noise(&content, 300 * KIB);
	from = scratch_memory(gb_bytes_span(&content));
	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	begin(from, ends[1]);
	cr_assert_null(gb_copy_failure(copy));
	cr_assert_eq(gb_source_open_copy(copy, &limits, &source, &err), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "there: Broken pipe; what was passed on is not complete");
	cr_assert_eq(err.sys_errno, EPIPE);
	expect_error(gb_copy_failure(copy), GPUBADGE_E_IO,
		     "there: Broken pipe; what was passed on is not complete");
	close(from);
	close(ends[1]);
}

Test(copy, does_not_try_again_what_failed)
{
	int from, to = open("/dev/full", O_WRONLY | O_CLOEXEC);
	off_t offset;

	pack_noise(&content, 300 * KIB);
	from = scratch_memory(gb_bytes_span(&content));
	begin(from, to);
	cr_assert_eq(gb_copy_rest(copy, &err), GPUBADGE_E_IO);
	expect_error_in(&err, GPUBADGE_E_IO, "there: No space left on device; ");
	offset = lseek(from, 0, SEEK_CUR);
	err = NO_ERROR;
	cr_assert_eq(gb_copy_rest(copy, &err), GPUBADGE_OK);
	cr_assert_eq(lseek(from, 0, SEEK_CUR), offset);
	cr_assert_not_null(gb_copy_failure(copy));
	close(from);
	close(to);
}

Test(copy, tells_a_read_that_fails_from_a_write)
{
	int from = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int to = scratch_memory(SPAN(""));

	begin(from, to);
	cr_assert_eq(gb_copy_rest(copy, &err), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "cannot read: Is a directory");
	cr_assert_null(gb_copy_failure(copy));
	err = NO_ERROR;
	cr_assert_eq(gb_copy_rest(copy, &err), GPUBADGE_OK);
	close(from);
	close(to);
}

Test(copy, refuses_a_descriptor_that_is_none)
{
	cr_assert_eq(gb_copy_new(0, -1, "there", &copy, &err), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "there: not open for writing; nothing was passed on");
	cr_assert_eq(err.sys_errno, EBADF);
	cr_assert_null(copy);
}

Test(copy, frees_null)
{
	gb_copy_free(NULL);
}
