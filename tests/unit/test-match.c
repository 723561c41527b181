/* SPDX-License-Identifier: Apache-2.0 */

/* The public interface of fleets, matches and explanations. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/gb-json.h"
#include "expect.h"
#include "image-case.h"
#include "scratch.h"

static struct gpubadge_result *results[12];
static size_t result_count;
static struct gpubadge_fleet *fleet;
static struct gpubadge_match *matches[12];
static size_t match_count;
static struct gpubadge_error err;

static void set_up(void)
{
	scratch_enter();
	image_case_enter();
	result_count = match_count = 0;
	err = NO_ERROR;
	cr_assert_eq(gpubadge_fleet_new(NULL, &fleet, &err), GPUBADGE_OK, "%s", err.text);
}

static void tear_down(void)
{
	for (size_t i = 0; i < match_count; i++)
		gpubadge_match_free(matches[i]);
	gpubadge_fleet_free(fleet);
	for (size_t i = 0; i < result_count; i++)
		gpubadge_result_free(results[i]);
	image_case_leave();
	scratch_leave();
}

TestSuite(match, .init = set_up, .fini = tear_down);

/* --- what the tests work on --- */

/* The report of a linux/amd64 image with the entries ENV, JSON strings with commas. */
static const struct gpubadge_report *report_of(const char *env)
{
	enum gpubadge_code code;
	int fd;

	gb_bytes_done(&image_case.tar);
	image_case.tar = gb_bytes_init(SIZE_MAX / 2);
	tar_text(&image_case.tar, "config.json",
		 text_of("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[%s]}}",
			 env));
	tar_text(&image_case.tar, "manifest.json",
		 "[{\"Config\":\"config.json\",\"RepoTags\":[\"name:1\"]}]");
	tar_end(&image_case.tar);
	fd = scratch_memory(gb_bytes_span(&image_case.tar));
	code = gpubadge_inspect_fd(fd, "image.tar", NULL, &results[result_count], &err);
	close(fd);
	cr_assert_eq(code, GPUBADGE_OK, "%s", err.text);
	return gpubadge_result_report(results[result_count++], 0);
}

static const struct gpubadge_report *report_of_expression(const char *expression)
{
	cr_assert_eq(gpubadge_inspect_expression(expression, NULL, &results[result_count], &err),
		     GPUBADGE_OK, "%s", err.text);
	cr_assert_eq(gpubadge_result_count(results[result_count]), 1);
	return gpubadge_result_report(results[result_count++], 0);
}

/* SERVERS are JSON objects with commas. */
static void add_servers(struct gpubadge_fleet *to, const char *servers)
{
	int fd = scratch_memory(gb_span_of(text_of("{\"servers\":[%s]}", servers)));

	cr_assert_eq(gpubadge_fleet_add_inventory(to, fd, "servers.json", &err), GPUBADGE_OK, "%s",
		     err.text);
	close(fd);
}

static void settle(struct gpubadge_fleet *one)
{
	cr_assert_eq(gpubadge_fleet_settle(one, NULL, &err), GPUBADGE_OK, "%s", err.text);
}

#define L4 "\"gpus\":[{\"product\":\"NVIDIA L4\",\"brand\":\"Nvidia\",\"arch\":\"8.9\"}]"
#define NEW "{\"name\":\"new\",\"driver\":\"560.28.03\",\"cuda\":\"12.6\"," L4 "}"
#define OLD "{\"name\":\"old\",\"driver\":\"470.57.02\",\"cuda\":\"11.4\"," L4 "}"
#define CPU "{\"name\":\"cpu\",\"gpus\":[]}"
#define BLANK "{\"name\":\"blank\"," L4 "}"

/* One that qualifies, two that do not, and one of which too little is known. */
static void add_all_kinds(void)
{
	add_servers(fleet, NEW "," OLD "," CPU "," BLANK);
	settle(fleet);
}

static const struct gpubadge_match *matched(const struct gpubadge_report *report)
{
	cr_assert_eq(gpubadge_match_new(report, fleet, &matches[match_count], &err), GPUBADGE_OK,
		     "%s", err.text);
	return matches[match_count++];
}

static const struct gpubadge_match *const *all_matches(void)
{
	return (const struct gpubadge_match *const *)matches;
}

#define REQUIRED "\"NVIDIA_REQUIRE_CUDA=cuda>=12.4\",\"CUDA_VERSION=12.4.1\""
#define NO_GPU "\"PATH=/bin\""

/* A string the library has made, for as long as the test lasts. */
static const char *kept(enum gpubadge_code code, char *text, size_t size)
{
	const char *copy;

	cr_assert_eq(code, GPUBADGE_OK, "%s", err.text);
	cr_assert_eq(size, strlen(text));
	copy = text_of("%s", text);
	gpubadge_free(text);
	return copy;
}

static const char *table_of(const struct gpubadge_match *match, unsigned width)
{
	const struct gpubadge_style style = {.size = sizeof(style), .width = width};
	char *text;
	size_t size;
	enum gpubadge_code code = gpubadge_match_render(match, &style, &text, &size, &err);

	return kept(code, text, size);
}

static const char *matrix_of(size_t count, unsigned width)
{
	const struct gpubadge_style style = {.size = sizeof(style), .width = width};
	char *text;
	size_t size;
	enum gpubadge_code code = gpubadge_matrix_render(all_matches(), count, &style, &text, &size,
							 &err);

	return kept(code, text, size);
}

