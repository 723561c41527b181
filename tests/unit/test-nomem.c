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
#include "fleet/catalog.h"
#include "fleet/host.h"
#include "fleet/inventory.h"
#include "fleet/judge.h"
#include "image-case.h"
#include "packing.h"
#include "report/report.h"
#include "require/classes.h"
#include "require/groups.h"
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

/* --- fleet --- */

static struct gb_span inventory_text;

static enum gpubadge_code read_fleet(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_fleet_done) struct gb_fleet fleet;
	int fd = scratch_memory(inventory_text);

	gb_fleet_init(&fleet, &env_case.limits);
	if (!gb_inventory_read(&fleet, fd, SPAN("host"), err) &&
	    !gb_fleet_settle(&fleet, SPAN("535.1"), err))
		cr_expect_gt(fleet.profile_count, 0);
	close(fd);
	return err->code;
}

Test(nomem, of_inventories)
{
	const struct gb_span texts[] = {
		SPAN("{\"servers\":[{\"name\":\"a\",\"driver\":\"1\",\"gpus\":[{\"product\":\"T4\"}],"
		     "\"labels\":{\"nvidia.com/gpu.product\":\"T4\",\"nvidia.com/gpu.compute.major\":"
		     "\"x\"}},{\"name\":\"b\"}]}"),
		SPAN("{\"name\":\"a\"}\n{\"name\":\"b\"}\n"),
		SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\",\"labels\":{"
		     "\"nvidia.com/cuda.driver.major\":\"1\",\"nvidia.com/cuda.driver.minor\":\"2\","
		     "\"nvidia.com/mig-1g.5gb.product\":\"a\"}}}"),
		SPAN("NVRM version,CUDA version\n1,2\nDevice Index,Device Minor,Model,Brand,GPU "
		     "UUID,Bus Location,Architecture\n0,0,a,b,c,d,8.0\n1,1,e,f,g,h,9.0\n"),
		SPAN("name\na\nb\nc\nd\ne\n"),
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(texts); i++) {
		inventory_text = texts[i];
		survives(read_fleet);
	}
}

static enum gpubadge_code refuse_line(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_fleet_done) struct gb_fleet fleet;
	int fd = scratch_memory(SPAN("{\"name\":\"a\"}\n{\"name\" \"b\"}\n"));

	gb_fleet_init(&fleet, &env_case.limits);
	if (gb_inventory_read(&fleet, fd, SPAN("host"), err) == GPUBADGE_E_JSON)
		gb_error_clear(err);
	close(fd);
	return err->code;
}

Test(nomem, of_an_inventory_with_a_mistake)
{
	survives(refuse_line);
}

static enum gpubadge_code fill_fleet(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_fleet_done) struct gb_fleet fleet;
	char last[20] = "";

	gb_fleet_init(&fleet, &env_case.limits);
	for (int i = 0; i < 1000; i++) {
		const struct gb_gpu gpu = {.product = SPAN("Tesla T4")};
		struct gb_server server = {.gpus = &gpu, .gpu_count = 1, .gpus_known = true};
		char name[20];

		snprintf(name, sizeof(name), "server-%d", i);
		server.name = gb_span_of(name);
		if (gb_fleet_add(&fleet, &server, err)) {
			bool kept = i == 0 || gb_span_is(fleet.servers[i - 1].name, last);

			return kept && fleet.count == (size_t)i ? err->code : GPUBADGE_E_USAGE;
		}
		memcpy(last, name, sizeof(last));
	}
	return gb_fleet_settle(&fleet, SPAN("535.1"), err);
}

Test(nomem, of_fleets)
{
	survives(fill_fleet);
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

/* --- fleet --- */

static struct gb_host_sources host_sources = {NVML, "proc"};

static enum gpubadge_code add_host(struct gpubadge_error *err)
{
	struct gb_fleet fleet;
	struct gpubadge_limits limits;
	enum gpubadge_code code;

	gpubadge_limits_init(&limits);
	gb_fleet_init(&fleet, &limits);
	code = gb_host_add(&fleet, &host_sources, err);
	cr_assert_eq(fleet.count, code ? 0 : 1);
	gb_fleet_done(&fleet);
	return code;
}

Test(nomem, of_this_host_through_nvml)
{
	cr_assert_eq(setenv("GB_NVML_GPUS", "Tesla T4|14|7.5;NVIDIA L4|14|8.9", 1), 0);
	survives(add_host);
}

Test(nomem, of_this_host_through_proc)
{
	scratch_directory("proc");
	scratch_text("proc/version",
		     "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5\n");
	scratch_directory("proc/gpus");
	scratch_directory("proc/gpus/0000:01:00.0");
	scratch_text("proc/gpus/0000:01:00.0/information", "Model: \t\t Tesla T4\n");
	cr_assert_eq(setenv("GB_NVML_FAIL", "nvmlInit_v2:9", 1), 0);
	survives(add_host);
}

static enum gpubadge_code add_catalog(struct gpubadge_error *err)
{
	struct gb_fleet fleet;
	struct gpubadge_limits limits;
	enum gpubadge_code code;

	gpubadge_limits_init(&limits);
	gb_fleet_init(&fleet, &limits);
	code = gb_catalog_add(&fleet, "vultr", err);
	gb_fleet_done(&fleet);
	return code;
}

Test(nomem, of_a_catalog)
{
	survives(add_catalog);
}

/* --- requirements put together --- */

/* Brands, compute capabilities, a list of branches, and versions inside a branch. */
#define EVERYTHING_ASKED                                                                     \
	"cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=nvidia,driver>=470,driver<471 " \
	"arch>=7.5,driver=418.39 driver=535.54.03 driver=535.104.05 driver=535.183.06 "      \
	"driver=545.1 brand=grid,driver>=525,driver<526"

static struct gb_arena asked_arena;
static struct gb_requirement asked;
static const struct gb_requirement *const all_asked[] = {&asked, &asked};

static void ask_everything(void)
{
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&asked_arena, SIZE_MAX);
	cr_assert_eq(gb_requirement_parse(SPAN(EVERYTHING_ASKED), &env_case.limits, &asked_arena,
					  &asked, &err),
		     GPUBADGE_OK, "%s", err.text);
}

