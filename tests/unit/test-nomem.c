/* SPDX-License-Identifier: Apache-2.0 */

/* Every allocation of every operation fails once, in turn: each time the operation answers out
 * of memory, touches none of its outputs and leaves nothing behind. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc-failure.h"
#include "base/gb-json.h"
#include "env-case.h"
#include "expect.h"
#include "image-case.h"
#include "packing.h"
#include "report/report.h"
#include "scratch.h"
#include "source/copy.h"
#include "source/source.h"
#include "store/store.h"

/* More allocations than any operation makes. */
#define ENDLESS 20000

static void set_up(void)
{
	scratch_enter();
	image_case_enter();
	env_case_enter();
}

static void tear_down(void)
{
	fail_allocation(0);
	env_case_leave();
	image_case_leave();
	scratch_leave();
}

TestSuite(nomem, .init = set_up, .fini = tear_down, .timeout = 120);

/* Runs OPERATION, which frees what it gets, with one failing allocation after the other. */
static void survives(enum gpubadge_code (*operation)(struct gpubadge_error *err))
{
	for (size_t count = 1;; count++) {
		struct gpubadge_error err = NO_ERROR;
		long alive = allocations_alive();
		enum gpubadge_code code;
		bool failed, unclear;

		fail_allocation(count);
		code = operation(&err);
		failed = allocation_has_failed();
		/* Where jansson's scanner gets no memory it reports a token that does not fit, or
		 * goes on without the byte that had no room. No caller can tell: what counts is
		 * that nothing leaks. */
		unclear = allocation_failed_in_jansson();
		fail_allocation(0);
		cr_assert_eq(allocations_alive(), alive, "allocation %zu: %ld blocks leaked", count,
			     allocations_alive() - alive);
		if (!failed) {
			cr_assert_eq(code, GPUBADGE_OK, "%s", err.text);
			cr_assert_gt(count, 1, "nothing was allocated");
			return;
		}
		cr_assert(code == GPUBADGE_E_NOMEM || unclear, "allocation %zu: %s: %s", count,
			  gpubadge_code_name(code), err.text);
		cr_assert(unclear || err.code == code);
		cr_assert(unclear || strstr(err.text, "out of memory"), "%s", err.text);
		cr_assert_lt(count, ENDLESS);
	}
}

/* --- base --- */

static enum gpubadge_code grow_bytes(struct gpubadge_error *err)
{
	struct gb_bytes bytes = gb_bytes_init(100000);
	char untouched = 'u', *text = &untouched;
	size_t size = 77;

	for (int i = 0; i < 1000; i++)
		gb_bytes_format(&bytes, "%d ", i);
	if (gb_bytes_take(&bytes, &text, &size, err) == GPUBADGE_OK) {
		free(text);
		return GPUBADGE_OK;
	}
	gb_bytes_done(&bytes);
	return text == &untouched && size == 77 ? err->code : GPUBADGE_E_USAGE;
}

Test(nomem, of_bytes)
{
	survives(grow_bytes);
}

static enum gpubadge_code parse_json(struct gpubadge_error *err)
{
	struct gb_json *untouched = (struct gb_json *)err, *document = untouched;

	if (gb_json_parse(SPAN("{\"a\":[1,2.5,\"x\",true,null,{\"b\":\"\\u00e9\"}]}"), 100,
			  &document, err))
		return document == untouched ? err->code : GPUBADGE_E_USAGE;
	gb_json_free(document);
	return GPUBADGE_OK;
}

Test(nomem, of_json)
{
	fail_in_jansson_too();
	survives(parse_json);
}

static enum gpubadge_code fill_arena(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	size_t capacity = 0, before = 0;
	int *numbers = NULL, *grown;

	gb_arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < 5000; i++) {
		before = capacity;
		grown = gb_arena_grow(&arena, numbers, i, &capacity, sizeof(*numbers), err);
		if (!grown)
			return capacity == before ? err->code : GPUBADGE_E_USAGE;
		numbers = grown;
	}
	return gb_arena_copy(&arena, SPAN("x"), err) ? GPUBADGE_OK : err->code;
}

Test(nomem, of_arenas)
{
	survives(fill_arena);
}

