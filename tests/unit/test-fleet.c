/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "fleet-case.h"

TestSuite(fleet, .init = fleet_case_enter, .fini = fleet_case_leave);

#define NO_VERSION " is no version (digits and dots, at most 100 of them)"

static struct gb_gpu gpu(const char *product, const char *brand, const char *arch)
{
	return (struct gb_gpu){gb_span_of(product), gb_span_of(brand), gb_span_of(arch), false};
}

/* Adds a server that has these facts; COUNT of GPUS, which may be none. */
static enum gpubadge_code add(const char *name, const char *driver, const char *cuda,
			      const struct gb_gpu *gpus, size_t count)
{
	const struct gb_server server = {
		.name = gb_span_of(name),
		.driver = gb_span_of(driver),
		.cuda = gb_span_of(cuda),
		.gpus = gpus,
		.gpu_count = count,
		.gpus_known = true,
	};

	return gb_fleet_add(&fleet_case.fleet, &server, &fleet_case.err);
}

static void add_ok(const char *name, const char *driver, const char *cuda,
		   const struct gb_gpu *gpus, size_t count)
{
	cr_assert_eq(add(name, driver, cuda, gpus, count), GPUBADGE_OK, "%s", fleet_case.err.text);
}

static void settle(const char *driver)
{
	cr_assert_eq(gb_fleet_settle(&fleet_case.fleet, gb_span_of(driver), &fleet_case.err),
		     GPUBADGE_OK, "%s", fleet_case.err.text);
}

static const struct gb_server *server_at(size_t index)
{
	return &fleet_case.fleet.servers[index];
}

/* --- adding --- */

Test(fleet, keeps_its_own_copy_of_everything)
{
	char name[] = "gpu-1", driver[] = "535.1", cuda[] = "12.2", arch[] = "amd64", note[] = "n";
	char product[] = "Tesla T4", brand[] = "Nvidia", capability[] = "7.5";
	struct gb_gpu gpus[] = {gpu(product, brand, capability)};
	struct gb_server server = {
		.name = gb_span_of(name),
		.driver = gb_span_of(driver),
		.cuda = gb_span_of(cuda),
		.architecture = gb_span_of(arch),
		.note = gb_span_of(note),
		.gpus = gpus,
		.gpu_count = 1,
		.gpus_known = true,
	};

	cr_assert_eq(gb_fleet_add(&fleet_case.fleet, &server, &fleet_case.err), GPUBADGE_OK);
	name[0] = driver[0] = cuda[0] = arch[0] = note[0] = '#';
	product[0] = brand[0] = capability[0] = '#';
	gpus[0].product = SPAN("other");
	expect_span(server_at(0)->name, "gpu-1");
	expect_span(server_at(0)->driver, "535.1");
	expect_span(server_at(0)->cuda, "12.2");
	expect_span(server_at(0)->architecture, "amd64");
	expect_span(server_at(0)->note, "n");
	expect_span(server_at(0)->gpus[0].product, "Tesla T4");
	expect_span(server_at(0)->gpus[0].brand, "Nvidia");
	expect_span(server_at(0)->gpus[0].arch, "7.5");
}

Test(fleet, makes_gpus_of_one_kind_one)
{
	const struct gb_gpu gpus[] = {
		gpu("B", NULL, "8.0"), gpu("A", NULL, NULL),  gpu("B", NULL, "8.0"),
		gpu("A", "x", NULL),   gpu(NULL, NULL, NULL),
	};

	add_ok("a", NULL, NULL, gpus, GB_ARRAY_LEN(gpus));
	cr_assert_eq(server_at(0)->gpu_count, 4);
	expect_span(server_at(0)->gpus[0].product, NULL);
	expect_span(server_at(0)->gpus[1].brand, NULL);
	expect_span(server_at(0)->gpus[2].brand, "x");
	expect_span(server_at(0)->gpus[3].product, "B");
}

Test(fleet, names_the_field_of_a_version_that_is_none)
{
	const struct gb_gpu gpus[] = {gpu(NULL, NULL, "8.0"), gpu(NULL, NULL, "sm_80")};

	add("a", "535.x", NULL, NULL, 0);
	expect_error(&fleet_case.err, GPUBADGE_E_SCHEMA,
		     "server \"a\": driver: \"535.x\"" NO_VERSION);
	fleet_case_reset();
	add("a", "535.1", "", NULL, 0);
	expect_error(&fleet_case.err, GPUBADGE_E_SCHEMA, "server \"a\": cuda: \"\"" NO_VERSION);
	fleet_case_reset();
	add("a", NULL, NULL, gpus, 2);
	expect_error(&fleet_case.err, GPUBADGE_E_SCHEMA,
		     "server \"a\": gpus[1].arch: \"sm_80\"" NO_VERSION);
	cr_expect_eq(fleet_case.fleet.count, 0);
}