static enum gpubadge_code find_acceptance(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_acceptance acceptance = {.count = 77};
	struct gb_subject gpu = {.facts = {{.just_above = false}}};

	gb_arena_init(&arena, SIZE_MAX);
	if (gb_acceptance_of(all_asked, 2, &gpu, &arena, &acceptance, err))
		return acceptance.count == 77 ? err->code : GPUBADGE_E_USAGE;
	return GPUBADGE_OK;
}

Test(nomem, of_acceptances)
{
	ask_everything();
	survives(find_acceptance);
	gb_arena_done(&asked_arena);
}

static enum gpubadge_code find_groups(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_groups groups = {NULL, 77};

	gb_arena_init(&arena, SIZE_MAX);
	if (gb_groups_of(&asked, &arena, &groups, err))
		return groups.count == 77 ? err->code : GPUBADGE_E_USAGE;
	return GPUBADGE_OK;
}

Test(nomem, of_groups)
{
	ask_everything();
	survives(find_groups);
	gb_arena_done(&asked_arena);
}

static enum gpubadge_code find_classes(struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_classes classes = {NULL, 77, false};

	gb_arena_init(&arena, SIZE_MAX);
	if (gb_classes_of(all_asked, 2, &arena, &classes, err))
		return classes.count == 77 ? err->code : GPUBADGE_E_USAGE;
	return GPUBADGE_OK;
}

Test(nomem, of_classes)
{
	ask_everything();
	survives(find_classes);
	gb_arena_done(&asked_arena);
}

static struct gb_fleet judged;

/* One server of each kind that reasons tell apart. */
static void settle_everything(void)
{
	static const struct gb_gpu gpus[] = {
		{.product = {"NVIDIA L4", 9}, .arch = {"7.0", 3}},
		{.product = {"?", 1}, .brand = {"GeForce", 7}, .arch = {"8.9", 3}},
	};
	const struct gb_server servers[] = {
		{.name = SPAN("none"), .gpus_known = true, .note = SPAN("note")},
		{.name = SPAN("unknown"), .note = SPAN("note")},
		{.name = SPAN("old"),
		 .driver = SPAN("410.48"),
		 .gpus = gpus,
		 .gpu_count = 2,
		 .gpus_known = true},
		{.name = SPAN("assumed"), .gpus = gpus, .gpu_count = 1, .gpus_known = true},
	};
	struct gpubadge_error err = NO_ERROR;

	gb_fleet_init(&judged, &env_case.limits);
	for (size_t i = 0; i < GB_ARRAY_LEN(servers); i++)
		cr_assert_eq(gb_fleet_add(&judged, &servers[i], &err), GPUBADGE_OK, "%s", err.text);
	cr_assert_eq(gb_fleet_settle(&judged, SPAN("470.57.02"), &err), GPUBADGE_OK, "%s",
		     err.text);
}

static enum gpubadge_code explain_verdicts(struct gpubadge_error *err)
{
	const struct gb_named_requirement named = {"NVIDIA_REQUIRE_CUDA", &asked};
	const struct gb_demand demand = {
		.gpu = true,
		.enforced = true,
		.requirements = &named,
		.count = 1,
		.cuda = SPAN("12.4"),
	};

	for (size_t i = 0; i < judged.profile_count; i++) {
		GB_CLEANUP(gb_arena_done) struct gb_arena arena;
		struct gb_reasons reasons = {.count = 77};

		gb_arena_init(&arena, SIZE_MAX);
		if (gb_judge_explain(&demand, &judged.profiles[i], &arena, &reasons, err))
			return reasons.count == 77 ? err->code : GPUBADGE_E_USAGE;
	}
	return GPUBADGE_OK;
}