static enum gpubadge_code add_findings(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_findings findings = {NULL, 0, 0};

	gb_arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < 3000; i++) {
		if (gb_findings_add(&findings, &arena, err, GB_FINDING_NO_DEVICES, "finding %zu",
				    i))
			return findings.count == i ? err->code : GPUBADGE_E_USAGE;
	}
	return GPUBADGE_OK;
}

Test(nomem, of_findings)
{
	survives(add_findings);
}

/* --- source --- */

static struct gb_bytes packed;

static enum gpubadge_code unpack(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);

	return gb_source_unpack(gb_bytes_span(&packed), &image_case.limits, &out, err);
}

static void unpacking_survives(void (*pack)(struct gb_bytes *out, struct gb_span content))
{
	packed = gb_bytes_init(SIZE_MAX / 2);
	pack(&packed, SPAN("content"));
	survives(unpack);
	gb_bytes_done(&packed);
}

Test(nomem, of_gzip)
{
	unpacking_survives(pack_gzip);
}

Test(nomem, of_zstd)
{
	unpacking_survives(pack_zstd);
}

#ifdef GB_TESTS_XZ
Test(nomem, of_xz)
{
	unpacking_survives(pack_xz);
}
#endif

#ifdef GB_TESTS_BZIP2
Test(nomem, of_bzip2)
{
	unpacking_survives(pack_bzip2);
}
#endif

static enum gpubadge_code new_copy(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_copy_freep) struct gb_copy *copy = NULL;

	return gb_copy_new(STDIN_FILENO, STDERR_FILENO, "there", &copy, err);
}

Test(nomem, of_copies)
{
	survives(new_copy);
}

/* --- store --- */

static enum gpubadge_code open_archive(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;
	GB_CLEANUP(gb_store_closep) struct gb_store *store = NULL;
	struct gb_span bytes = SPAN("untouched");

	if (gb_source_open_memory(gb_bytes_span(&image_case.tar), &image_case.limits, &source,
				  err) ||
	    gb_store_open_tar(source, &image_case.limits, &store, err))
		return store ? GPUBADGE_E_USAGE : err->code;
	return gb_store_read(store, "link", GB_LINKS_INSIDE, 10000, &bytes, err);
}

Test(nomem, of_archives)
{
	char name[32];

	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "member%d", i);
		tar_text(&image_case.tar, name, i % 2 ? "{}" : "a layer");
	}
	tar_text(&image_case.tar, "image/index.json", "{}");
	tar_special(&image_case.tar, "directory", TAR_DIRECTORY);
	tar_symlink(&image_case.tar, "link", "member1");
	tar_end(&image_case.tar);
	survives(open_archive);
}

/* What is compressed is looked into, too. */
Test(nomem, of_archives_with_a_compressed_document)
{
	packed = gb_bytes_init(SIZE_MAX / 2);
	pack_gzip(&packed, SPAN("{}"));
	tar_member(&image_case.tar, "link", gb_bytes_span(&packed));
	gb_bytes_done(&packed);
	tar_end(&image_case.tar);
	survives(open_archive);
}

static enum gpubadge_code read_directory(struct gpubadge_error *err)
{
	int fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct gb_span bytes = SPAN("untouched");
	struct gb_store *store = NULL;

	if (!gb_store_open_directory(fd, &image_case.limits, &store, err) &&
	    gb_store_read(store, "file", GB_LINKS_INSIDE, 10000, &bytes, err) &&
	    !gb_span_is(bytes, "untouched"))
		err->code = GPUBADGE_E_USAGE;
	gb_store_close(store);
	close(fd);
	return err->code;
}

Test(nomem, of_directories)
{
	scratch_text("file", "{}");
	survives(read_directory);
}

/* --- image --- */

#define AMD64                                                                                      \
	"{\"os\":\"linux\",\"architecture\":\"amd64\",\"created\":\"2026\",\"config\":{\"Env\":["  \
	"\"NVIDIA_REQUIRE_CUDA=cuda>=12.0 brand=tesla,driver>=470,driver<471 brand=a,brand=b\","   \
	"\"NVIDIA_REQUIRE_ARCH=arch>=7.5,foo\",\"NVIDIA_VISIBLE_DEVICES=void\",\"NVIDIA_GPU=no\"," \
	"\"CUDA_VERSION=12.4\",\"NVIDIA_DISABLE_REQUIRE=1\",\"x\",\"CUDA_VERSION=12.5\"]}}"

