/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/judge.h"

#include <stdio.h>
#include <string.h>

#include "base/gb-bytes.h"
#include "expect.h"
#include "fleet-case.h"
#include "require-case.h"

/* One server and what one image asks of it; a test changes what it is about. */
static struct gb_server server;
static struct gb_gpu gpus[3];
static struct gb_demand demand;
static struct gb_named_requirement named[40];
static struct gb_requirement parsed[40];

/* A server with CUDA 12.2, an image that carries the badge. */
static void set_up(void)
{
	fleet_case_enter();
	require_case_enter();
	gpus[0] = (struct gb_gpu){
		.product = SPAN("NVIDIA A100-SXM4-40GB"),
		.brand = SPAN("Nvidia"),
		.arch = SPAN("8.0"),
	};
	server = (struct gb_server){
		.name = SPAN("gpu-1"),
		.driver = SPAN("535.183.06"),
		.cuda = SPAN("12.2"),
		.architecture = SPAN("amd64"),
		.gpus = gpus,
		.gpu_count = 1,
		.gpus_known = true,
	};
	demand = (struct gb_demand){
		.gpu = true,
		.enforced = true,
		.requirements = named,
		.architecture = SPAN("amd64"),
	};
}

static void tear_down(void)
{
	require_case_leave();
	fleet_case_leave();
}

TestSuite(judge, .init = set_up, .fini = tear_down);

static void asks(const char *variable, const char *text)
{
	cr_assert_lt(demand.count, GB_ARRAY_LEN(named));
	parsed[demand.count] = requirement_of(text);
	named[demand.count] = (struct gb_named_requirement){variable, &parsed[demand.count]};
	demand.count++;
}

static void asks_cuda(const char *text)
{
	asks("NVIDIA_REQUIRE_CUDA", text);
}

static void takes(struct gb_span brand, struct gb_span driver, struct gb_span cuda)
{
	gpus[0].brand = brand;
	server.driver = driver;
	server.cuda = cuda;
}

/* The profile of the server, once settled with an assumed DRIVER. */
static const struct gb_profile *settled(const char *driver)
{
	struct gpubadge_error *err = &fleet_case.err;

	fleet_case_reset();
	cr_assert_eq(gb_fleet_add(&fleet_case.fleet, &server, err), GPUBADGE_OK, "%s", err->text);
	cr_assert_eq(gb_fleet_settle(&fleet_case.fleet, gb_span_of(driver), err), GPUBADGE_OK, "%s",
		     err->text);
	return &fleet_case.fleet.profiles[0];
}

#define verdict_is(truth, tier) verdict_is_at(__LINE__, truth, tier)

/* TIER NULL: unknown. */
static void verdict_is_at(int line, const char *truth, const char *tier)
{
	struct gb_verdict verdict = gb_judge(&demand, settled(NULL));
	const char *actual = gb_tier_name(verdict.tier);

	expect_text_at(line, gb_truth_name(verdict.truth), truth);
	cr_expect(actual == tier || (actual && tier && strcmp(actual, tier) == 0),
		  "line %d: tier %s, expected %s", line, actual ? actual : "unknown",
		  tier ? tier : "unknown");
}

/* REASONS with a line feed behind each. */
static void reasons_with_driver_are_at(int line, const char *driver, const char *reasons)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(100000);
	const struct gb_profile *profile = settled(driver);
	struct gb_reasons found = {.count = 77};
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_judge_explain(&demand, profile, &require_case.arena, &found, &err),
		     GPUBADGE_OK, "line %d: %s", line, err.text);
	for (size_t i = 0; i < found.count; i++)
		gb_bytes_format(&text, "%s\n", found.items[i]);
	gb_bytes_append(&text, (struct gb_span){"", 1});
	cr_assert_not_null(text.ptr);
	expect_text_at(line, text.ptr, reasons);
}