Test(nomem, of_reasons)
{
	ask_everything();
	settle_everything();
	cr_assert_eq(judged.profile_count, 4);
	survives(explain_verdicts);
	gb_fleet_done(&judged);
	gb_arena_done(&asked_arena);
}

/* --- matches and explanations --- */

static struct gpubadge_fleet *public_fleet;
static struct gpubadge_match *match;

static enum gpubadge_code make_fleet(struct gpubadge_error *err)
{
	struct gpubadge_fleet *untouched = (struct gpubadge_fleet *)err, *made = untouched;
	enum gpubadge_code code;

	if (gpubadge_fleet_new(NULL, &made, err))
		return made == untouched ? err->code : GPUBADGE_E_USAGE;
	code = gpubadge_fleet_add_catalog(made, "vultr", err);
	if (!code)
		code = gpubadge_fleet_settle(made, "535.54.03", err);
	gpubadge_fleet_free(made);
	return code;
}

Test(nomem, of_a_fleet)
{
	survives(make_fleet);
}

static enum gpubadge_code inspect_expression(struct gpubadge_error *err)
{
	struct gpubadge_result *untouched = (struct gpubadge_result *)err, *result = untouched;

	if (gpubadge_inspect_expression(EVERYTHING_ASKED, NULL, &result, err))
		return result == untouched ? err->code : GPUBADGE_E_USAGE;
	gpubadge_result_free(result);
	return GPUBADGE_OK;
}

Test(nomem, of_an_expression)
{
	survives(inspect_expression);
}

static enum gpubadge_code make_match(struct gpubadge_error *err)
{
	struct gpubadge_match *untouched = (struct gpubadge_match *)err, *made = untouched;

	if (gpubadge_match_new(gpubadge_result_report(inspected, 0), public_fleet, &made, err))
		return made == untouched ? err->code : GPUBADGE_E_USAGE;
	gpubadge_match_free(made);
	return GPUBADGE_OK;
}

static enum gpubadge_code render_match(struct gpubadge_error *err)
{
	char untouched = 'u', *text = &untouched;
	size_t size;
	enum gpubadge_code code = gpubadge_match_render(match, &style, &text, &size, err);

	return finish(code, text, &untouched);
}

static enum gpubadge_code render_names(struct gpubadge_error *err)
{
	char untouched = 'u', *text = &untouched;
	size_t size;
	enum gpubadge_code code = gpubadge_match_names(match, &text, &size, err);

	return finish(code, text, &untouched);
}

static enum gpubadge_code render_matrix(struct gpubadge_error *err)
{
	const struct gpubadge_match *const matches[] = {match, match};
	char untouched = 'u', *text = &untouched;
	size_t size;
	enum gpubadge_code code = gpubadge_matrix_render(matches, 2, NULL, &text, &size, err);

	return finish(code, text, &untouched);
}

static enum gpubadge_code render_explanation(struct gpubadge_error *err)
{
	char untouched = 'u', *text = &untouched;
	size_t size;
	enum gpubadge_code code = gpubadge_report_explain(gpubadge_result_report(inspected, 0),
							  &style, &text, &size, err);

	return finish(code, text, &untouched);
}

static void match_everything(void)
{
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gpubadge_inspect_expression(EVERYTHING_ASKED, NULL, &inspected, &err),
		     GPUBADGE_OK, "%s", err.text);
	cr_assert_eq(gpubadge_fleet_new(NULL, &public_fleet, &err), GPUBADGE_OK);
	cr_assert_eq(gpubadge_fleet_add_catalog(public_fleet, "vultr", &err), GPUBADGE_OK);
	cr_assert_eq(gpubadge_fleet_settle(public_fleet, "410.48", &err), GPUBADGE_OK);
	cr_assert_eq(gpubadge_match_new(gpubadge_result_report(inspected, 0), public_fleet, &match,
					&err),
		     GPUBADGE_OK);
	style = (struct gpubadge_style){.size = sizeof(style), .width = 80};
}

static void leave_everything(void)
{
	gpubadge_match_free(match);
	gpubadge_fleet_free(public_fleet);
	gpubadge_result_free(inspected);
}

Test(nomem, of_a_match)
{
	match_everything();
	survives(make_match);
	survives(render_names);
	leave_everything();
}

Test(nomem, of_a_matrix)
{
	match_everything();
	survives(render_matrix);
	leave_everything();
}

Test(nomem, of_a_match_in_text)
{
	match_everything();
	survives(render_match);
	leave_everything();
}

Test(nomem, of_a_match_in_json)
{
	match_everything();
	style.format = GPUBADGE_FORMAT_JSON;
	survives(render_match);
	leave_everything();
}

Test(nomem, of_an_explanation_in_text)
{
	match_everything();
	survives(render_explanation);
	leave_everything();
}

Test(nomem, of_an_explanation_in_json)
{
	match_everything();
	style.format = GPUBADGE_FORMAT_JSON;
	survives(render_explanation);
	leave_everything();
}