static enum gpubadge_code find_in_archive(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_images images = {.count = 77};

	gb_arena_init(&arena, SIZE_MAX);
	if (gb_images_find(image_case.store, &image_case.selection, &image_case.limits, &arena,
			   &images, err))
		return images.count == 77 ? err->code : GPUBADGE_E_USAGE;
	return GPUBADGE_OK;
}

/* Both lists, an attestation, an artifact, and names. */
static void add_everything(void)
{
	struct gb_digest digest = gb_digest_of(SPAN(AMD64));
	const char *image = add_image(AMD64, ",\"platform\":{\"os\":\"linux\"},\"annotations\":{"
					     "\"org.opencontainers.image.ref.name\":\"a\"}");

	add_index(text_of("%s,{\"mediaType\":\"text/plain\",\"digest\":\"" ABSENT "\"},%s", image,
			  add_image("{\"os\":\"unknown\",\"architecture\":\"unknown\"}", "")));
	tar_text(&image_case.tar, "manifest.json",
		 text_of("[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":[\"b:1\",\"c:1\"]}]",
			 digest.text + strlen("sha256:")));
}

Test(nomem, of_images)
{
	image_case.selection.platform = "linux/amd64";
	add_everything();
	cr_assert_eq(find_images(), GPUBADGE_OK, "%s", image_case.err.text);
	survives(find_in_archive);
}

Test(nomem, of_images_in_an_archive_of_docker)
{
	tar_text(&image_case.tar,
		 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff.json", AMD64);
	tar_text(&image_case.tar, "manifest.json",
		 "[{\"Config\":\"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		 ".json\"}]");
	cr_assert_eq(find_images(), GPUBADGE_OK, "%s", image_case.err.text);
	survives(find_in_archive);
}

Test(nomem, of_images_of_schema_1)
{
	tar_text(&image_case.tar, "manifest.json",
		 "{\"schemaVersion\":1,\"history\":[{\"v1Compatibility\":\"{}\"}]}");
	cr_assert_eq(find_images(), GPUBADGE_OK, "%s", image_case.err.text);
	survives(find_in_archive);
}

/* --- environment and requirement --- */

static enum gpubadge_code read_environment(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_nvidia_environment nvidia = {.condition_count = 77};
	struct gb_findings findings = {NULL, 0, 0};

	gb_arena_init(&arena, SIZE_MAX);
	if (gb_nvidia_read(&env_case.environment, &env_case.limits, &arena, &findings, &nvidia,
			   err))
		return nvidia.condition_count == 77 ? err->code : GPUBADGE_E_USAGE;
	return GPUBADGE_OK;
}

Test(nomem, of_environments)
{
	set_environment("CUDA_VERSION=12.4", "CUDA_VERSION=12.5",
			"NVIDIA_REQUIRE_CUDA=", "NVIDIA_REQUIRE_ARCH=arch>=7.5",
			"NVIDIA_VISIBLE_DEVICES=", "x", "NVIDIA_DISABLE_REQUIRE=1",
			"brand=tesla,driver>=1", "NVIDIA_DISABLE_REQUIRES=1",
			"NVIDIA_DRIVER_CAPABILITIES=a,b,c,d,e", NULL);
	survives(read_environment);
}

static enum gpubadge_code read_requirement(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_requirement requirement = {NULL, 77, false};
	struct gb_findings findings = {NULL, 0, 0};
	struct gb_floor floor = {.branch_count = 77};
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);

	gb_arena_init(&arena, SIZE_MAX);
	gb_bytes_text(&text, "cuda>=12.0 brand=a,brand=b");
	for (int i = 0; i < 300; i++)
		gb_bytes_format(&text, " brand=b%d,driver>=%d,arch>=7", i, 400 + i % 50);
	if (gb_bytes_check(&text, err))
		return err->code;
	if (gb_requirement_parse(gb_bytes_span(&text), &env_case.limits, &arena, &requirement, err))
		return requirement.count == 77 ? err->code : GPUBADGE_E_USAGE;
	if (gb_floor_of(&requirement, "V", &arena, &findings, &floor, err))
		return floor.branch_count == 77 ? err->code : GPUBADGE_E_USAGE;
	return GPUBADGE_OK;
}

Test(nomem, of_requirements)
{
	survives(read_requirement);
}

/* --- the whole --- */

static int archive;

static enum gpubadge_code inspect(struct gpubadge_error *err)
{
	struct gpubadge_result *untouched = (struct gpubadge_result *)err, *result = untouched;

	cr_assert_eq(lseek(archive, 0, SEEK_SET), 0);
	if (gpubadge_inspect_fd(archive, "image.tar", NULL, &result, err))
		return result == untouched ? err->code : GPUBADGE_E_USAGE;
	gpubadge_result_free(result);
	return GPUBADGE_OK;
}

static void open_everything(void)
{
	packed = gb_bytes_init(SIZE_MAX / 2);
	add_everything();
	tar_end(&image_case.tar);
	pack_gzip(&packed, gb_bytes_span(&image_case.tar));
	archive = scratch_memory(gb_bytes_span(&packed));
	scratch_file("image.tar", gb_bytes_span(&packed));
	gb_bytes_done(&packed);
}

Test(nomem, of_an_inspection)
{
	open_everything();
	survives(inspect);
	close(archive);
}

static enum gpubadge_code inspect_path(struct gpubadge_error *err)
{
	struct gpubadge_result *untouched = (struct gpubadge_result *)err, *result = untouched;

	if (gpubadge_inspect("oci-archive:image.tar:a", NULL, &result, err))
		return result == untouched ? err->code : GPUBADGE_E_USAGE;
	gpubadge_result_free(result);
	return GPUBADGE_OK;
}

Test(nomem, of_an_inspection_by_path)
{
	open_everything();
	survives(inspect_path);
	close(archive);
}

static struct gpubadge_result *inspected;
static struct gpubadge_style style;

static enum gpubadge_code finish(enum gpubadge_code code, char *text, const char *untouched)
{
	if (code)
		return text == untouched ? code : GPUBADGE_E_USAGE;
	gpubadge_free(text);
	return GPUBADGE_OK;
}

static enum gpubadge_code render(struct gpubadge_error *err)
{
	char untouched = 'u', *text = &untouched;
	size_t size;
	enum gpubadge_code code = gpubadge_report_render(gpubadge_result_report(inspected, 0),
							 &style, &text, &size, err);

	return finish(code, text, &untouched);
}

static enum gpubadge_code get_value(struct gpubadge_error *err)
{
	char untouched = 'u', *text = &untouched;
	enum gpubadge_code code = gpubadge_report_value(gpubadge_result_report(inspected, 0),
							"cuda.requirement.minimum", &text, err);

	return finish(code, text, &untouched);
}

static enum gpubadge_code render_failure(struct gpubadge_error *err)
{
	const struct gpubadge_error failure = {.code = GPUBADGE_E_IO, .text = "x"};
	char untouched = 'u', *text = &untouched;
	size_t size;
	enum gpubadge_code code = gpubadge_failure_render("image.tar", &failure, &style, &text,
							  &size, err);

	return finish(code, text, &untouched);
}

static enum gpubadge_code render_tables(struct gpubadge_error *err)
{
	char untouched = 'u', *text = &untouched;
	size_t size;
	enum gpubadge_code code = gpubadge_tables_render(&style, &text, &size, err);

	return finish(code, text, &untouched);
}

static void open_report(enum gpubadge_format format)
{
	struct gpubadge_error err = NO_ERROR;

	open_everything();
	cr_assert_eq(gpubadge_inspect_fd(archive, "image.tar", NULL, &inspected, &err), GPUBADGE_OK,
		     "%s", err.text);
	close(archive);
	style = (struct gpubadge_style){.size = sizeof(style),
					.format = format,
					.environment = true};
}

Test(nomem, of_a_report_in_json)
{
	open_report(GPUBADGE_FORMAT_JSON);
	survives(render);
	survives(render_failure);
	survives(render_tables);
	gpubadge_result_free(inspected);
}

Test(nomem, of_a_report_in_text)
{
	open_report(GPUBADGE_FORMAT_TEXT);
	survives(render_failure);
	survives(render_tables);
	survives(render);
	gpubadge_result_free(inspected);
}

Test(nomem, of_one_value)
{
	open_report(GPUBADGE_FORMAT_JSON);
	survives(get_value);
	gpubadge_result_free(inspected);
}
