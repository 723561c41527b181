/* SPDX-License-Identifier: Apache-2.0 */

/* The public interface, from an archive to its reports in every format. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/gb-json.h"
#include "expect.h"
#include "image-case.h"
#include "packing.h"
#include "report/report.h"
#include "scratch.h"

static struct gpubadge_result *result;
static struct gpubadge_options options;
static struct gpubadge_error err;

static void set_up(void)
{
	scratch_enter();
	image_case_enter();
	result = NULL;
	options = (struct gpubadge_options){.size = sizeof(options), .limits = &image_case.limits};
	err = NO_ERROR;
}

static void tear_down(void)
{
	gpubadge_result_free(result);
	image_case_leave();
	scratch_leave();
}

TestSuite(inspect, .init = set_up, .fini = tear_down);

static enum gpubadge_code inspect_archive(void)
{
	enum gpubadge_code code;
	int fd;

	tar_end(&image_case.tar);
	fd = scratch_memory(gb_bytes_span(&image_case.tar));
	code = gpubadge_inspect_fd(fd, "image.tar", &options, &result, &err);
	close(fd);
	return code;
}

/* The report of a linux/amd64 image with the entries ENV, JSON strings with commas. */
static const struct gpubadge_report *report_of(const char *env)
{
	tar_text(&image_case.tar, "config.json",
		 text_of("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[%s]}}",
			 env));
	tar_text(&image_case.tar, "manifest.json",
		 "[{\"Config\":\"config.json\",\"RepoTags\":[\"name:1\",\"name:2\"]}]");
	cr_assert_eq(inspect_archive(), GPUBADGE_OK, "%s", err.text);
	cr_assert_eq(gpubadge_result_count(result), 1);
	return gpubadge_result_report(result, 0);
}

#define NO_GPU "\"PATH=/bin\""
#define REQUIRED "\"NVIDIA_REQUIRE_CUDA=cuda>=11.8 brand=tesla,driver>=470,driver<471\""

/* --- what comes out --- */

Test(inspect, finds_no_gpu_where_nothing_asks_for_one)
{
	cr_assert_not(gpubadge_report_gpu(report_of(NO_GPU)));
}

Test(inspect, finds_a_gpu_by_each_of_three_variables)
{
	static const char *const table[] = {"\"NVIDIA_GPU=1\"", "\"NVIDIA_REQUIRE_CUDA=cuda>=12\"",
					    "\"CUDA_VERSION=12.4\""};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		tear_down();
		set_up();
		cr_assert(gpubadge_report_gpu(report_of(table[i])), "%s", table[i]);
	}
}

Test(inspect, finds_no_gpu_by_a_false_word)
{
	cr_assert_not(gpubadge_report_gpu(report_of("\"NVIDIA_GPU=false\"")));
}

Test(inspect, is_undetermined_where_no_alternative_can_be_read)
{
	cr_assert(gpubadge_report_undetermined(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=10_0\"")));
}

Test(inspect, is_undetermined_where_the_version_cannot_be_read)
{
	cr_assert(gpubadge_report_undetermined(report_of("\"CUDA_VERSION=latest\"")));
}

Test(inspect, is_determined_where_one_alternative_can_be_read)
{
	cr_assert_not(
		gpubadge_report_undetermined(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=12 foo\"")));
}

/* libnvidia-container ends at the first piece it cannot read: such a container never starts. */
Test(inspect, is_undetermined_where_the_first_condition_cannot_be_read)
{
	cr_assert(gpubadge_report_undetermined(report_of("\"NVIDIA_REQUIRE_CUDA=foo cuda>=12\"")));
}

Test(inspect, is_undetermined_where_a_further_requirement_cannot_be_read)
{
	const struct gpubadge_report *report = report_of(REQUIRED ",\"NVIDIA_REQUIRE_X=foo\"");

	cr_assert(gpubadge_report_undetermined(report));
	cr_assert_null(report->floor.driver.ptr);
	cr_assert_null(report->floor.cuda.ptr);
}

Test(inspect, is_determined_without_a_requirement)
{
	cr_assert_not(gpubadge_report_undetermined(report_of(NO_GPU)));
}