static const char *names_of(const struct gpubadge_match *match)
{
	char *text;
	size_t size;
	enum gpubadge_code code = gpubadge_match_names(match, &text, &size, &err);

	return kept(code, text, size);
}

static const char *explained(const struct gpubadge_report *report, unsigned width)
{
	const struct gpubadge_style style = {.size = sizeof(style), .width = width};
	char *text;
	size_t size;
	enum gpubadge_code code = gpubadge_report_explain(report, &style, &text, &size, &err);

	return kept(code, text, size);
}

static const char *match_in_json(const struct gpubadge_match *match, bool indent)
{
	const struct gpubadge_style style = {.size = sizeof(style),
					     .format = GPUBADGE_FORMAT_JSON,
					     .indent = indent};
	char *text;
	size_t size;
	enum gpubadge_code code = gpubadge_match_render(match, &style, &text, &size, &err);

	return kept(code, text, size);
}

#define holds(text, part) cr_assert_not_null(strstr(text, part), "\"%s\" is not in\n%s", part, text)

static void no_line_is_wider_than(const char *text, size_t width)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		cr_expect_leq(len, width, "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void is_json(const char *text)
{
	struct gb_json *document;

	cr_assert_eq(gb_json_parse(gb_span_of(text), 100000, &document, &err), GPUBADGE_OK,
		     "%s: %s", err.text, text);
	gb_json_free(document);
}

/* --- fleets --- */

Test(match, names_the_servers_of_a_fleet)
{
	add_all_kinds();
	cr_assert_eq(gpubadge_fleet_count(fleet), 4);
	expect_text(gpubadge_fleet_name(fleet, 0), "new");
	expect_text(gpubadge_fleet_name(fleet, 3), "blank");
}

Test(match, has_no_server_past_the_last)
{
	add_all_kinds();
	expect_text(gpubadge_fleet_name(fleet, 4), NULL);
	expect_text(gpubadge_fleet_name(fleet, SIZE_MAX), NULL);
}

Test(match, adds_a_catalog_to_an_inventory)
{
	add_servers(fleet, NEW);
	cr_assert_eq(gpubadge_fleet_add_catalog(fleet, "vultr", &err), GPUBADGE_OK);
	settle(fleet);
	cr_assert_gt(gpubadge_fleet_count(fleet), 30);
	expect_text(gpubadge_fleet_name(fleet, 0), "new");
}

Test(match, refuses_a_catalog_it_does_not_have)
{
	cr_assert_eq(gpubadge_fleet_add_catalog(fleet, "azure", &err), GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE,
		     "no catalog of a cloud \"azure\"; there are those of: aws, vultr");
}

Test(match, assumes_the_driver_where_a_server_states_none)
{
	const struct gpubadge_match *match;

	add_servers(fleet, BLANK "," CPU);
	cr_assert_eq(gpubadge_fleet_settle(fleet, "550.54.15", &err), GPUBADGE_OK);
	match = matched(report_of(REQUIRED));
	cr_assert_eq(gpubadge_match_verdict(match, 0), GPUBADGE_YES);
	cr_assert_eq(gpubadge_match_verdict(match, 1), GPUBADGE_NO);
}

Test(match, refuses_a_driver_that_is_no_version)
{
	cr_assert_eq(gpubadge_fleet_settle(fleet, "x", &err), GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE,
		     "driver \"x\" is no version; write one as in 550.54.15 or 550");
}

Test(match, refuses_another_order_of_calls)
{
	struct gpubadge_match *match = NULL;

	add_servers(fleet, NEW);
	cr_assert_eq(gpubadge_match_new(report_of(REQUIRED), fleet, &match, &err),
		     GPUBADGE_E_USAGE);
	expect_text(err.text, "the fleet is not settled");
	cr_assert_null(match);
	settle(fleet);
	cr_assert_eq(gpubadge_fleet_add_catalog(fleet, "aws", &err), GPUBADGE_E_USAGE);
	expect_text(err.text, "the fleet is settled: servers are added before that");
	cr_assert_eq(gpubadge_fleet_settle(fleet, NULL, &err), GPUBADGE_E_USAGE);
	expect_text(err.text, "the fleet is settled already");
	cr_assert_eq(gpubadge_fleet_count(fleet), 1);
}

Test(match, keeps_no_server_of_an_inventory_that_fails)
{
	int fd = scratch_memory(gb_span_of("{\"name\":\"a\"}\n{\"name\":1}"));

	add_servers(fleet, NEW);
	cr_assert_eq(gpubadge_fleet_add_inventory(fleet, fd, "two.json", &err), GPUBADGE_E_SCHEMA);
	close(fd);
	cr_assert_eq(gpubadge_fleet_count(fleet), 1);
}

Test(match, refuses_servers_of_the_same_name)
{
	add_servers(fleet, NEW "," NEW);
	cr_assert_eq(gpubadge_fleet_settle(fleet, NULL, &err), GPUBADGE_E_SCHEMA);
	expect_error(&err, GPUBADGE_E_SCHEMA,
		     "server \"new\" is listed twice; names have to be unique");
}

Test(match, stops_at_the_limit_of_servers)
{
	struct gpubadge_limits limits;
	struct gpubadge_fleet *small;

	gpubadge_limits_init(&limits);
	limits.fleet_servers = 3;
	cr_assert_eq(gpubadge_fleet_new(&limits, &small, &err), GPUBADGE_OK);
	cr_assert_eq(gpubadge_fleet_add_catalog(small, "aws", &err), GPUBADGE_E_LIMIT);
	gpubadge_fleet_free(small);
}

Test(match, needs_no_place_for_the_error)
{
	cr_assert_eq(gpubadge_fleet_settle(fleet, "x", NULL), GPUBADGE_E_USAGE);
	cr_assert_eq(gpubadge_fleet_add_catalog(fleet, "azure", NULL), GPUBADGE_E_USAGE);
}

Test(match, frees_null)
{
	gpubadge_fleet_free(NULL);
	gpubadge_match_free(NULL);
}

/* --- verdicts --- */

Test(match, counts_the_verdicts)
{
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of(REQUIRED));
	cr_assert_eq(gpubadge_match_count(match, GPUBADGE_YES), 1);
	cr_assert_eq(gpubadge_match_count(match, GPUBADGE_NO), 2);
	cr_assert_eq(gpubadge_match_count(match, GPUBADGE_UNKNOWN), 1);
}