#define reasons_are(reasons) reasons_with_driver_are_at(__LINE__, NULL, reasons)
#define reasons_with_driver_are(driver, reasons) \
	reasons_with_driver_are_at(__LINE__, driver, reasons)

/* --- verdicts without a look at requirements --- */

Test(judge, lets_an_image_without_the_badge_run_anywhere)
{
	demand.gpu = false;
	server.gpu_count = 0;
	verdict_is("yes", NULL);
	reasons_are("the image asks for no NVIDIA GPU\n");
}

Test(judge, lets_an_image_with_the_badge_run_on_no_server_without_a_gpu)
{
	server.gpu_count = 0;
	verdict_is("no", "none");
	reasons_are("the server has no NVIDIA GPU\n");
}

Test(judge, says_why_a_server_has_no_gpu)
{
	server.gpu_count = 0;
	server.note = SPAN("its GPUs are not NVIDIA's: AMD MI300X");
	reasons_are("the server has no NVIDIA GPU\nits GPUs are not NVIDIA's: AMD MI300X\n");
}

Test(judge, lifts_no_missing_gpu)
{
	server.gpu_count = 0;
	demand.enforced = false;
	verdict_is("no", "none");
}

Test(judge, says_no_to_other_processors)
{
	demand.architecture = SPAN("arm64");
	asks_cuda("cuda>=12.0");
	verdict_is("no", "none");
	reasons_are("the image is for arm64, the server is amd64\n");
}

Test(judge, does_not_compare_processors_that_are_not_stated)
{
	asks_cuda("cuda>=12.0");
	demand.architecture = (struct gb_span){NULL, 0};
	verdict_is("yes", NULL);
	demand.architecture = SPAN("arm64");
	server.architecture = (struct gb_span){NULL, 0};
	verdict_is("yes", NULL);
}

Test(judge, asks_for_a_gpu_alone_where_there_is_no_requirement)
{
	verdict_is("yes", NULL);
	reasons_are("the image states no requirement beyond the GPU\n");
}

Test(judge, does_not_know_where_the_gpus_are_not_known)
{
	server.gpus_known = false;
	server.gpu_count = 0;
	server.note = SPAN("the node has no labels of GPU Feature Discovery");
	verdict_is("unknown", NULL);
	reasons_are("it is not known whether the server has an NVIDIA GPU\n"
		    "the image states no requirement beyond the GPU\n"
		    "the node has no labels of GPU Feature Discovery\n");
}

Test(judge, says_no_to_a_driver_whatever_the_gpus_are)
{
	server.gpus_known = false;
	server.gpu_count = 0;
	asks_cuda("cuda>=12.4");
	verdict_is("no", NULL);
	reasons_are("it is not known whether the server has an NVIDIA GPU\n"
		    "cuda>=12.4 of NVIDIA_REQUIRE_CUDA is not met: CUDA 12.2\n");
}

Test(judge, does_not_say_yes_to_a_driver_where_the_gpus_are_not_known)
{
	server.gpus_known = false;
	server.gpu_count = 0;
	asks_cuda("cuda>=12.0");
	verdict_is("unknown", NULL);
	reasons_are("it is not known whether the server has an NVIDIA GPU\n"
		    "cuda>=12.0 is met: CUDA 12.2\n");
}

Test(judge, does_not_know_what_a_version_that_is_none_asks_for)
{
	demand.unreadable = true;
	verdict_is("unknown", NULL);
	reasons_are("CUDA_VERSION is no version: what the image requires is not known\n");
}

Test(judge, says_no_to_a_further_requirement_beside_a_version_that_is_none)
{
	demand.unreadable = true;
	asks("NVIDIA_REQUIRE_ARCH", "arch>=9.0");
	verdict_is("no", NULL);
	reasons_are("CUDA_VERSION is no version: what the image requires is not known\n"
		    "arch>=9.0 of NVIDIA_REQUIRE_ARCH is not met: compute capability 8.0\n");
}

