/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "packing.h"
#include "scratch.h"
#include "store/store.h"
#include "tar-builder.h"

#define KIB ((size_t)1024)

static struct gpubadge_limits limits;
static struct gb_bytes tar;

static void set_up(void)
{
	gpubadge_limits_init(&limits);
	tar = gb_bytes_init(SIZE_MAX / 2);
}

static void tear_down(void)
{
	gb_bytes_done(&tar);
}

TestSuite(store_tar, .init = set_up, .fini = tear_down);

static enum gpubadge_code open_bytes(struct gb_span bytes, struct gb_store **ret_store,
				     struct gpubadge_error *err)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;

	if (gb_source_open_memory(bytes, &limits, &source, err))
		return err->code;
	return gb_store_open_tar(source, &limits, ret_store, err);
}

/* The archive built so far. */
static struct gb_store *opened(void)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_store *store = NULL;

	cr_assert_eq(open_bytes(gb_bytes_span(&tar), &store, &err), GPUBADGE_OK, "%s", err.text);
	return store;
}

static void opening_fails(int line, enum gpubadge_code code, const char *text)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_store *store = NULL;

	cr_assert_eq(open_bytes(gb_bytes_span(&tar), &store, &err), code, "line %d: %s: %s", line,
		     gpubadge_code_name(err.code), err.text);
	expect_error_at(line, &err, code, text);
	cr_assert_null(store, "line %d", line);
}

static void holds(int line, struct gb_store *store, const char *name, const char *content)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes = {NULL, 0};

	cr_assert_eq(gb_store_read(store, name, GB_LINKS_INSIDE, limits.document_bytes, &bytes,
				   &err),
		     GPUBADGE_OK, "line %d: %s: %s", line, name, err.text);
	expect_span_at(line, bytes, content);
	cr_assert(gb_store_has(store, name), "line %d: %s", line, name);
}

static void reading_fails(int line, struct gb_store *store, const char *name,
			  enum gpubadge_code code, const char *text)
{
	struct gb_span bytes = SPAN("untouched");
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_store_read(store, name, GB_LINKS_VERIFIED, limits.document_bytes, &bytes,
				   &err),
		     code, "line %d: %s: %s: %s", line, name, gpubadge_code_name(err.code),
		     err.text);
	expect_error_at(line, &err, code, text);
	expect_span_at(line, bytes, "untouched");
}

/* --- members --- */

Test(store_tar, reads_documents_by_name)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "b.json", "{\"b\":1}");
	tar_text(&tar, "dir/a.json", " \t\r\n[1]\n");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "b.json", "{\"b\":1}");
	holds(__LINE__, store, "dir/a.json", " \t\r\n[1]\n");
}

Test(store_tar, compares_names_in_normal_form)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "./a.json", "{}");
	tar_text(&tar, "/blobs//sha256/b", "[]");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a.json", "{}");
	holds(__LINE__, store, "/a.json", "{}");
	holds(__LINE__, store, "./blobs/sha256/./b", "[]");
}

Test(store_tar, finds_each_of_many_members)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	char name[32];

	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "%d.json", i * 7919 % 500);
		tar_text(&tar, name, "{}");
	}
	tar_end(&tar);
	store = opened();
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "%d.json", i);
		holds(__LINE__, store, name, "{}");
	}
	reading_fails(__LINE__, store, "500.json", GPUBADGE_E_MISSING, "not in the archive");
}

Test(store_tar, misses_what_is_not_there)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "a.json", "{}");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "b.json", GPUBADGE_E_MISSING, "not in the archive");
	cr_assert_not(gb_store_has(store, "b.json"));
}

Test(store_tar, matches_no_name_that_climbs)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "../a.json", "{}");
	tar_text(&tar, "b.json", "{}");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "../a.json", GPUBADGE_E_MISSING,
		      "names nothing here: it leads out, is empty or too long");
	reading_fails(__LINE__, store, "a.json", GPUBADGE_E_MISSING, "not in the archive");
	reading_fails(__LINE__, store, "", GPUBADGE_E_MISSING,
		      "names nothing here: it leads out, is empty or too long");
	cr_assert_not(gb_store_has(store, "../a.json"));
}

