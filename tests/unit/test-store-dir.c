/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "expect.h"
#include "packing.h"
#include "scratch.h"
#include "store/store.h"

static struct gpubadge_limits limits;
static struct gb_store *store;
static int dirfd_of_layout;

/* The layout is a directory of its own, so that there is an outside. */
static void set_up(void)
{
	struct gpubadge_error err = NO_ERROR;

	gpubadge_limits_init(&limits);
	scratch_enter();
	scratch_directory("layout");
	scratch_text("outside.json", "{\"outside\":1}");
	dirfd_of_layout = open("layout", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(dirfd_of_layout, 0);
	cr_assert_eq(gb_store_open_directory(dirfd_of_layout, &limits, &store, &err), GPUBADGE_OK);
}

static void tear_down(void)
{
	gb_store_close(store);
	close(dirfd_of_layout);
	scratch_leave();
}

TestSuite(store_dir, .init = set_up, .fini = tear_down, .timeout = 20);

static void holds(int line, const char *name, enum gb_link_rule links, const char *content)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes = {NULL, 0};

	cr_assert_eq(gb_store_read(store, name, links, limits.document_bytes, &bytes, &err),
		     GPUBADGE_OK, "line %d: %s: %s", line, name, err.text);
	expect_span_at(line, bytes, content);
}

static void reading_fails(int line, const char *name, enum gb_link_rule links,
			  enum gpubadge_code code, const char *text)
{
	struct gb_span bytes = SPAN("untouched");
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_store_read(store, name, links, limits.document_bytes, &bytes, &err), code,
		     "line %d: %s: %s", line, name, err.text);
	expect_error_at(line, &err, code, text);
	expect_span_at(line, bytes, "untouched");
}

Test(store_dir, reads_a_file)
{
	scratch_text("layout/index.json", "{}");
	holds(__LINE__, "index.json", GB_LINKS_INSIDE, "{}");
	cr_assert(gb_store_has(store, "index.json"));
}

Test(store_dir, reads_a_file_below_directories)
{
	scratch_directory("layout/blobs");
	scratch_directory("layout/blobs/sha256");
	scratch_text("layout/blobs/sha256/ab", "[]");
	holds(__LINE__, "blobs/sha256/ab", GB_LINKS_INSIDE, "[]");
	holds(__LINE__, "/blobs//./sha256/ab", GB_LINKS_VERIFIED, "[]");
}

Test(store_dir, reads_an_empty_file)
{
	scratch_text("layout/empty", "");
	holds(__LINE__, "empty", GB_LINKS_INSIDE, "");
}

Test(store_dir, keeps_what_it_read_until_it_is_closed)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_span first, second;

	scratch_text("layout/a", "first");
	scratch_text("layout/b", "second");
	cr_assert_eq(gb_store_read(store, "a", GB_LINKS_INSIDE, 100, &first, &err), GPUBADGE_OK);
	cr_assert_eq(gb_store_read(store, "b", GB_LINKS_INSIDE, 100, &second, &err), GPUBADGE_OK);
	expect_span(first, "first");
	expect_span(second, "second");
}

Test(store_dir, misses_what_is_not_there)
{
	scratch_text("layout/file", "");
	reading_fails(__LINE__, "a", GB_LINKS_INSIDE, GPUBADGE_E_MISSING, "not in the directory");
	reading_fails(__LINE__, "a/b", GB_LINKS_INSIDE, GPUBADGE_E_MISSING, "not in the directory");
	reading_fails(__LINE__, "a/b", GB_LINKS_VERIFIED, GPUBADGE_E_MISSING,
		      "not in the directory");
	reading_fails(__LINE__, "file/b", GB_LINKS_INSIDE, GPUBADGE_E_MISSING,
		      "not in the directory");
	cr_assert_not(gb_store_has(store, "a"));
}

Test(store_dir, matches_no_name_that_climbs)
{
	reading_fails(__LINE__, "../outside.json", GB_LINKS_VERIFIED, GPUBADGE_E_MISSING,
		      "names nothing here: it leads out, is empty or too long");
	cr_assert_not(gb_store_has(store, "../outside.json"));
}

/* Two well-known tools hang here. */
Test(store_dir, refuses_a_fifo_without_waiting_for_its_writer)
{
	scratch_fifo("layout/index.json");
	reading_fails(__LINE__, "index.json", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT,
		      "is not a regular file");
	reading_fails(__LINE__, "index.json", GB_LINKS_VERIFIED, GPUBADGE_E_CORRUPT,
		      "is not a regular file");
}