/* --- requirements --- */

Test(judge, says_which_alternative_is_met)
{
	asks_cuda("cuda>=12.4 brand=nvidia,driver>=535,driver<536");
	verdict_is("yes", NULL);
	reasons_are("brand=nvidia,driver>=535,driver<536 is met: driver "
		    "535.183.06, brand Nvidia\n");
}

Test(judge, says_which_facts_a_requirement_with_alternatives_does_not_like)
{
	asks_cuda("cuda>=12.4 brand=tesla,driver>=535,driver<536");
	verdict_is("no", NULL);
	reasons_are("none of the 2 alternatives of NVIDIA_REQUIRE_CUDA is met: CUDA 12.2, driver "
		    "535.183.06, brand Nvidia\n"
		    "would qualify with driver 550 or newer\n");
}

Test(judge, says_which_facts_are_missing)
{
	gpus[0].brand = (struct gb_span){NULL, 0};
	gpus[0].product = (struct gb_span){NULL, 0};
	server.note = SPAN("the brand is not in the labels");
	asks_cuda("cuda>=12.4 brand=tesla,driver>=535,driver<536");
	verdict_is("unknown", NULL);
	reasons_are("one of the 2 alternatives of NVIDIA_REQUIRE_CUDA may be met, not stated: "
		    "brand\n"
		    "the brand is not in the labels\n");
}

Test(judge, says_that_one_alternative_may_be_met)
{
	server.driver = server.cuda = (struct gb_span){NULL, 0};
	asks_cuda("cuda>=12.4,driver>=550");
	verdict_is("unknown", NULL);
	reasons_are("cuda>=12.4,driver>=550 of NVIDIA_REQUIRE_CUDA may be met, not stated: CUDA, "
		    "driver\n");
}

Test(judge, wants_all_requirements_met)
{
	asks_cuda("cuda>=12.0");
	asks("NVIDIA_REQUIRE_DRIVER", "driver>=550");
	verdict_is("no", NULL);
	reasons_are("driver>=550 of NVIDIA_REQUIRE_DRIVER is not met: driver 535.183.06\n"
		    "would qualify with driver 550 or newer\n");
}

Test(judge, tells_all_requirements_that_are_met)
{
	asks_cuda("cuda>=12.0");
	asks("NVIDIA_REQUIRE_DRIVER", "driver>=535");
	asks("NVIDIA_REQUIRE_ARCH", "arch>=7.5");
	verdict_is("yes", NULL);
	reasons_are("cuda>=12.0 is met: CUDA 12.2\n"
		    "driver>=535 is met: driver 535.183.06\n"
		    "arch>=7.5 is met: compute capability 8.0\n");
}

Test(judge, says_that_a_blank_requirement_asks_for_nothing)
{
	asks_cuda(" ");
	verdict_is("yes", NULL);
	reasons_are("NVIDIA_REQUIRE_CUDA asks for nothing\n");
}

Test(judge, says_that_no_driver_helps)
{
	asks_cuda("arch>=9.0");
	reasons_are("arch>=9.0 of NVIDIA_REQUIRE_CUDA is not met: compute capability 8.0\n"
		    "no driver that is known would make it qualify\n");
}

/* R616 may report 13.4. */
Test(judge, advises_nothing_where_it_is_undecided_which_driver_helps)
{
	asks_cuda("cuda>=13.4");
	reasons_are("cuda>=13.4 of NVIDIA_REQUIRE_CUDA is not met: CUDA 12.2\n");
}

Test(judge, advises_a_driver_that_meets_all_requirements)
{
	asks_cuda("cuda>=12.4 brand=nvidia,driver>=470,driver<471");
	asks("NVIDIA_REQUIRE_DRIVER", "driver<560");
	reasons_are("none of the 2 alternatives of NVIDIA_REQUIRE_CUDA is met: CUDA 12.2, driver "
		    "535.183.06, brand Nvidia\n"
		    "would qualify with driver 470.x, 550.x, 555.x\n");
}