/* The old regular type counts, and the contiguous one. */
Test(store_tar, takes_old_and_contiguous_files_for_regular_ones)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_header(&tar, &(struct tar_header){.name = "old", .type = TAR_OLD_FILE, .size = 2});
	tar_content(&tar, SPAN("{}"));
	tar_header(&tar, &(struct tar_header){.name = "seven", .type = TAR_CONTIGUOUS, .size = 2});
	tar_content(&tar, SPAN("[]"));
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "old", "{}");
	holds(__LINE__, store, "seven", "[]");
}

Test(store_tar, reads_long_names_and_sizes_from_pax_headers)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	char name[300];

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	tar_pax(&tar, "path", name);
	tar_text(&tar, "short", "{}");
	tar_pax(&tar, "size", "4");
	tar_header(&tar, &(struct tar_header){.name = "sized", .type = TAR_FILE, .size = 0});
	tar_content(&tar, SPAN("[12]"));
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, name, "{}");
	holds(__LINE__, store, "sized", "[12]");
}

Test(store_tar, reads_names_that_are_no_ascii)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_pax(&tar, "path", "caf\xc3\xa9.json");
	tar_text(&tar, "x", "{}");
	tar_text(&tar, "a.json", "[]");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "caf\xc3\xa9.json", "{}");
	holds(__LINE__, store, "a.json", "[]");
}

Test(store_tar, says_that_a_member_is_no_json)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "text", "not JSON");
	tar_text(&tar, "empty", "");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "text", GPUBADGE_E_JSON, "is not JSON");
	reading_fails(__LINE__, store, "empty", GPUBADGE_E_JSON, "is empty, not JSON");
	cr_assert(gb_store_has(store, "text"));
}

/* Only regular entries count. */
Test(store_tar, takes_no_fifo_device_or_directory_for_a_document)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_special(&tar, "fifo", TAR_FIFO);
	tar_special(&tar, "device", TAR_DEVICE);
	tar_special(&tar, "directory/", TAR_DIRECTORY);
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "fifo", GPUBADGE_E_MISSING, "is not a regular file");
	reading_fails(__LINE__, store, "device", GPUBADGE_E_MISSING, "is not a regular file");
	reading_fails(__LINE__, store, "directory", GPUBADGE_E_MISSING, "is not a regular file");
	cr_assert_not(gb_store_has(store, "fifo"));
}

Test(store_tar, keeps_gzipped_json)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes;

	pack_gzip(&packed, SPAN("{\"a\":1}"));
	tar_member(&tar, "a", gb_bytes_span(&packed));
	tar_end(&tar);
	store = opened();
	cr_assert_eq(gb_store_read(store, "a", GB_LINKS_INSIDE, 1000, &bytes, &err), GPUBADGE_OK,
		     "%s", err.text);
	cr_assert(gb_span_equal(bytes, gb_bytes_span(&packed)));
}

/* A document longer than the part of a member that is looked at first. */
static void keeps_long_packed_json(void (*pack)(struct gb_bytes *out, struct gb_span content))
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes;

	gb_bytes_text(&text, "{\"noise\":\"");
	pack_noise(&text, 4 * KIB);
	gb_bytes_text(&text, "\"}");
	pack(&packed, gb_bytes_span(&text));
	cr_assert_gt(packed.len, GB_SOURCE_HEAD);
	tar_member(&tar, "a", gb_bytes_span(&packed));
	tar_end(&tar);
	store = opened();
	cr_assert_eq(gb_store_read(store, "a", GB_LINKS_INSIDE, 100 * KIB, &bytes, &err),
		     GPUBADGE_OK, "%s", err.text);
	cr_assert(gb_span_equal(bytes, gb_bytes_span(&packed)));
}

Test(store_tar, keeps_long_gzipped_json)
{
	keeps_long_packed_json(pack_gzip);
}

Test(store_tar, keeps_long_json_packed_with_zstd)
{
	keeps_long_packed_json(pack_zstd);
}

#ifdef GB_TESTS_BZIP2
/* No tool packs blobs so, and unpacking a block to look inside is dear. */
Test(store_tar, does_not_look_into_bzip2)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);

	pack_bzip2(&packed, SPAN("{}"));
	tar_member(&tar, "a", gb_bytes_span(&packed));
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "a", GPUBADGE_E_JSON, "is not JSON");
}
#endif

Test(store_tar, does_not_keep_what_unpacks_to_something_else)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);

	pack_gzip(&packed, SPAN("a layer"));
	tar_member(&tar, "layer.tar.gz", gb_bytes_span(&packed));
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "layer.tar.gz", GPUBADGE_E_JSON, "is not JSON");
}

