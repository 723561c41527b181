/* SPDX-License-Identifier: Apache-2.0 */
#include "source/location.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "expect.h"
#include "scratch.h"

static struct gb_arena arena;

static void set_up(void)
{
	scratch_enter();
	gb_arena_init(&arena, SIZE_MAX);
}

static void tear_down(void)
{
	gb_arena_done(&arena);
	scratch_leave();
}

TestSuite(location, .init = set_up, .fini = tear_down);

static void parses_to(int line, const char *argument, enum gb_transport transport, const char *path,
		      const char *reference)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_location location = {GB_TRANSPORT_ANY, NULL, NULL};

	cr_assert_eq(gb_location_parse(argument, &arena, &location, &err), GPUBADGE_OK,
		     "line %d: %s", line, err.text);
	cr_assert_eq(location.transport, transport, "line %d", line);
	expect_text_at(line, location.path, path);
	expect_text_at(line, location.reference, reference);
}

static void parsing_fails(int line, const char *argument, enum gpubadge_code code, const char *text)
{
	struct gb_location location = {GB_TRANSPORT_DIR, "untouched", NULL};
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_location_parse(argument, &arena, &location, &err), code, "line %d", line);
	expect_error_at(line, &err, code, text);
	expect_text_at(line, location.path, "untouched");
}

Test(location, takes_a_bare_path_whole)
{
	parses_to(__LINE__, "image.tar", GB_TRANSPORT_ANY, "image.tar", NULL);
	parses_to(__LINE__, "/a/b:c", GB_TRANSPORT_ANY, "/a/b:c", NULL);
	parses_to(__LINE__, "ocix:y", GB_TRANSPORT_ANY, "ocix:y", NULL);
}

Test(location, takes_transports_apart)
{
	parses_to(__LINE__, "docker-archive:a.tar", GB_TRANSPORT_DOCKER_ARCHIVE, "a.tar", NULL);
	parses_to(__LINE__, "oci-archive:a.tar", GB_TRANSPORT_OCI_ARCHIVE, "a.tar", NULL);
	parses_to(__LINE__, "oci:layout", GB_TRANSPORT_OCI, "layout", NULL);
	parses_to(__LINE__, "dir:layout", GB_TRANSPORT_DIR, "layout", NULL);
}

Test(location, takes_a_reference_off_behind_the_first_colon)
{
	parses_to(__LINE__, "docker-archive:a.tar:name:tag", GB_TRANSPORT_DOCKER_ARCHIVE, "a.tar",
		  "name:tag");
	parses_to(__LINE__, "docker-archive:a.tar:@1", GB_TRANSPORT_DOCKER_ARCHIVE, "a.tar", "@1");
	parses_to(__LINE__, "oci:layout:latest", GB_TRANSPORT_OCI, "layout", "latest");
}

Test(location, takes_an_empty_reference_for_none)
{
	parses_to(__LINE__, "oci:layout:", GB_TRANSPORT_OCI, "layout", NULL);
}

Test(location, has_no_reference_for_dir)
{
	parses_to(__LINE__, "dir:a:b", GB_TRANSPORT_DIR, "a:b", NULL);
}

Test(location, takes_an_existing_file_for_a_path_whatever_it_looks_like)
{
	scratch_text("oci:x", "");
	parses_to(__LINE__, "oci:x", GB_TRANSPORT_ANY, "oci:x", NULL);
}

Test(location, takes_an_existing_file_behind_a_transport_for_a_path)
{
	scratch_text("a:b", "");
	parses_to(__LINE__, "oci-archive:a:b", GB_TRANSPORT_OCI_ARCHIVE, "a:b", NULL);
}

Test(location, refuses_an_empty_path)
{
	parsing_fails(__LINE__, "", GPUBADGE_E_USAGE, "no path given");
	parsing_fails(__LINE__, "oci:", GPUBADGE_E_USAGE, "no path given");
	parsing_fails(__LINE__, "oci::tag", GPUBADGE_E_USAGE, "no path given");
}