Test(match, has_a_verdict_for_every_server)
{
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of(REQUIRED));
	cr_assert_eq(gpubadge_match_verdict(match, 0), GPUBADGE_YES);
	cr_assert_eq(gpubadge_match_verdict(match, 1), GPUBADGE_NO);
	cr_assert_eq(gpubadge_match_verdict(match, 2), GPUBADGE_NO);
	cr_assert_eq(gpubadge_match_verdict(match, 3), GPUBADGE_UNKNOWN);
}

Test(match, does_not_know_the_verdict_past_the_last_server)
{
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of(NO_GPU));
	cr_assert_eq(gpubadge_match_verdict(match, 3), GPUBADGE_YES);
	cr_assert_eq(gpubadge_match_verdict(match, 4), GPUBADGE_UNKNOWN);
	cr_assert_eq(gpubadge_match_verdict(match, SIZE_MAX), GPUBADGE_UNKNOWN);
}

Test(match, finds_no_server_in_an_empty_fleet)
{
	const struct gpubadge_match *match;

	settle(fleet);
	match = matched(report_of(REQUIRED));
	cr_assert_eq(gpubadge_match_count(match, GPUBADGE_YES), 0);
	expect_text(table_of(match, 0), "image.tar  name:1  linux/amd64\n"
					"  [NVIDIA GPU]  CUDA 12.4 or newer\n"
					"  SERVER  VERDICT  TIER            WHY\n"
					"  0 yes, 0 no, 0 unknown\n");
}

/* The same facts give the same verdict, and a server in between does not change that. */
Test(match, judges_servers_alike_that_have_the_same_facts)
{
	const struct gpubadge_match *match;

	add_servers(fleet, "{\"name\":\"a\",\"driver\":\"560.1\"," L4 "}," OLD
			   ",{\"name\":\"b\",\"driver\":\"560.1\"," L4 "}," CPU
			   ",{\"name\":\"c\",\"driver\":\"560.1\"," L4 "}");
	settle(fleet);
	match = matched(report_of(REQUIRED));
	expect_text(names_of(match), "a\nb\nc\n");
	cr_assert_eq(gpubadge_match_count(match, GPUBADGE_NO), 2);
}

Test(match, takes_a_requirement_without_an_image)
{
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of_expression("cuda>=11.0"));
	cr_assert_eq(gpubadge_match_count(match, GPUBADGE_YES), 2);
}

Test(match, counts_further_requirements)
{
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of(REQUIRED ",\"NVIDIA_REQUIRE_ARCH=arch>=9.0\""));
	cr_assert_eq(gpubadge_match_count(match, GPUBADGE_YES), 0);
}

/* CUDA_VERSION says what the image was built with, whatever the requirement asks for. */
Test(match, finds_the_tier_by_the_version_of_the_image)
{
	add_servers(fleet, NEW);
	settle(fleet);
	holds(table_of(matched(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=12.0\","
					 "\"CUDA_VERSION=12.8.1\"")),
		       0),
	      "  new     yes      minor-version   ");
	holds(table_of(matched(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=12.0\"")), 0),
	      "  new     yes      native          ");
}

/* --- names --- */

Test(match, names_the_servers_that_qualify)
{
	add_all_kinds();
	expect_text(names_of(matched(report_of(REQUIRED))), "new\n");
	expect_text(names_of(matched(report_of(NO_GPU))), "new\nold\ncpu\nblank\n");
}

Test(match, names_nothing_where_no_server_qualifies)
{
	add_all_kinds();
	expect_text(names_of(matched(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=99\""))), "");
}

#define HOSTILE "{\"name\":\"a\\u001b[2J\\nb\\u202e\",\"gpus\":[]}"

Test(match, names_one_server_a_line_whatever_its_name_holds)
{
	add_servers(fleet, HOSTILE);
	settle(fleet);
	expect_text(names_of(matched(report_of(NO_GPU))), "a\\x1b[2J\\x0ab\\u202e\n");
}