/* Its reader shall hear what is wrong inside, and not that it is no JSON. */
Test(store_tar, keeps_what_cannot_be_unpacked)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "broken", "\x1f\x8b{");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "broken", "\x1f\x8b{");
}

Test(store_tar, lists_its_documents_by_name)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	size_t cursor = 0;

	tar_text(&tar, "b/json", "{}");
	tar_text(&tar, "./a/json", "{}");
	tar_text(&tar, "layer", "a layer");
	tar_symlink(&tar, "link", "a/json");
	tar_end(&tar);
	store = opened();
	expect_text(gb_store_next(store, &cursor), "a/json");
	expect_text(gb_store_next(store, &cursor), "b/json");
	expect_text(gb_store_next(store, &cursor), NULL);
}

/* --- the same name twice --- */

Test(store_tar, takes_the_same_bytes_twice_for_one_member)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	for (int i = 0; i < 3; i++)
		tar_text(&tar, i == 1 ? "./a.json" : "a.json", "{}");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a.json", "{}");
}

Test(store_tar, refuses_a_name_with_two_contents)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "a.json", "{}");
	tar_text(&tar, "a.json", "{}");
	tar_text(&tar, "/a.json", "[]");
	tar_text(&tar, "b.json", "{}");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "a.json", GPUBADGE_E_CONFLICT,
		      "stands in the archive more than once with different content; readers "
		      "disagree on which one counts");
	holds(__LINE__, store, "b.json", "{}");
}

Test(store_tar, refuses_a_document_beside_something_else_of_its_name)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	static const char text[] = "stands in the archive more than once with different content; "
				   "readers disagree on which one counts";

	tar_text(&tar, "a", "{}");
	tar_text(&tar, "a", "no JSON");
	tar_text(&tar, "b", "{}");
	tar_symlink(&tar, "b", "a");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "a", GPUBADGE_E_CONFLICT, text);
	reading_fails(__LINE__, store, "b", GPUBADGE_E_CONFLICT, text);
}

Test(store_tar, does_not_mind_layers_of_one_name)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "layer", "one");
	tar_text(&tar, "layer", "two");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "layer", GPUBADGE_E_JSON, "is not JSON");
}

Test(store_tar, prefers_a_document_to_a_directory_of_its_name)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_special(&tar, "a", TAR_DIRECTORY);
	tar_text(&tar, "a", "{}");
	tar_text(&tar, "b", "{}");
	tar_special(&tar, "b", TAR_DIRECTORY);
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a", "{}");
	holds(__LINE__, store, "b", "{}");
}

Test(store_tar, takes_the_same_link_twice_for_one_and_two_links_for_a_conflict)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "a", "{}");
	tar_text(&tar, "b", "{}");
	tar_symlink(&tar, "same", "a");
	tar_symlink(&tar, "same", "./a");
	tar_symlink(&tar, "different", "a");
	tar_symlink(&tar, "different", "b");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "same", "{}");
	reading_fails(__LINE__, store, "different", GPUBADGE_E_CONFLICT,
		      "stands in the archive more than once with different content; readers "
		      "disagree on which one counts");
}

/* --- links --- */

Test(store_tar, follows_a_symbolic_link_that_points_forward)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_symlink(&tar, "a/link", "../b/target");
	tar_text(&tar, "b/target", "{}");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a/link", "{}");
}

Test(store_tar, follows_a_hard_link_from_the_top)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "b/target", "{}");
	tar_hard_link(&tar, "a/link", "b/target");
	tar_hard_link(&tar, "a/dotted", "./b/target");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a/link", "{}");
	holds(__LINE__, store, "a/dotted", "{}");
}

Test(store_tar, never_follows_a_link_out_of_the_archive)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_symlink(&tar, "climbs", "../../etc/passwd");
	tar_symlink(&tar, "absolute", "/etc/passwd");
	tar_hard_link(&tar, "hard", "/etc/passwd");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "climbs", GPUBADGE_E_MISSING,
		      "is a link to something that is not in the archive");
	reading_fails(__LINE__, store, "absolute", GPUBADGE_E_MISSING,
		      "is a link to something that is not in the archive");
	reading_fails(__LINE__, store, "hard", GPUBADGE_E_MISSING,
		      "is a link to something that is not in the archive");
}