Test(judge, says_no_where_a_malformed_piece_is_reached)
{
	asks_cuda("cuda>=12.4 foo>=1 cuda>=1");
	verdict_is("no", NULL);
	reasons_are("NVIDIA_REQUIRE_CUDA is malformed: \"foo>=1\" names no property (cuda, driver, "
		    "arch, brand), and libnvidia-container refuses to start the container\n");
}

Test(judge, says_no_to_a_false_condition_that_is_too_long)
{
	char text[160] = "brand=";

	memset(text + 6, 'x', 122);
	asks_cuda(text);
	verdict_is("no", NULL);
	reasons_are("NVIDIA_REQUIRE_CUDA is malformed: \"brand="
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" does not hold and "
		    "is longer than 127 characters, and libnvidia-container refuses to start the "
		    "container\n");
}

static void asks_many(int count)
{
	static char names[40][32];

	for (int i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "NVIDIA_REQUIRE_%02d", i);
		asks(names[i], "cuda>=12.0");
	}
}

Test(judge, takes_as_many_requirements_as_libnvidia_container)
{
	asks_many(32);
	verdict_is("yes", NULL);
}

Test(judge, refuses_one_more_requirement)
{
	asks_many(33);
	verdict_is("no", NULL);
	reasons_are("33 requirements: libnvidia-container takes 32 and refuses to start the "
		    "container\n");
}

Test(judge, tells_eight_reasons_at_most)
{
	struct gb_reasons reasons;
	struct gpubadge_error err = NO_ERROR;

	asks_many(9);
	cr_assert_eq(gb_judge_explain(&demand, settled(NULL), &require_case.arena, &reasons, &err),
		     GPUBADGE_OK);
	cr_assert_eq(reasons.count, 8);
	expect_text(reasons.items[7], "cuda>=12.0 is met: CUDA 12.2");
}

/* --- not enforced --- */

Test(judge, says_yes_where_the_requirement_is_lifted)
{
	demand.enforced = false;
	asks_cuda("cuda>=12.0");
	verdict_is("yes", NULL);
	reasons_are("NVIDIA_DISABLE_REQUIRE lifts the requirement, which is met\n");
}

Test(judge, says_that_what_is_lifted_is_not_met)
{
	demand.enforced = false;
	asks_cuda("cuda>=12.4");
	verdict_is("yes", NULL);
	reasons_are("NVIDIA_DISABLE_REQUIRE lifts the requirement, which is not met\n");
}

Test(judge, says_that_what_is_lifted_may_not_be_met)
{
	demand.enforced = false;
	server.gpus = (struct gb_gpu[]){{.arch = SPAN("8.0")}};
	asks_cuda("brand=tesla");
	verdict_is("yes", NULL);
	reasons_are("NVIDIA_DISABLE_REQUIRE lifts the requirement, which may not be met\n");
}

static void expect_no_reason_with(const char *part)
{
	struct gb_reasons reasons;
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_judge_explain(&demand, settled(NULL), &require_case.arena, &reasons, &err),
		     GPUBADGE_OK);
	for (size_t i = 0; i < reasons.count; i++)
		cr_expect_null(strstr(reasons.items[i], part), "%s", reasons.items[i]);
}

/* The server qualifies already. */
Test(judge, advises_no_driver_where_the_requirement_is_lifted)
{
	demand.enforced = false;
	asks_cuda("cuda>=12.4");
	expect_no_reason_with("would qualify");
}

Test(judge, does_not_say_that_a_container_does_not_start_where_the_requirement_is_lifted)
{
	demand.enforced = false;
	asks_cuda("foo");
	expect_no_reason_with("refuses to start");
}

/* --- several kinds of GPUs --- */

static void add_t4(void)
{
	gpus[1] = (struct gb_gpu){
		.product = SPAN("Tesla T4"),
		.brand = SPAN("Tesla"),
		.arch = SPAN("7.5"),
	};
	server.gpu_count = 2;
}