Test(location, says_what_to_do_about_transports_it_does_not_read)
{
	parsing_fails(__LINE__, "docker://alpine", GPUBADGE_E_UNSUPPORTED,
		      "docker:// is not read; pipe the image in: skopeo copy docker://alpine "
		      "docker-archive:/dev/stdout | gpubadge -");
	parsing_fails(__LINE__, "docker-daemon:alpine:latest", GPUBADGE_E_UNSUPPORTED,
		      "docker-daemon: is not read; pipe the image in: docker save NAME | "
		      "gpubadge -");
	parsing_fails(__LINE__, "containers-storage:x", GPUBADGE_E_UNSUPPORTED,
		      "containers-storage: is not read; pipe the image in: podman save NAME | "
		      "gpubadge -");
	parsing_fails(__LINE__, "tarball:x", GPUBADGE_E_UNSUPPORTED,
		      "tarball: is not read; a root file system carries no environment");
	parsing_fails(__LINE__, "ostree:x", GPUBADGE_E_UNSUPPORTED,
		      "ostree: is not read; pipe the image in: skopeo copy ostree:x "
		      "docker-archive:/dev/stdout | gpubadge -");
}

Test(location, names_the_transports)
{
	expect_text(gb_transport_name(GB_TRANSPORT_ANY), NULL);
	expect_text(gb_transport_name(GB_TRANSPORT_DOCKER_ARCHIVE), "docker-archive");
	expect_text(gb_transport_name(GB_TRANSPORT_OCI_ARCHIVE), "oci-archive");
	expect_text(gb_transport_name(GB_TRANSPORT_OCI), "oci");
	expect_text(gb_transport_name(GB_TRANSPORT_DIR), "dir");
}

static void opening_fails(int line, enum gb_transport transport, const char *path,
			  enum gpubadge_code code, const char *text)
{
	const struct gb_location location = {transport, path, NULL};
	struct gpubadge_error err = NO_ERROR;
	bool is_directory = true;
	int fd = -99;

	cr_assert_eq(gb_location_open(&location, &fd, &is_directory, &err), code, "line %d", line);
	expect_error_at(line, &err, code, text);
	cr_assert_eq(fd, -99, "line %d", line);
}

Test(location, opens_a_file)
{
	const struct gb_location location = {GB_TRANSPORT_ANY, "file", NULL};
	struct gpubadge_error err = NO_ERROR;
	bool is_directory = true;
	int fd = -1;

	scratch_text("file", "x");
	cr_assert_eq(gb_location_open(&location, &fd, &is_directory, &err), GPUBADGE_OK);
	cr_assert_not(is_directory);
	cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

Test(location, opens_a_directory)
{
	const struct gb_location location = {GB_TRANSPORT_ANY, ".", NULL};
	struct gpubadge_error err = NO_ERROR;
	bool is_directory = false;
	int fd = -1;

	cr_assert_eq(gb_location_open(&location, &fd, &is_directory, &err), GPUBADGE_OK);
	cr_assert(is_directory);
	close(fd);
}

Test(location, refuses_a_device)
{
	opening_fails(__LINE__, GB_TRANSPORT_ANY, "/dev/null", GPUBADGE_E_NOT_IMAGE,
		      "is a device, not an image");
}

Test(location, reports_a_path_that_is_not_there)
{
	opening_fails(__LINE__, GB_TRANSPORT_ANY, "./missing", GPUBADGE_E_IO,
		      "cannot open: No such file or directory");
	opening_fails(__LINE__, GB_TRANSPORT_ANY, "image.tar", GPUBADGE_E_IO,
		      "cannot open: No such file or directory");
	opening_fails(__LINE__, GB_TRANSPORT_OCI, "ubuntu", GPUBADGE_E_IO,
		      "cannot open: No such file or directory");
}

Test(location, tells_how_to_read_an_image_by_its_name)
{
	opening_fails(__LINE__, GB_TRANSPORT_ANY, "ubuntu:24.04", GPUBADGE_E_IO,
		      "no such file; for an image of that name write: docker save ubuntu:24.04 | "
		      "gpubadge -");
}

Test(location, tells_how_to_pick_an_image_inside_an_archive)
{
	scratch_text("a.tar", "");
	opening_fails(__LINE__, GB_TRANSPORT_ANY, "a.tar:name", GPUBADGE_E_IO,
		      "no such file; to pick an image inside a.tar use --ref name");
}

Test(location, reports_a_path_through_a_file)
{
	struct gb_location location = {GB_TRANSPORT_ANY, "file/x", NULL};
	struct gpubadge_error err = NO_ERROR;
	bool is_directory;
	int fd;

	scratch_text("file", "");
	cr_assert_eq(gb_location_open(&location, &fd, &is_directory, &err), GPUBADGE_E_IO);
	expect_error(&err, GPUBADGE_E_IO, "cannot open: Not a directory");
	cr_assert_eq(err.sys_errno, ENOTDIR);
}