Test(match, lets_no_foreign_text_act_on_a_terminal)
{
	const struct gpubadge_match *match;
	const char *text;

	add_servers(fleet, HOSTILE ",{\"name\":\"c\",\"driver\":\"535.1\",\"cuda\":\"12.2\","
				   "\"gpus\":[{\"product\":\"\\u001b[1m\",\"brand\":\"\\u001b]0;\","
				   "\"arch\":\"8.0\"},{\"product\":\"y\",\"arch\":\"8.0\"}]}");
	settle(fleet);
	match = matched(report_of("\"NVIDIA_REQUIRE_CUDA=brand=\\u001b[5m\""));
	text = table_of(match, 40);
	cr_assert_null(strchr(text, '\033'), "%s", text);
	cr_assert_null(strstr(text, "\xe2\x80\xae"), "%s", text);
	holds(text, "a\\x1b[2J\\x0ab\\u202e");
	text = matrix_of(1, 0);
	cr_assert_null(strchr(text, '\033'), "%s", text);
	text = match_in_json(match, false);
	cr_assert_null(strchr(text, '\033'), "%s", text);
	is_json(text);
}

/* --- the table --- */

Test(match, writes_a_table_of_any_width)
{
	add_all_kinds();
	expect_text(table_of(matched(report_of(REQUIRED)), 0),
		    "image.tar  name:1  linux/amd64\n"
		    "  [NVIDIA GPU]  CUDA 12.4 or newer\n"
		    "  SERVER  VERDICT  TIER            WHY\n"
		    "  new     yes      native          cuda>=12.4 is met: CUDA 12.6\n"
		    "  old     no       none            cuda>=12.4 of NVIDIA_REQUIRE_CUDA is not "
		    "met: CUDA 11.4; would qualify with driver 550 or newer\n"
		    "  cpu     no       none            the server has no NVIDIA GPU\n"
		    "  blank   unknown  -               cuda>=12.4 of NVIDIA_REQUIRE_CUDA may be "
		    "met, not stated: CUDA\n"
		    "  1 yes, 2 no, 1 unknown\n");
}

Test(match, writes_a_table_without_a_style)
{
	char *text;

	add_all_kinds();
	cr_assert_eq(gpubadge_match_render(matched(report_of(REQUIRED)), NULL, &text, NULL, &err),
		     GPUBADGE_OK);
	holds(text, "  1 yes, 2 no, 1 unknown\n");
	gpubadge_free(text);
}

Test(match, folds_reasons_that_are_wider_than_the_terminal)
{
	const char *text;

	add_all_kinds();
	text = table_of(matched(report_of(REQUIRED)), 80);
	holds(text,
	      "  old     no       none            cuda>=12.4 of NVIDIA_REQUIRE_CUDA is not met:\n"
	      "                                   CUDA 11.4; would qualify with driver 550 or\n"
	      "                                   newer\n");
	no_line_is_wider_than(text, 80);
}

Test(match, folds_nothing_where_there_is_room)
{
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of(REQUIRED));
	expect_text(table_of(match, 200), table_of(match, 0));
}

Test(match, puts_reasons_on_lines_of_their_own_where_it_is_narrow)
{
	const char *text;

	add_all_kinds();
	text = table_of(matched(report_of(REQUIRED)), 40);
	holds(text, "\n"
		    "    cuda>=12.4 of NVIDIA_REQUIRE_CUDA is\n"
		    "    not met: CUDA 11.4; would qualify\n"
		    "    with driver 550 or newer\n"
		    "  cpu     no       none");
	no_line_is_wider_than(text, 40);
}

/* 65 columns with these names: 35 in front of the reasons, and 30 for them. */
Test(match, is_narrow_where_reasons_have_less_than_thirty_columns)
{
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of(REQUIRED));
	holds(table_of(match, 65),
	      "  old     no       none            cuda>=12.4 of\n"
	      "                                   NVIDIA_REQUIRE_CUDA is not\n");
	holds(table_of(match, 64), "\n    cuda>=12.4 of NVIDIA_REQUIRE_CUDA is not met: ");
}

Test(match, leaves_no_blank_at_the_end_of_a_line)
{
	static const unsigned widths[] = {0, 40, 80, 200};
	const struct gpubadge_match *match;

	add_all_kinds();
	match = matched(report_of(REQUIRED));
	for (size_t i = 0; i < GB_ARRAY_LEN(widths); i++)
		cr_expect_null(strstr(table_of(match, widths[i]), " \n"), "width %u:\n%s",
			       widths[i], table_of(match, widths[i]));
}

Test(match, does_not_line_up_with_one_name_that_is_very_long)
{
	const char *text;

	add_servers(fleet, NEW ",{\"name\":\"a123456789b123456789c123456789d123456789e\","
			       "\"gpus\":[]}");
	settle(fleet);
	text = table_of(matched(report_of(REQUIRED)), 0);
	holds(text, "  new                                       yes      native");
	holds(text, "  a123456789b123456789c123456789d123456789e  no       none");
}

Test(match, lines_up_names_by_their_characters)
{
	const char *text;

	add_servers(fleet, NEW ",{\"name\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
			       "\xc3\xa9\",\"gpus\":[]}");
	settle(fleet);
	text = table_of(matched(report_of(REQUIRED)), 0);
	holds(text, "  new      yes      ");
	holds(text, "\xc3\xa9  no       ");
}