Test(judge, wants_every_gpu_to_meet_the_requirements)
{
	add_t4();
	asks_cuda("arch>=8.0");
	verdict_is("no", NULL);
	reasons_are("GPU Tesla T4: arch>=8.0 of NVIDIA_REQUIRE_CUDA is not met: compute capability "
		    "7.5\n"
		    "GPU Tesla T4: no driver that is known would make it qualify\n");
}

Test(judge, names_the_gpu_that_a_reason_is_about)
{
	add_t4();
	asks_cuda("arch>=7.0");
	verdict_is("yes", NULL);
	reasons_are("GPU NVIDIA A100-SXM4-40GB: arch>=7.0 is met: compute "
		    "capability 8.0\n");
}

Test(judge, names_every_gpu_of_which_too_little_is_known)
{
	add_t4();
	gpus[0].arch = gpus[1].arch = (struct gb_span){NULL, 0};
	gpus[1].product = (struct gb_span){NULL, 0};
	asks_cuda("arch>=7.0");
	verdict_is("unknown", NULL);
	reasons_are(
		"GPU of unknown product: arch>=7.0 of NVIDIA_REQUIRE_CUDA may be met, not stated: compute capability\n"
		"GPU NVIDIA A100-SXM4-40GB: arch>=7.0 of NVIDIA_REQUIRE_CUDA may be met, not stated: compute capability\n");
}

/* A GPU that fails decides, also where another one is not known. */
Test(judge, says_no_where_one_gpu_fails_and_another_is_not_known)
{
	add_t4();
	gpus[0].arch = (struct gb_span){NULL, 0};
	asks_cuda("arch>=8.0");
	verdict_is("no", NULL);
}

/* A driver that does for one kind of GPU need not do for the other. */
Test(judge, advises_nothing_where_it_differs_by_gpu)
{
	add_t4();
	asks_cuda("cuda>=12.4 brand=nvidia,driver>=535,driver<536");
	verdict_is("no", NULL);
	reasons_are("GPU Tesla T4: none of the 2 alternatives of NVIDIA_REQUIRE_CUDA is met: CUDA "
		    "12.2, driver 535.183.06, brand Tesla\n");
}

/* --- facts that nobody stated --- */

Test(judge, says_that_the_driver_is_assumed)
{
	server.driver = server.cuda = (struct gb_span){NULL, 0};
	asks_cuda("cuda>=12.0");
	reasons_with_driver_are("535.54.03",
				"cuda>=12.0 is met: CUDA 12.2\n"
				"driver 535.54.03 is assumed, the inventory states none\n"
				"CUDA 12.2 is what this driver branch supports, the inventory "
				"states none\n");
}

Test(judge, does_not_mention_an_assumed_driver_that_nobody_asks_for)
{
	server.driver = server.cuda = (struct gb_span){NULL, 0};
	asks_cuda("arch>=7.5");
	reasons_with_driver_are("535.54.03", "arch>=7.5 is met: compute capability "
					     "8.0\n");
}

Test(judge, says_that_the_brand_is_told_by_the_product)
{
	gpus[0].brand = (struct gb_span){NULL, 0};
	asks_cuda("brand=nvidia");
	verdict_is("yes", NULL);
	reasons_are("brand=nvidia is met: brand nvidia\n"
		    "brand nvidia is told by the product NVIDIA A100-SXM4-40GB\n");
}

/* --- foreign text --- */

Test(judge, shows_sixty_bytes_of_foreign_text)
{
	char text[80] = "brand=";

	memset(text + 6, 'x', 54);
	asks_cuda(text);
	reasons_are("brand=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx of "
		    "NVIDIA_REQUIRE_CUDA is not met: brand Nvidia\n"
		    "no driver that is known would make it qualify\n");
}