Test(fleet, refuses_a_server_without_a_name)
{
	add("", NULL, NULL, NULL, 0);
	expect_error(&fleet_case.err, GPUBADGE_E_SCHEMA, "a server has an empty name");
}

Test(fleet, holds_as_many_servers_as_allowed)
{
	fleet_case.limits.fleet_servers = 2;
	fleet_case_reset();
	add_ok("a", NULL, NULL, NULL, 0);
	add_ok("b", NULL, NULL, NULL, 0);
}

Test(fleet, refuses_one_server_more_than_allowed)
{
	fleet_case.limits.fleet_servers = 2;
	fleet_case_reset();
	add_ok("a", NULL, NULL, NULL, 0);
	add_ok("b", NULL, NULL, NULL, 0);
	cr_expect_eq(add("c", NULL, NULL, NULL, 0), GPUBADGE_E_LIMIT);
	expect_error(&fleet_case.err, GPUBADGE_E_LIMIT,
		     "more servers than the limit of 2; --limit fleet_servers=N raises it");
}

Test(fleet, refuses_more_bytes_than_allowed)
{
	fleet_case.limits.result_bytes = 1000;
	fleet_case_reset();
	cr_expect_eq(add("a", NULL, NULL, NULL, 0), GPUBADGE_E_LIMIT);
	expect_error_in(&fleet_case.err, GPUBADGE_E_LIMIT,
			"than the limit of 1000 bytes; --limit result_bytes=N");
}

/* --- settling --- */

Test(fleet, refuses_two_servers_of_one_name)
{
	add_ok("b", NULL, NULL, NULL, 0);
	add_ok("a", NULL, NULL, NULL, 0);
	add_ok("b", "535.1", NULL, NULL, 0);
	cr_expect_eq(gb_fleet_settle(&fleet_case.fleet, (struct gb_span){NULL, 0}, &fleet_case.err),
		     GPUBADGE_E_SCHEMA);
	expect_error(&fleet_case.err, GPUBADGE_E_SCHEMA,
		     "server \"b\" is listed twice; names have to be unique");
}

Test(fleet, tells_names_apart_that_differ_in_their_end)
{
	add_ok("a", NULL, NULL, NULL, 0);
	add_ok("aa", NULL, NULL, NULL, 0);
	add_ok("A", NULL, NULL, NULL, 0);
	settle(NULL);
}

Test(fleet, settles_without_servers)
{
	settle(NULL);
	cr_expect_eq(fleet_case.fleet.profile_count, 0);
}

Test(fleet, takes_cuda_from_the_branch_of_the_driver)
{
	add_ok("a", "535.183.06", NULL, NULL, 0);
	add_ok("b", "535.183.06", "12.1", NULL, 0);
	add_ok("c", "1.0", NULL, NULL, 0);
	add_ok("d", NULL, NULL, NULL, 0);
	settle(NULL);
	expect_span(server_at(0)->cuda, "12.2");
	cr_expect(server_at(0)->cuda_from_table);
	expect_span(server_at(1)->cuda, "12.1");
	cr_expect(!server_at(1)->cuda_from_table);
	expect_span(server_at(2)->cuda, NULL);
	cr_expect(!server_at(2)->cuda_from_table);
	expect_span(server_at(3)->cuda, NULL);
}

Test(fleet, assumes_a_driver_where_there_may_be_a_gpu)
{
	const struct gb_gpu gpus[] = {gpu("Tesla T4", NULL, NULL)};
	const struct gb_server unknown = {.name = SPAN("d")};
	char driver[] = "550.1";

	add_ok("a", NULL, NULL, gpus, 1);
	add_ok("b", "535.1", NULL, gpus, 1);
	add_ok("c", NULL, NULL, NULL, 0);
	cr_assert_eq(gb_fleet_add(&fleet_case.fleet, &unknown, &fleet_case.err), GPUBADGE_OK);
	settle(driver);
	driver[0] = '#';
	expect_span(server_at(0)->driver, "550.1");
	cr_expect(server_at(0)->driver_assumed);
	expect_span(server_at(0)->cuda, "12.4");
	expect_span(server_at(1)->driver, "535.1");
	cr_expect(!server_at(1)->driver_assumed);
	expect_span(server_at(2)->driver, NULL);
	expect_span(server_at(3)->driver, "550.1");
}