Test(match, writes_colour_only_where_asked)
{
	const struct gpubadge_style style = {.size = sizeof(style),
					     .colour = GPUBADGE_COLOUR_BASIC};
	const struct gpubadge_match *match;
	char *text;

	add_all_kinds();
	match = matched(report_of(REQUIRED));
	cr_assert_null(strchr(table_of(match, 0), '\033'));
	cr_assert_eq(gpubadge_match_render(match, &style, &text, NULL, &err), GPUBADGE_OK);
	holds(text, "\033[1myes");
	holds(text, "\033[33munknown");
	gpubadge_free(text);
}

/* --- the matrix --- */

static void match_many(size_t count)
{
	for (size_t i = 0; i < count; i++)
		matched(report_of(i % 2 ? NO_GPU : REQUIRED));
}

Test(match, writes_a_matrix)
{
	add_all_kinds();
	match_many(3);
	expect_text(matrix_of(3, 0), "1  image.tar  name:1  linux/amd64\n"
				     "  [NVIDIA GPU]  CUDA 12.4 or newer\n"
				     "2  image.tar  name:1  linux/amd64\n"
				     "  [CPU only]  nothing in the environment asks for an NVIDIA "
				     "GPU\n"
				     "3  image.tar  name:1  linux/amd64\n"
				     "  [NVIDIA GPU]  CUDA 12.4 or newer\n"
				     "\n"
				     "SERVER  1        2        3\n"
				     "new     yes      yes      yes\n"
				     "old     no       yes      no\n"
				     "cpu     no       yes      no\n"
				     "blank   unknown  yes      unknown\n");
}

/* Six columns of names, and nine for each image. */
Test(match, writes_a_matrix_in_blocks_where_it_is_narrow)
{
	const char *text;

	add_all_kinds();
	match_many(5);
	text = matrix_of(5, 24);
	holds(text, "\n\nSERVER  1        2\nnew     yes      yes\n");
	holds(text, "\n\nSERVER  3        4\nnew     yes      yes\n");
	holds(text, "\n\nSERVER  5\nnew     yes\nold     no\ncpu     no\nblank   unknown\n");
}

Test(match, writes_a_block_of_one_image_where_there_is_no_room)
{
	static const unsigned widths[] = {1, 6, 14, 15, 16};
	const char *text;

	add_all_kinds();
	match_many(2);
	for (size_t i = 0; i < GB_ARRAY_LEN(widths); i++) {
		text = matrix_of(2, widths[i]);
		holds(text, "\n\nSERVER  1\nnew     yes\n");
		holds(text, "\n\nSERVER  2\nnew     yes\n");
	}
}

Test(match, writes_as_many_images_across_as_fit)
{
	add_all_kinds();
	match_many(3);
	holds(matrix_of(3, 6 + 27), "SERVER  1        2        3\n");
	holds(matrix_of(3, 6 + 26), "SERVER  1        2\n");
}

Test(match, writes_nothing_about_no_match)
{
	expect_text(matrix_of(0, 0), "");
}

Test(match, writes_no_matrix_of_different_fleets)
{
	const struct gpubadge_report *report = report_of(REQUIRED);
	struct gpubadge_fleet *other;
	char untouched = 'u', *text = &untouched;

	add_all_kinds();
	cr_assert_eq(gpubadge_fleet_new(NULL, &other, &err), GPUBADGE_OK);
	settle(other);
	matched(report);
	cr_assert_eq(gpubadge_match_new(report, other, &matches[match_count++], &err), GPUBADGE_OK);
	cr_assert_eq(gpubadge_matrix_render(all_matches(), 2, NULL, &text, NULL, &err),
		     GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE, "matches of different fleets");
	cr_assert_eq(text, &untouched);
	gpubadge_match_free(matches[--match_count]);
	gpubadge_fleet_free(other);
}

Test(match, writes_no_matrix_of_three_fleets)
{
	const struct gpubadge_report *report = report_of(REQUIRED);
	struct gpubadge_fleet *others[2];
	char *text = NULL;

	settle(fleet);
	matched(report);
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(gpubadge_fleet_new(NULL, &others[i], &err), GPUBADGE_OK);
		settle(others[i]);
		cr_assert_eq(gpubadge_match_new(report, others[i], &matches[match_count++], &err),
			     GPUBADGE_OK);
	}
	cr_assert_eq(gpubadge_matrix_render(all_matches(), 3, NULL, &text, NULL, &err),
		     GPUBADGE_E_USAGE);
	cr_assert_null(text);
	for (size_t i = 0; i < 2; i++) {
		gpubadge_match_free(matches[--match_count]);
		gpubadge_fleet_free(others[i]);
	}
}

Test(match, writes_no_matrix_but_in_text)
{
	const struct gpubadge_style style = {.size = sizeof(style), .format = GPUBADGE_FORMAT_JSON};
	char *text = NULL;

	settle(fleet);
	matched(report_of(REQUIRED));
	cr_assert_eq(gpubadge_matrix_render(all_matches(), 1, &style, &text, NULL, &err),
		     GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE, "a matrix is text alone");
}

/* --- JSON --- */