Test(judge, cuts_longer_foreign_text)
{
	char text[80] = "brand=";

	memset(text + 6, 'x', 55);
	asks_cuda(text);
	reasons_are("brand=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... of "
		    "NVIDIA_REQUIRE_CUDA is not met: brand Nvidia\n"
		    "no driver that is known would make it qualify\n");
}

/* The 60th byte is the second one of a character of three. */
Test(judge, does_not_cut_inside_a_character)
{
	asks_cuda("brand=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "\xe2\x82\xac\xe2\x82\xac");
	reasons_are("brand=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... of "
		    "NVIDIA_REQUIRE_CUDA is not met: brand Nvidia\n"
		    "no driver that is known would make it qualify\n");
}

/* --- tiers --- */

Test(judge, finds_a_driver_native_that_supports_the_images_cuda)
{
	demand.cuda = SPAN("12.2");
	verdict_is("yes", "native");
	demand.cuda = SPAN("11.8");
	verdict_is("yes", "native");
}

Test(judge, finds_the_floors_of_minor_version_compatibility)
{
	static const struct {
		const char *image, *cuda, *driver;
		const char *tier;
	} table[] = {
		{"11.8", "11.0", "450.80.02", "minor-version"},
		{"11.8", "11.0", "450.80.01", "none"},
		{"12.4", "12.0", "525.60.13", "minor-version"},
		{"12.4", "12.0", "525.60.12", "none"},
		{"13.2", "13.0", "580.65.06", "minor-version"},
		{"13.2", "13.0", "580.65.05", "none"},
		/* Other majors, and one before there was such a thing. */
		{"12.0", "11.8", "520.61.05", "none"},
		{"13.0", "12.9", "575.51.03", "none"},
		{"10.2", "10.1", "418.39", "none"},
		{"14.1", "14.0", "700.1", "none"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_verdict verdict;

		demand.cuda = gb_span_of(table[i].image);
		server.cuda = gb_span_of(table[i].cuda);
		server.driver = gb_span_of(table[i].driver);
		verdict = gb_judge(&demand, settled(NULL));
		expect_text(gb_tier_name(verdict.tier), table[i].tier);
	}
}

/* A tier is no verdict: the requirement is compared with the driver's CUDA. */
Test(judge, says_no_to_a_driver_of_the_same_major_version_that_is_older)
{
	demand.cuda = SPAN("12.4");
	asks_cuda("cuda>=12.4");
	verdict_is("no", "minor-version");
}

Test(judge, knows_no_tier_where_facts_are_missing)
{
	verdict_is("yes", NULL); /* the image's CUDA */
	demand.cuda = SPAN("12.4");
	server.driver = (struct gb_span){NULL, 0};
	verdict_is("yes", NULL); /* the driver may be below the floor */
	server.cuda = (struct gb_span){NULL, 0};
	verdict_is("yes", NULL);
}

Test(judge, needs_no_driver_where_its_cuda_is_enough)
{
	demand.cuda = SPAN("12.0");
	server.driver = (struct gb_span){NULL, 0};
	verdict_is("yes", "native");
}

/* An image of CUDA 13.0 on R535, which its list names. */
static void forward(const char *requirement)
{
	demand.cuda = SPAN("13.0");
	demand.count = 0;
	asks_cuda(requirement);
}

Test(judge, finds_forward_compatibility_by_a_branch_that_is_listed)
{
	takes(SPAN("Tesla"), SPAN("535.183.06"), SPAN("12.2"));
	forward("cuda>=13.0 brand=tesla,driver>=535,driver<536");
	verdict_is("yes", "forward-compat");
	takes(SPAN("NVIDIA"), SPAN("535.183.06"), SPAN("12.2"));
	forward("cuda>=13.0 brand=nvidia,driver>=535,driver<536");
	verdict_is("yes", "forward-compat");
}

Test(judge, finds_forward_compatibility_by_one_of_several_requirements)
{
	forward("cuda>=13.0 brand=nvidia,driver>=535,driver<536");
	asks("NVIDIA_REQUIRE_ARCH", "arch>=7.5");
	verdict_is("yes", "forward-compat");
}

Test(judge, finds_none_where_no_branch_is_listed)
{
	forward("cuda>=13.0 driver>=535");
	verdict_is("yes", "none");
	forward("cuda>=13.0 brand=nvidia");
	verdict_is("yes", "none");
}

Test(judge, finds_none_where_the_requirement_is_not_met)
{
	forward("cuda>=13.0 brand=nvidia,driver>=550,driver<551");
	verdict_is("no", "none");
}

Test(judge, finds_none_on_consumer_cards)
{
	static const char *const brands[] = {"GeForce", "GeForceRTX", "Titan", "TitanRTX"};

	for (size_t i = 0; i < GB_ARRAY_LEN(brands); i++) {
		takes(gb_span_of(brands[i]), SPAN("535.183.06"), SPAN("12.2"));
		forward("cuda>=13.0 driver>=535,driver<536");
		verdict_is("yes", "none");
	}
}

Test(judge, does_not_know_the_tier_of_other_brands)
{
	static const char *const brands[] = {"Quadro", "NvidiaRTX", "Unknown", "Grid"};

	for (size_t i = 0; i < GB_ARRAY_LEN(brands); i++) {
		takes(gb_span_of(brands[i]), SPAN("535.183.06"), SPAN("12.2"));
		forward("cuda>=13.0 driver>=535,driver<536");
		verdict_is("yes", NULL);
	}
}

Test(judge, does_not_know_the_tier_where_the_brand_is_not_known)
{
	gpus[0].product = (struct gb_span){NULL, 0};
	takes((struct gb_span){NULL, 0}, SPAN("535.183.06"), SPAN("12.2"));
	forward("cuda>=13.0 driver>=535,driver<536");
	verdict_is("yes", NULL);
	forward("cuda>=13.0 brand=tesla,driver>=535,driver<536");
	verdict_is("unknown", NULL);
}

Test(judge, has_the_tier_of_the_gpu_that_is_worst_off)
{
	static const struct {
		const char *brand;
		const char *tier;
	} table[] = {
		{"Tesla", "forward-compat"},
		{"Quadro", NULL},
		{"GeForce", "none"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		add_t4();
		gpus[1].brand = gb_span_of(table[i].brand);
		forward("cuda>=13.0 driver>=535,driver<536");
		verdict_is("yes", table[i].tier);
	}
}

Test(judge, prefers_minor_version_compatibility_to_a_branch_that_is_listed)
{
	demand.cuda = SPAN("12.4");
	asks_cuda("cuda>=12.4 brand=nvidia,driver>=535,driver<536");
	verdict_is("yes", "minor-version");
}

Test(judge, falls_back_on_a_branch_that_is_listed_below_the_floor)
{
	takes(SPAN("Tesla"), SPAN("450.51.05"), SPAN("11.0"));
	demand.cuda = SPAN("11.4");
	asks_cuda("cuda>=11.4 brand=tesla,driver>=450,driver<451");
	verdict_is("yes", "forward-compat");
}

/* What is lifted does not change what CUDA itself needs. */
Test(judge, finds_the_tier_of_what_is_not_enforced)
{
	demand.cuda = SPAN("13.0");
	demand.enforced = false;
	asks_cuda("cuda>=13.0");
	verdict_is("yes", "none");
}

Test(judge, reports_reasons_that_do_not_fit)
{
	struct gb_reasons reasons = {.count = 77};
	struct gpubadge_error err = NO_ERROR;
	struct gb_arena none;

	gb_arena_init(&none, 0);
	cr_assert_eq(gb_judge_explain(&demand, settled(NULL), &none, &reasons, &err),
		     GPUBADGE_E_LIMIT);
	cr_assert_eq(reasons.count, 77);
}