/* link0 -> link1 -> ... -> target, HOPS links in all. */
static void add_chain(int hops)
{
	char from[16], to[16];

	for (int i = 0; i < hops; i++) {
		snprintf(from, sizeof(from), "link%d", i);
		snprintf(to, sizeof(to), "link%d", i + 1);
		tar_symlink(&tar, from, i + 1 < hops ? to : "target");
	}
	tar_text(&tar, "target", "{}");
	tar_end(&tar);
}

Test(store_tar, follows_as_many_links_as_allowed)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.link_hops = 3;
	add_chain(3);
	store = opened();
	holds(__LINE__, store, "link0", "{}");
}

Test(store_tar, refuses_one_link_more)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.link_hops = 3;
	add_chain(4);
	store = opened();
	reading_fails(
		__LINE__, store, "link0", GPUBADGE_E_CORRUPT,
		"more than the limit of 3 links in a row: a loop? (--limit link_hops=N raises the limit)");
	holds(__LINE__, store, "link1", "{}");
}

Test(store_tar, gets_out_of_a_loop_of_links)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_symlink(&tar, "a", "b");
	tar_symlink(&tar, "b", "a");
	tar_symlink(&tar, "self", "self");
	tar_end(&tar);
	store = opened();
	reading_fails(
		__LINE__, store, "a", GPUBADGE_E_CORRUPT,
		"more than the limit of 8 links in a row: a loop? (--limit link_hops=N raises the limit)");
	reading_fails(
		__LINE__, store, "self", GPUBADGE_E_CORRUPT,
		"more than the limit of 8 links in a row: a loop? (--limit link_hops=N raises the limit)");
}

/* --- damage --- */

Test(store_tar, opens_an_archive_without_its_last_blocks)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "a.json", "{}");
	store = opened();
	holds(__LINE__, store, "a.json", "{}");
}

/* What precedes a lone zero block counts. */
Test(store_tar, ends_at_a_lone_zero_block)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "a.json", "{}");
	tar_zeros(&tar, TAR_BLOCK);
	tar_text(&tar, "b.json", "{}");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a.json", "{}");
}

Test(store_tar, ignores_what_follows_the_end)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	tar_text(&tar, "a.json", "{}");
	tar_end(&tar);
	gb_bytes_text(&tar, "garbage");
	tar_text(&tar, "b.json", "{}");
	store = opened();
	holds(__LINE__, store, "a.json", "{}");
	cr_assert_not(gb_store_has(store, "b.json"));
}

Test(store_tar, reports_a_document_that_is_cut_off)
{
	tar_header(&tar, &(struct tar_header){.name = "a.json", .type = TAR_FILE, .size = 2000});
	gb_bytes_text(&tar, "{");
	opening_fails(__LINE__, GPUBADGE_E_TRUNCATED,
		      "the archive ends too early; was the transfer complete?");
}

Test(store_tar, reports_a_document_that_is_cut_off_behind_its_head)
{
	tar_header(&tar, &(struct tar_header){.name = "a.json", .type = TAR_FILE, .size = 2000});
	gb_bytes_text(&tar, "{\"");
	pack_noise(&tar, 1000);
	opening_fails(__LINE__, GPUBADGE_E_TRUNCATED,
		      "the archive ends too early; was the transfer complete?");
}

/* No answer from half an archive. */
Test(store_tar, reports_a_layer_that_is_cut_off_at_the_end)
{
	tar_text(&tar, "manifest.json", "[]");
	tar_header(&tar, &(struct tar_header){.name = "layer", .type = TAR_FILE, .size = 90000});
	pack_noise(&tar, 50000);
	opening_fails(__LINE__, GPUBADGE_E_TRUNCATED,
		      "the archive ends too early; was the transfer complete?");
}

Test(store_tar, reports_a_layer_that_is_cut_off_in_a_file)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_store *store = NULL;
	int fd;

	/* Beyond the first read, so that the rest is sought over. */
	tar_text(&tar, "manifest.json", "[]");
	tar_header(&tar, &(struct tar_header){.name = "layer", .type = TAR_FILE, .size = 1000000});
	pack_noise(&tar, 900000);
	fd = scratch_memory(gb_bytes_span(&tar));
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_store_open_tar(source, &limits, &store, &err), GPUBADGE_E_TRUNCATED);
	expect_error(&err, GPUBADGE_E_TRUNCATED,
		     "the archive ends too early; was the transfer complete?");
	cr_assert_null(store);
	close(fd);
}