Test(match, writes_every_server_in_json)
{
	const char *text;

	add_servers(fleet, NEW "," CPU "," BLANK);
	settle(fleet);
	text = match_in_json(matched(report_of(REQUIRED)), false);
	is_json(text);
	holds(text, "{\"schema\":\"gpubadge-match/1\",\"source\":{");
	holds(text, "\"gpu\":true,\"servers\":["
		    "{\"name\":\"new\",\"verdict\":\"yes\",\"tier\":\"native\",\"reasons\":["
		    "\"cuda>=12.4 is met: CUDA 12.6\"]},"
		    "{\"name\":\"cpu\",\"verdict\":\"no\",\"tier\":\"none\",\"reasons\":["
		    "\"the server has no NVIDIA GPU\"]},"
		    "{\"name\":\"blank\",\"verdict\":\"unknown\",\"tier\":null,\"reasons\":["
		    "\"cuda>=12.4 of NVIDIA_REQUIRE_CUDA may be met, not stated: CUDA\"]}],"
		    "\"summary\":{\"yes\":1,\"no\":1,\"unknown\":1}}\n");
}

/* What servers have in common is worked out once. */
Test(match, writes_the_same_of_servers_with_the_same_facts)
{
	static const bool indents[] = {false, true};

	add_servers(fleet, "{\"name\":\"a\",\"gpus\":[]}," NEW ",{\"name\":\"b\",\"gpus\":[]}");
	settle(fleet);
	matched(report_of(REQUIRED));
	for (size_t i = 0; i < GB_ARRAY_LEN(indents); i++) {
		const char *text = match_in_json(matches[0], indents[i]);
		const char *a = strstr(text, "\"a\""), *b = strstr(text, "\"b\"");
		size_t len;

		is_json(text);
		cr_assert(a && b);
		len = strcspn(a, "}");
		cr_assert_eq(strncmp(a + 3, b + 3, len - 3), 0, "%s", text);
	}
}

Test(match, advises_each_kind_of_gpu_on_its_own)
{
	const char *text;

	add_servers(fleet,
		    "{\"name\":\"a\",\"driver\":\"418.1\",\"gpus\":[{\"brand\":\"Tesla\"}]},"
		    "{\"name\":\"b\",\"driver\":\"418.1\",\"gpus\":[{\"brand\":\"GeForce\"}]},"
		    "{\"name\":\"c\",\"driver\":\"430.1\",\"cuda\":\"10.1\","
		    "\"gpus\":[{\"brand\":\"Tesla\"}]}");
	settle(fleet);
	text = table_of(matched(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=12.4 "
					  "brand=tesla,driver>=470,driver<471\"")),
			0);
	holds(text, "CUDA 10.1, driver 418.1, brand Tesla; would qualify with driver 550 or newer, "
		    "or one of 470.x; ");
	holds(text, "brand GeForce; would qualify with driver 550 or newer; ");
	holds(text, "driver 430.1, brand Tesla; would qualify with driver 550 or newer, or one of "
		    "470.x\n");
}

Test(match, refuses_a_format_it_does_not_have)
{
	const struct gpubadge_style style = {.size = sizeof(style),
					     .format = (enum gpubadge_format)77};
	char untouched = 'u', *text = &untouched;

	settle(fleet);
	cr_assert_eq(gpubadge_match_render(matched(report_of(REQUIRED)), &style, &text, NULL, &err),
		     GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE, "unknown format 77");
	cr_assert_eq(text, &untouched);
}

/* --- explanations --- */

TestSuite(explain, .init = set_up, .fini = tear_down);

#define RUNTIMES                                                                                  \
	"  enforced by\n"                                                                         \
	"    NVIDIA runtime, legacy mode  yes     libnvidia-container checks it when the "        \
	"container starts\n"                                                                      \
	"    NVIDIA runtime, CDI mode     no      nobody checks it; this is the default since "   \
	"1.18\n"                                                                                  \
	"    NVIDIA runtime, CSV mode     partly  Jetson: cuda and arch are checked, driver and " \
	"brand never hold\n"                                                                      \
	"    enroot                       yes     passes it to libnvidia-container\n"             \
	"    Apptainer --nvccli           yes     passes it to libnvidia-container\n"             \
	"    Apptainer --nv               no      nobody checks it\n"

Test(explain, writes_an_image_in_words)
{
	expect_text(explained(report_of("\"NVIDIA_REQUIRE_CUDA=cuda>=12.4 "
					"brand=tesla,driver>=470,driver<471 "
					"brand=nvidia,driver>=470,driver<471 "
					"brand=tesla,driver>=535,driver<536 "
					"brand=nvidia,driver>=535,driver<536\""),
			      0),
		    "image.tar  name:1  linux/amd64\n"
		    "  [NVIDIA GPU]  CUDA 12.4 or newer\n"
		    "  requirement     cuda>=12.4 brand=tesla,driver>=470,driver<471 "
		    "brand=nvidia,d..., from NVIDIA_REQUIRE_CUDA\n"
		    "  one of these 5 has to hold, on every GPU:\n"
		    "    1             CUDA 12.4 or newer\n"
		    "    2-3           driver 470.x on brand tesla, nvidia\n"
		    "    4-5           driver 535.x on brand as above\n"
		    "  minimum driver  550.54.14\n"
		    "  drivers accepted\n"
		    "    brand tesla, nvidia: 470.x, 535.x, 550 and newer; not 495.x to 530.x, "
		    "545.x\n"
		    "    any other brand: 550 and newer\n" RUNTIMES);
}