Test(fleet, takes_the_brand_from_the_product)
{
	const struct gb_gpu gpus[] = {
		gpu("Tesla T4", NULL, NULL),
		gpu("Tesla T4", "Tesla", NULL),
		gpu("Tesla K80", NULL, NULL),
		gpu(NULL, NULL, NULL),
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(gpus); i++)
		add_ok((const char[]){(char)('a' + i), '\0'}, NULL, NULL, &gpus[i], 1);
	settle(NULL);
	expect_span(server_at(0)->gpus[0].brand, "nvidia");
	cr_expect(server_at(0)->gpus[0].brand_from_product);
	expect_span(server_at(1)->gpus[0].brand, "Tesla");
	cr_expect(!server_at(1)->gpus[0].brand_from_product);
	expect_span(server_at(2)->gpus[0].brand, NULL);
	expect_span(server_at(3)->gpus[0].brand, NULL);
}

Test(fleet, gives_servers_with_the_same_facts_one_profile)
{
	const struct gb_gpu gpus[] = {gpu("Tesla T4", NULL, "7.5"), gpu("L4", NULL, "8.9")};
	const struct gb_gpu turned[] = {gpus[1], gpus[0], gpus[0]};

	add_ok("z", "535.1", NULL, gpus, 2);
	add_ok("b", "550.1", NULL, gpus, 2);
	add_ok("c", "535.1", NULL, turned, 3);
	settle(NULL);
	cr_assert_eq(fleet_case.fleet.profile_count, 2);
	cr_expect_eq(server_at(0)->profile, server_at(2)->profile);
	cr_expect_neq(server_at(0)->profile, server_at(1)->profile);
	for (size_t i = 0; i < 3; i++)
		expect_span(fleet_case.fleet.profiles[server_at(i)->profile].server->driver,
			    i == 1 ? "550.1" : "535.1");
	expect_span(server_at(0)->name, "z");
}

Test(fleet, gives_every_difference_its_own_profile)
{
	static const struct gb_gpu gpus[] = {{.arch = {"8.0", 3}},
					     {.brand = {"nvidia", 6}},
					     {.product = {"L4", 2}}};
	const struct gb_server servers[] = {
		{.name = SPAN("unknown")},
		{.name = SPAN("driver"), .driver = SPAN("1.0")},
		{.name = SPAN("another driver"), .driver = SPAN("1.00")},
		{.name = SPAN("cuda"), .cuda = SPAN("1.0")},
		{.name = SPAN("architecture"), .architecture = SPAN("amd64")},
		{.name = SPAN("note"), .note = SPAN("a note")},
		{.name = SPAN("none"), .gpus_known = true},
		{.name = SPAN("arch"), .gpus_known = true, .gpus = &gpus[0], .gpu_count = 1},
		{.name = SPAN("brand"), .gpus_known = true, .gpus = &gpus[1], .gpu_count = 1},
		{.name = SPAN("product"), .gpus_known = true, .gpus = &gpus[2], .gpu_count = 1},
		{.name = SPAN("two"), .gpus_known = true, .gpus = gpus, .gpu_count = 2},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(servers); i++)
		cr_assert_eq(gb_fleet_add(&fleet_case.fleet, &servers[i], &fleet_case.err),
			     GPUBADGE_OK);
	settle(NULL);
	cr_assert_eq(fleet_case.fleet.profile_count, GB_ARRAY_LEN(servers));
}

Test(fleet, tells_what_is_stated_from_what_is_derived)
{
	const struct gb_gpu gpus[] = {gpu("L4", NULL, NULL), gpu("L4", "nvidia", NULL)};

	add_ok("assumed", NULL, NULL, &gpus[0], 1);
	add_ok("stated", "535.1", NULL, &gpus[0], 1);
	add_ok("stated with cuda", "535.1", "12.2", &gpus[0], 1);
	add_ok("stated with brand", "535.1", NULL, &gpus[1], 1);
	settle("535.1");
	cr_assert_eq(fleet_case.fleet.profile_count, 4);
}

Test(fleet, is_done_twice)
{
	add_ok("a", NULL, NULL, NULL, 0);
	gb_fleet_done(&fleet_case.fleet);
	gb_fleet_done(&fleet_case.fleet);
	cr_expect_eq(fleet_case.fleet.count, 0);
}