Test(store_tar, reports_a_header_that_is_cut_off)
{
	tar_text(&tar, "a.json", "{}");
	tar_header(&tar, &(struct tar_header){.name = "b.json", .type = TAR_FILE, .size = 2});
	tar.len -= 100;
	opening_fails(__LINE__, GPUBADGE_E_TRUNCATED,
		      "the archive ends too early; was the transfer complete?");
}

Test(store_tar, reports_a_header_with_a_wrong_checksum)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_store *store = NULL;

	tar_text(&tar, "a.json", "{}");
	tar_text(&tar, "b.json", "{}");
	tar.ptr[(size_t)2 * TAR_BLOCK] ^= 1;
	tar_end(&tar);
	cr_assert_eq(open_bytes(gb_bytes_span(&tar), &store, &err), GPUBADGE_E_CORRUPT, "%s",
		     err.text);
	expect_error_in(&err, GPUBADGE_E_CORRUPT, "tar: ");
}

Test(store_tar, refuses_a_pax_header_of_two_mebibytes)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes value = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error err = NO_ERROR;
	struct gb_store *store = NULL;
	char *text = NULL;

	pack_noise(&value, 2048 * KIB);
	cr_assert_eq(gb_bytes_take(&value, &text, NULL, &err), GPUBADGE_OK);
	tar_pax(&tar, "comment", text);
	free(text);
	tar_text(&tar, "a.json", "{}");
	tar_end(&tar);
	cr_assert_eq(open_bytes(gb_bytes_span(&tar), &store, &err), GPUBADGE_E_LIMIT, "%s: %s",
		     gpubadge_code_name(err.code), err.text);
	expect_error_in(&err, GPUBADGE_E_LIMIT, "tar: ");
}

Test(store_tar, passes_on_what_is_wrong_with_the_compression)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error err = NO_ERROR;
	struct gb_store *store = NULL;

	tar_text(&tar, "a.json", "{}");
	tar_end(&tar);
	pack_gzip(&packed, gb_bytes_span(&tar));
	packed.ptr[packed.len - 8] ^= 1;
	cr_assert_eq(open_bytes(gb_bytes_span(&packed), &store, &err), GPUBADGE_E_CORRUPT);
	expect_error(&err, GPUBADGE_E_CORRUPT, "damaged gzip data: incorrect data check");
	cr_assert_null(store);
}

Test(store_tar, passes_on_a_compression_that_ends_inside_a_document)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error err = NO_ERROR;
	struct gb_store *store = NULL;

	tar_header(&tar, &(struct tar_header){.name = "a.json", .type = TAR_FILE, .size = 200000});
	gb_bytes_text(&tar, "{\"");
	pack_noise(&tar, 200000);
	pack_gzip(&packed, gb_bytes_span(&tar));
	packed.len /= 2;
	cr_assert_eq(open_bytes(gb_bytes_span(&packed), &store, &err), GPUBADGE_E_TRUNCATED);
	expect_error(&err, GPUBADGE_E_TRUNCATED, "the gzip data ends too early");
}

/* --- no archives --- */

Test(store_tar, says_what_an_input_is_that_is_no_archive)
{
	static const struct {
		struct gb_span bytes;
		const char *text;
	} table[] = {
		{{"", 0}, "is empty"},
		{{"x", 1}, "no container image: neither a tar archive nor a compressed one"},
		{{"just text\n", 10},
		 "no container image: neither a tar archive nor a compressed one"},
		{{"\x7f\x45LF\2\1\1", 7}, "no container image but an ELF file"},
		{{"PK\3\4", 4}, "no container image but a zip archive"},
		{{"hsqs", 4}, "no container image but a squashfs file system"},
		{{"QFI\xfb", 4}, "no container image but a QEMU disk image"},
		{{"!<arch>\n", 8}, "no container image but an ar archive (a Debian package?)"},
		{{"{\"schemaVersion\":2}", 19},
		 "no container image but a JSON document, not the archive that holds it"},
		{{"[{}]", 4},
		 "no container image but a JSON document, not the archive that holds it"},
		{{"#!/usr/bin/env run-singularity\n\0SIF_MAGIC\0", 43},
		 "no container image but a Singularity image (SIF); build or pull the image it "
		 "came from as an OCI archive instead"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gpubadge_error err = NO_ERROR;
		struct gb_store *store = NULL;

		cr_assert_eq(open_bytes(table[i].bytes, &store, &err), GPUBADGE_E_NOT_IMAGE,
			     "row %zu: %s", i, err.text);
		expect_error(&err, GPUBADGE_E_NOT_IMAGE, table[i].text);
		cr_assert_null(store);
	}
}

Test(store_tar, says_what_a_long_input_is_that_is_no_archive)
{
	gb_bytes_append(&tar, SPAN("\x7f\x45LF"));
	pack_noise(&tar, 100000);
	opening_fails(__LINE__, GPUBADGE_E_NOT_IMAGE, "no container image but an ELF file");
}

/* --- limits --- */

Test(store_tar, keeps_a_document_as_long_as_allowed)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.document_bytes = 7;
	tar_text(&tar, "a.json", "{\"a\":1}");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a.json", "{\"a\":1}");
}