Test(inspect, hands_out_the_config_as_its_digest_covers_it)
{
	const struct gpubadge_report *report = report_of(NO_GPU);
	size_t size = 0;
	const char *config = gpubadge_report_config(report, &size);

	expect_span(((struct gb_span){config, size}),
		    "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":["
		    "\"PATH=/bin\"]}}");
}

Test(inspect, has_no_report_past_the_last)
{
	report_of(NO_GPU);
	cr_assert_null(gpubadge_result_report(result, 1));
	cr_assert_null(gpubadge_result_report(result, SIZE_MAX));
}

Test(inspect, states_the_compression)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes packed = gb_bytes_init(SIZE_MAX / 2);
	int fd;

	tar_text(&image_case.tar, "c", "{}");
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c\"}]");
	tar_end(&image_case.tar);
	pack_gzip(&packed, gb_bytes_span(&image_case.tar));
	fd = scratch_memory(gb_bytes_span(&packed));
	cr_assert_eq(gpubadge_inspect_fd(fd, "image.tar", NULL, &result, &err), GPUBADGE_OK);
	expect_text(gpubadge_result_report(result, 0)->compression, "gzip");
	close(fd);
}

Test(inspect, frees_null)
{
	gpubadge_result_free(NULL);
	gpubadge_free(NULL);
}

/* --- paths --- */

static void write_image(const char *path)
{
	tar_text(&image_case.tar, "c", "{}");
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c\",\"RepoTags\":[\"a:1\"]}]");
	tar_end(&image_case.tar);
	scratch_file(path, gb_bytes_span(&image_case.tar));
}

Test(inspect, reads_a_path)
{
	write_image("image.tar");
	cr_assert_eq(gpubadge_inspect("image.tar", NULL, &result, &err), GPUBADGE_OK, "%s",
		     err.text);
	expect_text(gpubadge_result_report(result, 0)->location, "image.tar");
	cr_assert_eq(gpubadge_result_report(result, 0)->transport, GB_TRANSPORT_DOCKER_ARCHIVE);
}

Test(inspect, reads_a_transport_with_a_reference)
{
	write_image("image.tar");
	cr_assert_eq(gpubadge_inspect("docker-archive:image.tar:a:1", NULL, &result, &err),
		     GPUBADGE_OK, "%s", err.text);
	expect_text(gpubadge_result_report(result, 0)->location, "image.tar");
}

Test(inspect, reads_a_directory)
{
	scratch_text("manifest.json", "[{\"Config\":\"c\"}]");
	scratch_text("c", "{}");
	cr_assert_eq(gpubadge_inspect(".", NULL, &result, &err), GPUBADGE_OK, "%s", err.text);
}

static void inspecting_fails(int line, const char *image, enum gpubadge_code code, const char *text)
{
	struct gpubadge_result *const untouched = (struct gpubadge_result *)&options;
	struct gpubadge_result *failed = untouched;

	err = NO_ERROR;
	cr_assert_eq(gpubadge_inspect(image, &options, &failed, &err), code, "line %d: %s", line,
		     err.text);
	expect_error_at(line, &err, code, text);
	cr_assert_eq(failed, untouched, "line %d", line);
}

Test(inspect, names_the_path_that_fails)
{
	inspecting_fails(__LINE__, "./missing.tar", GPUBADGE_E_IO,
			 "./missing.tar: cannot open: No such file or directory");
	cr_assert_eq(err.sys_errno, ENOENT);
	inspecting_fails(__LINE__, "", GPUBADGE_E_USAGE, ": no path given");
	inspecting_fails(__LINE__, "tarball:x", GPUBADGE_E_UNSUPPORTED,
			 "tarball:x: tarball: is not read; a root file system carries no "
			 "environment");
}

Test(inspect, refuses_a_transport_of_the_wrong_kind)
{
	write_image("image.tar");
	inspecting_fails(__LINE__, "oci:image.tar", GPUBADGE_E_USAGE,
			 "image.tar: is a file, not a directory; for an archive write oci-archive: "
			 "or docker-archive:");
	inspecting_fails(__LINE__, "dir:image.tar", GPUBADGE_E_USAGE,
			 "image.tar: is a file, not a directory; for an archive write oci-archive: "
			 "or docker-archive:");
	inspecting_fails(__LINE__, "docker-archive:.", GPUBADGE_E_USAGE,
			 ".: is a directory, not an archive; for a directory write oci: or dir:");
}