Test(explain, writes_an_expression_in_words)
{
	expect_text(explained(report_of_expression("cuda>=12.4"), 0),
		    "  requirement     cuda>=12.4\n"
		    "  this has to hold, on every GPU:\n"
		    "    1             CUDA 12.4 or newer\n"
		    "  minimum driver  550.54.14\n"
		    "  drivers accepted\n"
		    "    any brand: 550 and newer\n" RUNTIMES);
}

Test(explain, numbers_alternatives_that_are_not_neighbours)
{
	const char *text = explained(report_of_expression("brand=a,driver>=470 brand=a,driver>=535 "
							  "brand=b,driver>=470 "
							  "brand=b,driver>=535"),
				     0);

	holds(text, "    1, ... 3      driver 470 or newer on brand a, b\n"
		    "    2, ... 4      driver 535 or newer on brand as above\n");
}

Test(explain, folds_what_is_wider_than_the_terminal)
{
	const char *text = explained(report_of_expression("brand=tesla,driver>=470,driver<471 "
							  "brand=nvidia,driver>=470,driver<471 "
							  "brand=quadro,driver>=470,driver<471 "
							  "brand=geforce,driver>=470,driver<471"),
				     50);

	holds(text, "    1-4           driver 470.x on brand tesla,\n"
		    "                  nvidia, quadro, geforce\n");
	holds(text, "    brand tesla, nvidia, quadro, geforce: 470.x\n");
}

Test(explain, writes_lines_as_wide_as_the_terminal)
{
	no_line_is_wider_than(explained(report_of_expression("cuda>=12.4"), 80), 80);
}

Test(explain, tells_compute_capabilities)
{
	static const struct {
		const char *expression;
		const char *lines;
	} table[] = {
		{"arch>=7.5", "    any brand, compute capability below 7.5: none\n"
			      "    any brand, compute capability 7.5 or higher: 346 and newer\n"},
		{"arch>7.5", "    any brand, compute capability up to 7.5: none\n"
			     "    any brand, compute capability above 7.5: 346 and newer\n"},
		{"arch>=8.6,arch<9.0", "compute capability 8.6 below 9.0: 346 and newer\n"},
		{"arch=7.5", "compute capability 7.5 up to 7.5: 346 and newer\n"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++)
		holds(explained(report_of_expression(table[i].expression), 0), table[i].lines);
}

Test(explain, tells_all_requirements)
{
	const char *text = explained(report_of(REQUIRED ",\"NVIDIA_REQUIRE_DRIVER=driver<560\""),
				     0);

	holds(text, "  requirement     cuda>=12.4, from NVIDIA_REQUIRE_CUDA\n");
	holds(text, "  requirement     driver<560, from NVIDIA_REQUIRE_DRIVER\n");
	holds(text, "    any brand: 550.x, 555.x\n");
}

Test(explain, says_that_a_blank_requirement_asks_for_nothing)
{
	holds(explained(report_of_expression(" "), 0), "    asks for nothing\n");
}

Test(explain, says_that_a_version_is_newer_than_its_tables)
{
	holds(explained(report_of_expression("cuda>=99"), 0),
	      text_of("  minimum driver  unknown: a CUDA version newer than this gpubadge's "
		      "tables (%s)\n",
		      gpubadge_tables_date()));
}

Test(explain, says_that_nothing_is_required)
{
	expect_text(explained(report_of("\"NVIDIA_GPU=1\""), 0),
		    "image.tar  name:1  linux/amd64\n"
		    "  [NVIDIA GPU]\n"
		    "  requirement     none beyond an NVIDIA GPU\n");
	expect_text(explained(report_of(NO_GPU), 0),
		    "image.tar  name:1  linux/amd64\n"
		    "  [CPU only]  nothing in the environment asks for an NVIDIA GPU\n");
}

Test(explain, says_that_the_requirement_is_not_known)
{
	holds(explained(report_of("\"CUDA_VERSION=latest\""), 0), "  requirement     unknown\n");
}

static const char *many(const char *condition, size_t count, const char *separator)
{
	struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);
	const char *copy;

	for (size_t i = 1; i <= count; i++)
		gb_bytes_format(&text, "%s%zu%s", condition, i, separator);
	gb_bytes_append(&text, (struct gb_span){"", 1});
	cr_assert_not_null(text.ptr);
	copy = text_of("%s", text.ptr);
	gb_bytes_done(&text);
	return copy;
}

Test(explain, tells_forty_groups)
{
	holds(explained(report_of_expression(many("cuda>=1.", 40, " ")), 0), "    40            ");
	cr_assert_null(strstr(explained(report_of_expression(many("cuda>=1.", 40, " ")), 0),
			      " more, see --json"));
}

Test(explain, says_that_there_are_more_groups)
{
	const char *text = explained(report_of_expression(many("cuda>=1.", 41, " ")), 0);

	holds(text, "    and 1 more, see --json\n");
	cr_assert_null(strstr(text, "    41            "));
}

Test(explain, lists_nothing_where_there_are_too_many_brands)
{
	holds(explained(report_of_expression(many("brand=", 33, " ")), 0),
	      "  drivers accepted\n    too many cases to list them\n");
}

Test(explain, lists_nothing_where_there_are_too_many_drivers)
{
	holds(explained(report_of_expression(many("driver!=535.", 129, ",")), 0),
	      "    any brand: too many cases to list them\n");
}

