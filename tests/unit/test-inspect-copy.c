/* SPDX-License-Identifier: Apache-2.0 */

/* The public interface where it passes on what it reads. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "expect.h"
#include "image-case.h"
#include "scratch.h"

static struct gpubadge_result *result;
static struct gpubadge_copy copy;
static struct gpubadge_options options;
static struct gpubadge_error err;
static int input;

static void set_up(void)
{
	image_case_enter();
	result = NULL;
	copy = (struct gpubadge_copy){.size = sizeof(copy), .name = "there"};
	copy.fd = scratch_memory(SPAN(""));
	options = (struct gpubadge_options){.size = sizeof(options), .copy = &copy};
	err = NO_ERROR;
	input = -1;
}

static void tear_down(void)
{
	gpubadge_result_free(result);
	close(input);
	close(copy.fd);
	image_case_leave();
}

TestSuite(inspect_copy, .init = set_up, .fini = tear_down);

static void add_image_named(const char *config)
{
	tar_text(&image_case.tar, "c", "{}");
	tar_text(&image_case.tar, "manifest.json",
		 text_of("[{\"Config\":\"%s\",\"RepoTags\":[\"a:1\"]}]", config));
	tar_end(&image_case.tar);
}

/* Enough behind the archive that it is not read with the archive. */
static void add_tail(void)
{
	static const char tail[1 << 18] = "tail";

	gb_bytes_append(&image_case.tar, (struct gb_span){tail, sizeof(tail)});
}

static enum gpubadge_code inspect(void)
{
	input = scratch_memory(gb_bytes_span(&image_case.tar));
	return gpubadge_inspect_fd(input, "image.tar", &options, &result, &err);
}

static size_t copied(void)
{
	off_t size = lseek(copy.fd, 0, SEEK_END);

	cr_assert_geq(size, 0);
	return (size_t)size;
}

static void expect_all_copied(void)
{
	static char found[1 << 20];
	size_t size = copied();

	cr_assert_leq(size, sizeof(found));
	cr_assert_eq(pread(copy.fd, found, size, 0), (ssize_t)size);
	cr_assert(gb_span_equal((struct gb_span){found, size}, gb_bytes_span(&image_case.tar)),
		  "%zu bytes of %zu", size, image_case.tar.len);
}

Test(inspect_copy, gives_the_image_and_what_stands_behind_it)
{
	add_image_named("c");
	add_tail();
	cr_assert_eq(inspect(), GPUBADGE_OK, "%s", err.text);
	cr_assert_eq(gpubadge_result_count(result), 1);
	expect_all_copied();
}

Test(inspect_copy, gives_all_of_an_image_that_is_bad)
{
	add_image_named("missing");
	add_tail();
	cr_assert_eq(inspect(), GPUBADGE_E_MISSING);
	expect_all_copied();
}

Test(inspect_copy, gives_all_of_what_is_no_image)
{
	gb_bytes_append(&image_case.tar, SPAN("no image"));
	add_tail();
	cr_assert_eq(inspect(), GPUBADGE_E_NOT_IMAGE);
	expect_all_copied();
}

Test(inspect_copy, stops_at_a_failure_where_that_is_wanted)
{
	gb_bytes_append(&image_case.tar, SPAN("no image"));
	add_tail();
	copy.stop_on_failure = true;
	cr_assert_eq(inspect(), GPUBADGE_E_NOT_IMAGE);
	cr_assert_lt(copied(), image_case.tar.len);
}

Test(inspect_copy, goes_on_where_an_older_caller_knows_of_no_stop)
{
	gb_bytes_append(&image_case.tar, SPAN("no image"));
	add_tail();
	copy.stop_on_failure = true;
	copy.size = offsetof(struct gpubadge_copy, stop_on_failure);
	cr_assert_eq(inspect(), GPUBADGE_E_NOT_IMAGE);
	expect_all_copied();
}

Test(inspect_copy, is_not_made_for_an_older_caller)
{
	add_image_named("c");
	options.size = offsetof(struct gpubadge_options, copy);
	cr_assert_eq(inspect(), GPUBADGE_OK);
	cr_assert_eq(copied(), 0);
}

Test(inspect_copy, failure_is_the_error)
{
	add_image_named("c");
	add_tail();
	close(copy.fd);
	copy.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	cr_assert_eq(inspect(), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO,
		     "there: No space left on device; what was passed on is not complete");
	cr_assert_eq(err.sys_errno, ENOSPC);
	cr_assert_null(result);
}

Test(inspect_copy, failure_behind_a_bad_image_is_told_before_it)
{
	const struct rlimit most = {.rlim_cur = 200000, .rlim_max = RLIM_INFINITY};

	gb_bytes_append(&image_case.tar, SPAN("no image"));
	add_tail();
	input = scratch_memory(gb_bytes_span(&image_case.tar));
	scratch_enter();
	close(copy.fd);
	copy.fd = open("copy", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* The file takes the first bytes, which show that there is no image, and not all. */
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &most), 0);
	cr_assert_eq(gpubadge_inspect_fd(input, "text", &options, &result, &err), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO,
		     "there: File too large; what was passed on is not complete; before that: "
		     "text: no container image: neither a tar archive nor a compressed one");
	cr_assert_eq(err.sys_errno, EFBIG);
	scratch_leave();
}

Test(inspect_copy, of_a_closed_descriptor_fails_before_anything_is_read)
{
	add_image_named("c");
	close(copy.fd);
	copy.fd = -1;
	cr_assert_eq(inspect(), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "there: not open for writing; nothing was passed on");
	cr_assert_eq(lseek(input, 0, SEEK_CUR), 0);
}

Test(inspect_copy, of_a_path_is_refused)
{
	cr_assert_eq(gpubadge_inspect("image.tar", &options, &result, &err), GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE,
		     "image.tar: a copy is made of a descriptor; use gpubadge_inspect_fd()");
}