Test(inspect, refuses_two_references)
{
	write_image("image.tar");
	options.reference = "b";
	inspecting_fails(__LINE__, "docker-archive:image.tar:a:1", GPUBADGE_E_USAGE,
			 "image.tar: names the image \"a:1\" and --ref names \"b\": use one of "
			 "them");
}

Test(inspect, passes_the_options_on)
{
	write_image("image.tar");
	options.reference = "b";
	inspecting_fails(__LINE__, "image.tar", GPUBADGE_E_MISSING,
			 "image.tar: no image \"b\"; there is: a:1 (no platform stated)");
	options.reference = NULL;
	options.platform = "linux/amd64";
	inspecting_fails(__LINE__, "image.tar", GPUBADGE_E_MISSING,
			 "image.tar: no image for platform linux/amd64; there is: a:1 (no platform "
			 "stated)");
}

Test(inspect, needs_no_place_for_the_error)
{
	cr_assert_eq(gpubadge_inspect("./missing", NULL, &result, NULL), GPUBADGE_E_IO);
	cr_assert_eq(gpubadge_inspect_fd(-1, "x", NULL, &result, NULL), GPUBADGE_E_IO);
	cr_assert_null(result);
}

Test(inspect, ignores_options_behind_the_end_of_an_older_callers_structure)
{
	write_image("image.tar");
	options.size = offsetof(struct gpubadge_options, platform);
	options.platform = "nonsense";
	cr_assert_eq(gpubadge_inspect("image.tar", &options, &result, &err), GPUBADGE_OK, "%s",
		     err.text);
}

Test(inspect, holds_as_much_as_a_result_may)
{
	image_case.limits.result_bytes = (uint64_t)64 * 1024;
	report_of(REQUIRED);
}

Test(inspect, fails_where_a_result_may_hold_less)
{
	image_case.limits.result_bytes = 100;
	tar_text(&image_case.tar, "c", "{}");
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c\"}]");
	cr_assert_eq(inspect_archive(), GPUBADGE_E_LIMIT);
	expect_error_in(&err, GPUBADGE_E_LIMIT, "more is to be kept than the limit of 100 bytes");
}

Test(inspect, refuses_a_requirement_that_is_too_long)
{
	image_case.limits.requirement_bytes = 7;
	tar_text(&image_case.tar, "c", "{\"config\":{\"Env\":[\"NVIDIA_REQUIRE_CUDA=cuda>=12\"]}}");
	tar_text(&image_case.tar, "manifest.json", "[{\"Config\":\"c\"}]");
	cr_assert_eq(inspect_archive(), GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT,
		     "image.tar: config.Env: NVIDIA_REQUIRE_CUDA: 8 bytes, longer than the limit "
		     "of 7; --limit requirement_bytes=N raises it");
}

/* --- findings of the whole --- */

static const char *message(const struct gpubadge_report *report, enum gb_finding_kind kind)
{
	for (size_t i = 0; i < report->findings.count; i++)
		if (report->findings.items[i].kind == kind)
			return report->findings.items[i].message;
	return NULL;
}

Test(inspect, notes_a_malformed_requirement)
{
	expect_text(message(report_of("\"NVIDIA_REQUIRE_ARCH=arch>=7.5,foo>=1\""),
			    GB_FINDING_REQUIREMENT_MALFORMED),
		    "NVIDIA_REQUIRE_ARCH: \"foo>=1\" names no property (cuda, driver, arch, "
		    "brand); libnvidia-container refuses to start the container when it comes to "
		    "it");
}

/* CUDA>=12.3 in images NVIDIA shipped. */
Test(inspect, notes_a_property_in_capital_letters)
{
	const struct gpubadge_report *report = report_of("\"NVIDIA_REQUIRE_CUDA=CUDA>=12.3\"");

	expect_text(message(report, GB_FINDING_REQUIREMENT_CASE),
		    "NVIDIA_REQUIRE_CUDA: \"CUDA>=12.3\" has a property in capital letters: "
		    "libnvidia-container honours it, NVIDIA's Go toolkit (CSV mode) skips it");
	expect_span(report->floor.cuda, "12.3");
}