Test(store_tar, refuses_a_document_that_is_one_byte_longer)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.document_bytes = 6;
	tar_text(&tar, "a.json", "{\"a\":1}");
	tar_end(&tar);
	store = opened();
	reading_fails(__LINE__, store, "a.json", GPUBADGE_E_LIMIT,
		      "7 bytes, longer than the limit of 6; --limit document_bytes=N raises it");
}

Test(store_tar, refuses_a_document_longer_than_the_reader_takes)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	struct gpubadge_error err = NO_ERROR;
	struct gb_span bytes;

	tar_text(&tar, "a.json", "{\"a\":1}");
	tar_end(&tar);
	store = opened();
	cr_assert_eq(gb_store_read(store, "a.json", GB_LINKS_INSIDE, 7, &bytes, &err), GPUBADGE_OK);
	cr_assert_eq(gb_store_read(store, "a.json", GB_LINKS_INSIDE, 6, &bytes, &err),
		     GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT,
		     "7 bytes, longer than the limit of 6; --limit document_bytes=N raises it");
}

/* No allocation by claim. */
Test(store_tar, does_not_believe_a_size_of_eight_gibibytes)
{
	tar_header(&tar, &(struct tar_header){.name = "a.json",
					      .type = TAR_FILE,
					      .size = ((uint64_t)8 << 30) - 1});
	gb_bytes_text(&tar, "{");
	opening_fails(__LINE__, GPUBADGE_E_TRUNCATED,
		      "the archive ends too early; was the transfer complete?");
}

/* {"a":1} in a.json: content, name, and what is counted for the entry. */
#define DOCUMENT_COST (7 + 7 + 128)

Test(store_tar, keeps_as_many_bytes_in_all_as_allowed)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.kept_bytes = 2 * DOCUMENT_COST;
	tar_text(&tar, "a.json", "{\"a\":1}");
	tar_text(&tar, "b.json", "{\"b\":2}");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a.json", "{\"a\":1}");
	holds(__LINE__, store, "b.json", "{\"b\":2}");
}

Test(store_tar, refuses_the_document_that_exceeds_what_is_kept_in_all)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.kept_bytes = 2 * DOCUMENT_COST - 1;
	tar_text(&tar, "a.json", "{\"a\":1}");
	tar_text(&tar, "b.json", "{\"b\":2}");
	tar_text(&tar, "c.json", "{}");
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "a.json", "{\"a\":1}");
	holds(__LINE__, store, "c.json", "{}");
	reading_fails(__LINE__, store, "b.json", GPUBADGE_E_LIMIT,
		      "the JSON documents before it take more than the limit of 283 bytes"
		      "; --limit kept_bytes=N raises it");
}

Test(store_tar, counts_links_towards_what_is_kept)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.kept_bytes = 1000;
	tar_text(&tar, "target", "{}");
	for (int i = 0; i < 100; i++) {
		char name[16];

		snprintf(name, sizeof(name), "link%d", i);
		tar_symlink(&tar, name, "target");
	}
	tar_end(&tar);
	store = opened();
	holds(__LINE__, store, "link0", "{}");
	reading_fails(__LINE__, store, "link99", GPUBADGE_E_LIMIT,
		      "the JSON documents before it take more than the limit of 1000 bytes"
		      "; --limit kept_bytes=N raises it");
}