Test(explain, lets_no_foreign_text_act_on_a_terminal)
{
	static const enum gpubadge_format formats[] = {GPUBADGE_FORMAT_TEXT, GPUBADGE_FORMAT_JSON};
	const struct gpubadge_report *report = report_of_expression(
		"brand=\x1b[2J foo\x1b[1m cuda>=1\xe2\x80\xae brand=\x1b[2J,brand!=\x07");

	for (size_t i = 0; i < GB_ARRAY_LEN(formats); i++) {
		const struct gpubadge_style style = {.size = sizeof(style), .format = formats[i]};
		char *text;

		cr_assert_eq(gpubadge_report_explain(report, &style, &text, NULL, &err),
			     GPUBADGE_OK);
		cr_assert_null(strchr(text, '\033'), "%s", text);
		cr_assert_null(strchr(text, '\007'), "%s", text);
		cr_assert_null(strstr(text, "\xe2\x80\xae"), "%s", text);
		gpubadge_free(text);
	}
}

static const char *explained_in_json(const struct gpubadge_report *report)
{
	const struct gpubadge_style style = {.size = sizeof(style), .format = GPUBADGE_FORMAT_JSON};
	char *text;
	size_t size;
	enum gpubadge_code code = gpubadge_report_explain(report, &style, &text, &size, &err);
	const char *copy = kept(code, text, size);

	is_json(copy);
	return copy;
}

Test(explain, writes_groups_and_ranges_in_json)
{
	const char *text = explained_in_json(
		report_of_expression("cuda>=12.4 brand=tesla,driver<=535.104.05"));

	holds(text, "{\"schema\":\"gpubadge-explain/1\",\"source\":null,\"image\":null,"
		    "\"gpu\":null,\"requirements\":[{\"origin\":null,"
		    "\"expression\":\"cuda>=12.4 brand=tesla,driver<=535.104.05\",\"groups\":["
		    "{\"alternatives\":[1],\"words\":\"CUDA 12.4 or newer\",\"brands\":[],");
	holds(text, "{\"alternatives\":[2],\"words\":\"driver 535.104.05 or older\",\"brands\":["
		    "\"tesla\"],");
	holds(text, "\"acceptance\":[{\"brands\":[\"tesla\"],\"otherBrands\":false,\"arch\":null,"
		    "\"drivers\":\"346 up to 535.104.05, 550 and newer; not 545.x\",\"accepted\":["
		    "{\"from\":\"346\",\"fromExcluded\":false,\"until\":\"535.104.05\","
		    "\"untilIncluded\":true},{\"from\":\"550\",\"fromExcluded\":false,"
		    "\"until\":null,\"untilIncluded\":false}]},");
}

Test(explain, writes_the_image_in_json)
{
	const char *text = explained_in_json(report_of(REQUIRED));

	holds(text, "\"source\":{\"transport\":\"docker-archive\",\"location\":\"image.tar\"");
	holds(text, "\"gpu\":true,");
}

Test(explain, writes_null_where_there_are_too_many_cases)
{
	holds(explained_in_json(report_of_expression(many("brand=", 33, " "))),
	      "\"acceptance\":null,");
	holds(explained_in_json(report_of_expression(many("driver!=535.", 129, ","))),
	      "\"drivers\":null,\"accepted\":null}");
}

Test(explain, writes_compute_capabilities_in_json)
{
	holds(explained_in_json(report_of_expression("arch>7.5")),
	      "\"arch\":{\"from\":null,\"fromExcluded\":false,\"until\":\"7.5\","
	      "\"untilIncluded\":true}");
}

Test(explain, refuses_a_format_it_does_not_have)
{
	const struct gpubadge_style style = {.size = sizeof(style),
					     .format = (enum gpubadge_format)77};
	char untouched = 'u', *text = &untouched;

	cr_assert_eq(gpubadge_report_explain(report_of(REQUIRED), &style, &text, NULL, &err),
		     GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE, "unknown format 77");
	cr_assert_eq(text, &untouched);
}

/* --- expressions --- */

Test(explain, takes_an_expression_for_the_requirement_of_an_image)
{
	const struct gpubadge_report *report = report_of_expression("cuda>=12.4");

	cr_assert(gpubadge_report_gpu(report));
	cr_assert_not(gpubadge_report_undetermined(report));
}

Test(explain, knows_an_expression_that_cannot_be_read)
{
	cr_assert(gpubadge_report_undetermined(report_of_expression("foo")));
}

Test(explain, takes_as_long_an_expression_as_a_requirement_may_be)
{
	const struct gpubadge_options options = {.size = sizeof(options),
						 .limits = &image_case.limits};

	image_case.limits.requirement_bytes = 10;
	cr_assert_eq(gpubadge_inspect_expression("cuda>=12.4", &options, &results[0], &err),
		     GPUBADGE_OK, "%s", err.text);
	result_count = 1;
}

Test(explain, refuses_a_longer_expression)
{
	const struct gpubadge_options options = {.size = sizeof(options),
						 .limits = &image_case.limits};
	struct gpubadge_result *untouched = (struct gpubadge_result *)&err, *result = untouched;

	image_case.limits.requirement_bytes = 9;
	cr_assert_eq(gpubadge_inspect_expression("cuda>=12.4", &options, &result, &err),
		     GPUBADGE_E_LIMIT);
	expect_error_in(&err, GPUBADGE_E_LIMIT, "10 bytes, longer than the limit of 9");
	cr_assert_eq(result, untouched);
}