Test(inspect, narrows_the_floor_by_further_requirements)
{
	const struct gpubadge_report *report = report_of(
		"\"NVIDIA_REQUIRE_CUDA=cuda>=12.0\",\"NVIDIA_REQUIRE_DRIVER=driver>=550\"");

	expect_span(report->floor.driver, "550");
	cr_assert_eq(report->condition_count, 1);
}

/* --- formats --- */

static const char *rendered(const struct gpubadge_report *report, struct gpubadge_style style)
{
	char *text = NULL;
	const char *copy;
	size_t size = 0;

	style.size = sizeof(style);
	cr_assert_eq(gpubadge_report_render(report, &style, &text, &size, &err), GPUBADGE_OK, "%s",
		     err.text);
	cr_assert_eq(size, strlen(text));
	copy = text_of("%s", text);
	gpubadge_free(text);
	return copy;
}

Test(inspect, writes_text_without_gpu)
{
	expect_text(rendered(report_of(NO_GPU), (struct gpubadge_style){0}),
		    "image.tar  name:1 (and 1 more name)  linux/amd64\n"
		    "  [CPU only]  nothing in the environment asks for an NVIDIA GPU\n");
}

Test(inspect, writes_text_with_a_requirement)
{
	expect_text(
		rendered(report_of(REQUIRED), (struct gpubadge_style){.environment = true}),
		"image.tar  name:1 (and 1 more name)  linux/amd64\n"
		"  [NVIDIA GPU]  CUDA 11.8 or newer\n"
		"  requirement     cuda>=11.8 brand=tesla,driver>=470,driver<471 (2 "
		"alternatives), from NVIDIA_REQUIRE_CUDA\n"
		"  minimum driver  520.61.05\n"
		"  or driver       470 on brand tesla\n"
		"  evidence        NVIDIA_REQUIRE_CUDA=cuda>=11.8 brand=tesla,driver>=470,driver<471"
		"\n"
		"  environment     NVIDIA_REQUIRE_CUDA=cuda>=11.8 brand=tesla,driver>=470,driver<471"
		"\n");
}

#define holds(text, part) cr_assert_not_null(strstr(text, part), "\"%s\" is not in\n%s", part, text)

Test(inspect, writes_text_about_every_kind_of_branch)
{
	const char *text = rendered(
		report_of("\"NVIDIA_REQUIRE_CUDA=driver<471 brand=a,driver>=470,driver<471 "
			  "brand=a,driver>=525,driver<526 arch>=7.5,brand=b brand=c,driver>=1 "
			  "brand=d,driver>=1 brand=e,driver>=1 brand=f,driver>=1 "
			  "brand=x,driver>=100,driver<200\""),
		(struct gpubadge_style){0});

	holds(text, "  driver          below 471\n");
	holds(text, "  driver          470, 525 on brand a\n");
	holds(text, "  driver          any on brand b with arch>=7.5\n");
	holds(text, "  driver          1 or newer on brand c, d, e and 1 more\n");
	holds(text, "  driver          100 to below 200 on brand x\n");
}

Test(inspect, writes_text_about_what_is_unknown)
{
	const char *text = rendered(report_of("\"CUDA_VERSION=latest\""),
				    (struct gpubadge_style){0});

	holds(text, "  [NVIDIA GPU]  CUDA requirement unknown\n");
	holds(text, "  requirement     unknown\n");
	holds(text, "  error           CUDA_VERSION \"latest\" is no version: ");
	holds(text, " [cuda-version-malformed]\n");
}

Test(inspect, writes_text_about_a_version_newer_than_its_tables)
{
	const char *text = rendered(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=99.0\""),
				    (struct gpubadge_style){0});

	holds(text, text_of("  minimum driver  unknown: a CUDA version newer than this gpubadge's "
			    "tables (%s)\n",
			    gpubadge_tables_date()));
}