Test(store_dir, refuses_a_directory)
{
	scratch_directory("layout/index.json");
	reading_fails(__LINE__, "index.json", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT,
		      "is not a regular file");
}

#define LINK_LEADS_OUT                                                          \
	"is a symbolic link that leads out of the directory, which only blobs " \
	"whose digest is known may do"

Test(store_dir, follows_links_inside)
{
	scratch_directory("layout/d");
	scratch_text("layout/d/a", "{}");
	scratch_symlink("d/a", "layout/down");
	scratch_symlink("../down", "layout/d/up");
	scratch_symlink("d", "layout/e");
	holds(__LINE__, "down", GB_LINKS_INSIDE, "{}");
	holds(__LINE__, "d/up", GB_LINKS_INSIDE, "{}");
	holds(__LINE__, "e/a", GB_LINKS_INSIDE, "{}");
	holds(__LINE__, "e/up", GB_LINKS_INSIDE, "{}");
}

Test(store_dir, follows_no_link_out_where_nobody_checks_the_bytes)
{
	scratch_symlink("../outside.json", "layout/climbs");
	scratch_symlink("climbs", "layout/later");
	scratch_symlink("/etc/passwd", "layout/absolute");
	reading_fails(__LINE__, "climbs", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT, LINK_LEADS_OUT);
	reading_fails(__LINE__, "later", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT, LINK_LEADS_OUT);
	reading_fails(__LINE__, "absolute", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT, LINK_LEADS_OUT);
}

Test(store_dir, follows_no_linked_directory_out_where_nobody_checks_the_bytes)
{
	scratch_symlink("..", "layout/up");
	scratch_symlink("/etc", "layout/etc");
	reading_fails(__LINE__, "up/outside.json", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT,
		      LINK_LEADS_OUT);
	reading_fails(__LINE__, "etc/passwd", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT, LINK_LEADS_OUT);
}

Test(store_dir, follows_as_many_links_inside_as_allowed)
{
	limits.link_hops = 2;
	scratch_text("layout/a", "{}");
	scratch_symlink("a", "layout/one");
	scratch_symlink("one", "layout/two");
	scratch_symlink("two", "layout/three");
	holds(__LINE__, "two", GB_LINKS_INSIDE, "{}");
	reading_fails(
		__LINE__, "three", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT,
		"too many symbolic links in a row: a loop? (--limit link_hops=N raises the limit)");
}

/* Rules_oci holds its blobs as links to elsewhere. */
Test(store_dir, follows_links_where_the_bytes_are_verified)
{
	scratch_text("layout/a", "{}");
	scratch_symlink("a", "layout/inside");
	scratch_symlink("../outside.json", "layout/climbs");
	holds(__LINE__, "inside", GB_LINKS_VERIFIED, "{}");
	holds(__LINE__, "climbs", GB_LINKS_VERIFIED, "{\"outside\":1}");
}

Test(store_dir, follows_verified_links_to_regular_files_only)
{
	scratch_fifo("fifo");
	scratch_symlink("/dev/zero", "layout/device");
	scratch_symlink("../fifo", "layout/fifo");
	scratch_symlink("..", "layout/directory");
	reading_fails(__LINE__, "device", GB_LINKS_VERIFIED, GPUBADGE_E_CORRUPT,
		      "is not a regular file");
	reading_fails(__LINE__, "fifo", GB_LINKS_VERIFIED, GPUBADGE_E_CORRUPT,
		      "is not a regular file");
	reading_fails(__LINE__, "directory", GB_LINKS_VERIFIED, GPUBADGE_E_CORRUPT,
		      "is not a regular file");
}

Test(store_dir, misses_the_target_of_a_dangling_link)
{
	scratch_symlink("nowhere", "layout/dangling");
	reading_fails(__LINE__, "dangling", GB_LINKS_VERIFIED, GPUBADGE_E_MISSING,
		      "not in the directory");
}

Test(store_dir, gets_out_of_a_loop_of_links)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes;

	scratch_symlink("b", "layout/a");
	scratch_symlink("a", "layout/b");
	cr_assert_eq(gb_store_read(store, "a", GB_LINKS_VERIFIED, 100, &bytes, &err),
		     GPUBADGE_E_CORRUPT);
	reading_fails(
		__LINE__, "b", GB_LINKS_INSIDE, GPUBADGE_E_CORRUPT,
		"too many symbolic links in a row: a loop? (--limit link_hops=N raises the limit)");
}