Test(store_tar, forgets_names_of_layers_beyond_their_budget_and_no_documents)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	char name[32];

	limits.name_bytes = 2000;
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "layer%d", i);
		tar_text(&tar, name, "a layer");
	}
	tar_special(&tar, "directory", TAR_DIRECTORY);
	tar_text(&tar, "manifest.json", "[]");
	tar_end(&tar);
	store = opened();
	cr_assert(gb_store_has(store, "layer0"));
	cr_assert_not(gb_store_has(store, "layer99"));
	reading_fails(__LINE__, store, "layer99", GPUBADGE_E_MISSING,
		      "not in the archive, or no JSON document (name_bytes was used up)");
	holds(__LINE__, store, "manifest.json", "[]");
}

Test(store_tar, remembers_no_names_without_a_budget)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;

	limits.name_bytes = 0;
	tar_text(&tar, "layer", "a layer");
	tar_text(&tar, "manifest.json", "[]");
	tar_end(&tar);
	store = opened();
	cr_assert_not(gb_store_has(store, "layer"));
	holds(__LINE__, store, "manifest.json", "[]");
}

/* --- hints --- */

static void hints(int line, enum gb_store_hint wanted, const char *wanted_example)
{
	GB_CLEANUP(gb_store_closep) struct gb_store *store = opened();
	const char *example = "untouched";

	cr_assert_eq(gb_store_hint(store, &example), wanted, "line %d", line);
	expect_text_at(line, example, wanted_example);
}

Test(store_tar, hints_at_an_empty_archive)
{
	tar_zeros(&tar, 10 * KIB);
	hints(__LINE__, GB_HINT_EMPTY, NULL);
}

Test(store_tar, hints_at_a_root_file_system)
{
	tar_text(&tar, "etc/passwd", "root");
	tar_text(&tar, "usr/share/x/manifest.json", "[]");
	tar_text(&tar, "usr/manifest.json", "[]");
	tar_end(&tar);
	hints(__LINE__, GB_HINT_ROOT_FILESYSTEM, NULL);
}

Test(store_tar, hints_at_an_image_one_directory_down)
{
	tar_text(&tar, "image/oci-layout", "{}");
	tar_text(&tar, "image/index.json", "{}");
	tar_end(&tar);
	hints(__LINE__, GB_HINT_NESTED, "image");
}

Test(store_tar, hints_at_nothing_where_it_knows_nothing)
{
	tar_text(&tar, "a/b/manifest.json", "[]");
	tar_end(&tar);
	hints(__LINE__, GB_HINT_NONE, NULL);
}

/* --- sources --- */

Test(store_tar, reads_a_pipe_to_its_end)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd, child;

	tar_text(&tar, "a.json", "{}");
	tar_header(&tar,
		   &(struct tar_header){.name = "layer", .type = TAR_FILE, .size = 100 * 512});
	pack_noise(&tar, (size_t)100 * 512);
	tar_text(&tar, "manifest.json", "[]");
	tar_end(&tar);
	tar_zeros(&tar, 500 * KIB);
	child = scratch_pipe(gb_bytes_span(&tar), 10000, &fd);
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_store_open_tar(source, &limits, &store, &err), GPUBADGE_OK);
	cr_assert_eq(scratch_wait(child), 0);
	holds(__LINE__, store, "manifest.json", "[]");
	close(fd);
}

Test(store_tar, reads_a_pipe_that_gives_single_bytes)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd, child;

	tar_text(&tar, "a.json", "{\"a\":1}");
	tar_text(&tar, "layer", "a layer");
	tar_text(&tar, "manifest.json", "[]");
	tar_end(&tar);
	child = scratch_pipe(gb_bytes_span(&tar), 1, &fd);
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_store_open_tar(source, &limits, &store, &err), GPUBADGE_OK);
	cr_assert_eq(scratch_wait(child), 0);
	holds(__LINE__, store, "a.json", "{\"a\":1}");
	holds(__LINE__, store, "manifest.json", "[]");
	close(fd);
}

Test(store_tar, seeks_over_layers_of_a_file)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	struct gpubadge_error err = NO_ERROR;
	int fd;

	tar_header(&tar,
		   &(struct tar_header){.name = "layer", .type = TAR_FILE, .size = 1024 * KIB});
	pack_noise(&tar, 1024 * KIB);
	tar_text(&tar, "manifest.json", "[]");
	tar_end(&tar);
	fd = scratch_memory(gb_bytes_span(&tar));
	cr_assert_eq(gb_source_open_fd(fd, &limits, &source, &err), GPUBADGE_OK);
	cr_assert_eq(gb_store_open_tar(source, &limits, &store, &err), GPUBADGE_OK);
	holds(__LINE__, store, "manifest.json", "[]");
	close(fd);
}