Test(inspect, writes_text_about_further_requirements)
{
	const char *text = rendered(
		report_of("\"NVIDIA_GPU=1\",\"NVIDIA_REQUIRE_ARCH=arch>=7.5\",\"CUDA_VERSION=\""),
		(struct gpubadge_style){0});

	holds(text, "  requirement     no CUDA version stated\n");
	holds(text, "  condition       arch>=7.5, from NVIDIA_REQUIRE_ARCH\n");
	holds(text, "  evidence        NVIDIA_GPU=1\n");
}

Test(inspect, writes_text_about_what_is_not_enforced)
{
	const char *text =
		rendered(report_of("\"CUDA_VERSION=12.4\",\"NVIDIA_DISABLE_REQUIRE=true\""),
			 (struct gpubadge_style){0});

	holds(text, "  requirement     cuda>=12.4, from CUDA_VERSION, not enforced\n");
	holds(text, "  info            NVIDIA_DISABLE_REQUIRE is true: ");
}

Test(inspect, writes_colour_only_where_asked)
{
	const struct gpubadge_report *report = report_of(REQUIRED);

	cr_assert_null(strchr(rendered(report, (struct gpubadge_style){0}), '\033'));
	holds(rendered(report, (struct gpubadge_style){.colour = GPUBADGE_COLOUR_BASIC}),
	      "\033[30;42m NVIDIA GPU \033[0m");
	holds(rendered(report, (struct gpubadge_style){.colour = GPUBADGE_COLOUR_256}),
	      "48;5;106m NVIDIA GPU \033[0m");
	holds(rendered(report, (struct gpubadge_style){.colour = GPUBADGE_COLOUR_TRUE}),
	      "48;2;118;185;0m NVIDIA GPU \033[0m");
	cr_assert_null(
		strchr(rendered(report, (struct gpubadge_style){.format = GPUBADGE_FORMAT_JSON,
								.colour = GPUBADGE_COLOUR_TRUE}),
		       '\033'));
}

Test(inspect, lets_no_foreign_text_act_on_a_terminal)
{
	const struct gpubadge_report *report = report_of(
		"\"NVIDIA_GPU=\\u001b[2J\\u202e\",\"NVIDIA_REQUIRE_X=driver>=\\u009b1\","
		"\"\\u001b]0;title\\u0007\",\"CUDA_VERSION=\\u001b[1m\"");
	static const enum gpubadge_format formats[] = {GPUBADGE_FORMAT_TEXT, GPUBADGE_FORMAT_JSON};

	for (size_t i = 0; i < GB_ARRAY_LEN(formats); i++) {
		const char *text = rendered(report, (struct gpubadge_style){.format = formats[i],
									    .environment = true});

		cr_assert_null(strchr(text, '\033'), "%s", text);
		cr_assert_null(strchr(text, '\007'), "%s", text);
		cr_assert_null(strstr(text, "\xc2\x9b"), "%s", text);
		cr_assert_null(strstr(text, "\xe2\x80\xae"), "%s", text);
	}
}

/* The members the design lists, all there for an image that states nothing. */
Test(inspect, writes_absent_facts_as_null_in_json)
{
	const struct gpubadge_report *silent = report_of(NO_GPU);

	expect_text(
		rendered(silent, (struct gpubadge_style){.format = GPUBADGE_FORMAT_JSON}),
		text_of("{\"schema\":\"gpubadge/1\",\"source\":{\"transport\":"
			"\"docker-archive\",\"location\":\"image.tar\",\"compression\":null},"
			"\"image\":{\"reference\":\"name:1\",\"tags\":[\"name:1\",\"name:2\"],"
			"\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\","
			"\"variant\":null},\"manifestDigest\":null,\"configDigest\":\"%s\","
			"\"created\":null},\"badge\":null,\"gpu\":false,\"env\":null,"
			"\"evidence\":[],\"cuda\":{\"version\":null,\"requirement\":null},"
			"\"conditions\":[],\"driver\":{\"minimum\":null,\"branches\":[]},"
			"\"visibleDevices\":null,\"driverCapabilities\":null,\"findings\":[]}\n",
			silent->image.config_digest));
}