Test(store_dir, reports_a_file_that_may_not_be_read)
{
	const uid_t root = 0, nobody = 65534;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes = SPAN("untouched");

	scratch_text("layout/secret", "{}");
	cr_assert_eq(chmod("layout/secret", 0), 0);
	/* Root may read everything. */
	if (geteuid() == root)
		cr_assert_eq(seteuid(nobody), 0);
	cr_expect_eq(gb_store_read(store, "secret", GB_LINKS_INSIDE, 100, &bytes, &err),
		     GPUBADGE_E_IO);
	if (getuid() == root)
		cr_assert_eq(seteuid(root), 0);
	expect_error(&err, GPUBADGE_E_IO, "cannot open: Permission denied");
	expect_span(bytes, "untouched");
}

Test(store_dir, reads_a_document_as_long_as_allowed)
{
	limits.document_bytes = 7;
	scratch_text("layout/a", "{\"a\":1}");
	holds(__LINE__, "a", GB_LINKS_INSIDE, "{\"a\":1}");
}

Test(store_dir, refuses_a_document_that_is_one_byte_longer)
{
	limits.document_bytes = 6;
	scratch_text("layout/a", "{\"a\":1}");
	reading_fails(__LINE__, "a", GB_LINKS_INSIDE, GPUBADGE_E_LIMIT,
		      "longer than the limit of 6 bytes; --limit document_bytes=N raises it");
}

Test(store_dir, reads_a_long_document)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes;

	pack_noise(&content, 300000);
	scratch_file("layout/a", gb_bytes_span(&content));
	cr_assert_eq(gb_store_read(store, "a", GB_LINKS_INSIDE, 300000, &bytes, &err), GPUBADGE_OK);
	cr_assert(gb_span_equal(bytes, gb_bytes_span(&content)));
	cr_assert_eq(gb_store_read(store, "a", GB_LINKS_INSIDE, 299999, &bytes, &err),
		     GPUBADGE_E_LIMIT);
}

Test(store_dir, reads_as_many_bytes_in_all_as_allowed)
{
	limits.kept_bytes = 10;
	scratch_text("layout/a", "12345");
	scratch_text("layout/b", "67890");
	holds(__LINE__, "a", GB_LINKS_INSIDE, "12345");
	holds(__LINE__, "b", GB_LINKS_INSIDE, "67890");
}

Test(store_dir, refuses_the_document_that_exceeds_what_is_kept_in_all)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes = SPAN("untouched");

	limits.kept_bytes = 9;
	scratch_text("layout/a", "12345");
	scratch_text("layout/b", "67890");
	holds(__LINE__, "a", GB_LINKS_INSIDE, "12345");
	cr_assert_eq(gb_store_read(store, "b", GB_LINKS_INSIDE, 100, &bytes, &err),
		     GPUBADGE_E_LIMIT);
	expect_span(bytes, "untouched");
}

static void hints(int line, enum gb_store_hint wanted, const char *wanted_example)
{
	const char *example = "untouched";

	cr_assert_eq(gb_store_hint(store, &example), wanted, "line %d", line);
	expect_text_at(line, example, wanted_example);
}

Test(store_dir, hints_at_an_empty_directory)
{
	hints(__LINE__, GB_HINT_EMPTY, NULL);
}

Test(store_dir, hints_at_a_root_file_system)
{
	scratch_directory("layout/etc");
	scratch_directory("layout/usr");
	hints(__LINE__, GB_HINT_ROOT_FILESYSTEM, NULL);
}

Test(store_dir, hints_at_an_image_one_directory_down)
{
	scratch_directory("layout/image");
	scratch_text("layout/image/index.json", "{}");
	hints(__LINE__, GB_HINT_NESTED, "image");
}

Test(store_dir, hints_at_nothing_where_it_knows_nothing)
{
	scratch_text("layout/file", "");
	scratch_directory("layout/.hidden");
	scratch_text("layout/.hidden/index.json", "{}");
	hints(__LINE__, GB_HINT_NONE, NULL);
}

Test(store_dir, closes_null)
{
	gb_store_close(NULL);
}

Test(store_dir, is_not_listed)
{
	size_t cursor = 0;

	scratch_text("layout/a", "{}");
	expect_text(gb_store_next(store, &cursor), NULL);
}