Test(inspect, writes_the_requirement_as_a_tree_in_json)
{
	const char *text = rendered(
		report_of(REQUIRED ",\"NVIDIA_REQUIRE_ARCH=arch>=7.5 foo\",\"X=1\""),
		(struct gpubadge_style){.format = GPUBADGE_FORMAT_JSON, .environment = true});

	holds(text, "\"badge\":\"NVIDIA GPU\",\"gpu\":true,\"env\":[\"NVIDIA_REQUIRE_CUDA=");
	holds(text, "\"requirement\":{\"origin\":\"NVIDIA_REQUIRE_CUDA\",\"expression\":");
	holds(text, "\"minimum\":\"11.8\",\"enforced\":true,\"alternatives\":[[{\"property\":"
		    "\"cuda\",\"operator\":\">=\",\"value\":\"11.8\"}],[{\"property\":\"brand\","
		    "\"operator\":\"=\",\"value\":\"tesla\"},");
	holds(text, "\"conditions\":[{\"origin\":\"NVIDIA_REQUIRE_ARCH\",\"expression\":"
		    "\"arch>=7.5 foo\",\"alternatives\":[[{\"property\":\"arch\",\"operator\":"
		    "\">=\",\"value\":\"7.5\"}],[{\"property\":null,\"operator\":null,\"value\":"
		    "\"foo\"}]]}]");
	holds(text, "\"driver\":{\"minimum\":\"520.61.05\",\"branches\":[{\"minimum\":\"470\","
		    "\"below\":\"471\",\"brands\":[\"tesla\"],\"also\":null}]}");
	holds(text, "{\"id\":\"requirement-malformed\",\"severity\":\"error\",\"message\":");
}

Test(inspect, refuses_a_format_it_does_not_have)
{
	const struct gpubadge_style style = {.size = sizeof(style),
					     .format = (enum gpubadge_format)99};
	char untouched = 'u', *text = &untouched;

	cr_assert_eq(gpubadge_report_render(report_of(NO_GPU), &style, &text, NULL, &err),
		     GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE, "unknown format 99");
	cr_assert_eq(text, &untouched);
}

Test(inspect, writes_text_without_a_style)
{
	char *text = NULL;

	cr_assert_eq(gpubadge_report_render(report_of(NO_GPU), NULL, &text, NULL, NULL),
		     GPUBADGE_OK);
	holds(text, "[CPU only]");
	gpubadge_free(text);
}

/* A value longer than a line shows, cut between characters. */
Test(inspect, cuts_a_long_value_in_text)
{
	const char *text =
		rendered(report_of("\"NVIDIA_GPU=0123456789012345678901234567890123456789012345"
				   "6\u00e9x\""),
			 (struct gpubadge_style){0});

	holds(text,
	      "  evidence        NVIDIA_GPU=01234567890123456789012345678901234567890123456...\n");
}

/* --- one value --- */

static const struct gpubadge_report *report;

#define value_is(path, wanted) value_is_at(__LINE__, path, wanted)

static void value_is_at(int line, const char *path, const char *wanted)
{
	char *text = NULL;

	err = NO_ERROR;
	cr_assert_eq(gpubadge_report_value(report, path, &text, &err), GPUBADGE_OK, "line %d: %s",
		     line, err.text);
	expect_text_at(line, text, wanted);
	gpubadge_free(text);
}

Test(inspect, gets_one_value)
{
	report = report_of(REQUIRED ",\"NVIDIA_GPU=a\\nb\"");
	value_is("cuda.requirement.minimum", "11.8\n");
	value_is("gpu", "true\n");
	value_is("badge", "NVIDIA GPU\n");
	value_is("evidence.0.value", "a\\x0ab\n");
	value_is("driver.branches.0.brands.0", "tesla\n");
	value_is("image.tags", "name:1\nname:2\n");
	value_is("env.1", "NVIDIA_GPU=a\\x0ab\n");
}

Test(inspect, gets_an_empty_line_for_null)
{
	report = report_of(NO_GPU);
	value_is("cuda.requirement.minimum", "\n");
	value_is("evidence.7.value", "\n");
	value_is("badge", "\n");
}

static void value_fails(int line, const char *path, const char *message_text)
{
	char untouched = 'u', *text = &untouched;

	err = NO_ERROR;
	cr_assert_eq(gpubadge_report_value(report, path, &text, &err), GPUBADGE_E_USAGE, "line %d",
		     line);
	expect_error_at(line, &err, GPUBADGE_E_USAGE, message_text);
	cr_assert_eq(text, &untouched);
}

Test(inspect, refuses_a_path_that_the_schema_does_not_have)
{
	report = report_of(REQUIRED);
	value_fails(__LINE__, "cuda.minimum",
		    "the report has no value \"cuda.minimum\"; gpubadge schema lists them all");
	value_fails(__LINE__, "", "the report has no value \"\"; gpubadge schema lists them all");
	value_fails(__LINE__, "gpu.0",
		    "the report has no value \"gpu.0\"; gpubadge schema lists them all");
}

Test(inspect, refuses_a_path_to_more_than_one_value)
{
	report = report_of(REQUIRED);
	value_fails(__LINE__, "cuda", "\"cuda\" is an object, not one value; go on with \".KEY\"");
	value_fails(__LINE__, "evidence", "\"evidence\" holds more than values; go on with \".0\"");
}

/* --- failures, tables, constants --- */

Test(inspect, writes_a_failure)
{
	const struct gpubadge_error failure = {.code = GPUBADGE_E_IO, .text = "a: cannot open"};
	struct gpubadge_style style = {.size = sizeof(style)};
	char *text = NULL;
	size_t size;

	cr_assert_eq(gpubadge_failure_render("a", &failure, &style, &text, &size, &err),
		     GPUBADGE_OK);
	expect_text(text, "a: a: cannot open\n");
	gpubadge_free(text);
	style.format = GPUBADGE_FORMAT_JSON;
	cr_assert_eq(gpubadge_failure_render("oci:a:b", &failure, &style, &text, &size, &err),
		     GPUBADGE_OK);
	expect_text(text, "{\"schema\":\"gpubadge/1\",\"source\":{\"transport\":\"oci\","
			  "\"location\":\"a\",\"compression\":null},\"error\":{\"code\":\"IO\","
			  "\"message\":\"a: cannot open\"}}\n");
	gpubadge_free(text);
}

Test(inspect, writes_a_failure_of_what_is_no_location)
{
	const struct gpubadge_error failure = {.code = GPUBADGE_E_USAGE, .text = "x"};
	const struct gpubadge_style style = {.size = sizeof(style), .format = GPUBADGE_FORMAT_JSON};
	char *text = NULL;

	cr_assert_eq(gpubadge_failure_render("docker://a", &failure, &style, &text, NULL, &err),
		     GPUBADGE_OK);
	holds(text, "\"source\":{\"transport\":null,\"location\":\"docker://a\"");
	gpubadge_free(text);
}

Test(inspect, writes_the_tables)
{
	struct gpubadge_style style = {.size = sizeof(style)};
	char *text = NULL;

	cr_assert_eq(gpubadge_tables_render(&style, &text, NULL, &err), GPUBADGE_OK);
	holds(text, "550.54.14");
	gpubadge_free(text);
	style.format = GPUBADGE_FORMAT_JSON;
	style.indent = true;
	cr_assert_eq(gpubadge_tables_render(&style, &text, NULL, &err), GPUBADGE_OK);
	holds(text, "  \"schema\": \"gpubadge-tables/1\",\n");
	gpubadge_free(text);
}

Test(inspect, has_a_schema_that_is_json)
{
	GB_CLEANUP(gb_json_freep) struct gb_json *schema = NULL;

	cr_assert_eq(gb_json_parse(gb_span_of(gpubadge_schema()), UINT64_MAX, &schema, &err),
		     GPUBADGE_OK, "%s", err.text);
	expect_span(gb_json_string(gb_json_get(schema, "$schema")),
		    "https://json-schema.org/draft/2020-12/schema");
}

Test(inspect, states_its_version_and_the_date_of_its_tables)
{
	int year, month, major, minor, patch;

	cr_assert_eq(sscanf(gpubadge_tables_date(), "%4d-%2d", &year, &month), 2);
	cr_assert_eq(sscanf(gpubadge_version(), "%d.%d.%d", &major, &minor, &patch), 3);
}
