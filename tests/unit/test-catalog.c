/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/catalog.h"

#include <string.h>

#include "expect.h"

static struct gb_fleet fleet;

static void set_up(void)
{
	struct gpubadge_limits limits;

	gpubadge_limits_init(&limits);
	gb_fleet_init(&fleet, &limits);
}

static void tear_down(void)
{
	gb_fleet_done(&fleet);
}

TestSuite(catalog, .init = set_up, .fini = tear_down);

static void add(const char *provider)
{
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_catalog_add(&fleet, provider, &err), GPUBADGE_OK, "%s", err.text);
}

static const struct gb_server *find(const char *name)
{
	for (size_t i = 0; i < fleet.count; i++)
		if (gb_span_is(fleet.servers[i].name, name))
			return &fleet.servers[i];
	cr_assert(false, "no type %s", name);
	return NULL;
}

static void expect_type(int line, const char *name, const char *product, const char *arch,
			const char *brand, const char *architecture)
{
	const struct gb_server *server = find(name);

	cr_assert(server->gpus_known && server->gpu_count == 1, "line %d", line);
	expect_span_at(line, server->gpus[0].product, product);
	expect_span_at(line, server->gpus[0].arch, arch);
	expect_span_at(line, server->gpus[0].brand, brand);
	expect_span_at(line, server->architecture, architecture);
	expect_span_at(line, server->driver, NULL);
	expect_span_at(line, server->cuda, NULL);
	expect_span_at(line, server->note, "a cloud type states no driver: give one with --driver");
}

Test(catalog, adds_the_types_of_one_cloud)
{
	size_t rows = 0;

	add("aws");
	for (size_t i = 0; i < gb_catalog_count; i++)
		rows += strcmp(gb_catalog[i].provider, "aws") == 0;
	cr_assert_eq(fleet.count, rows);
	cr_assert_gt(rows, 70);
	expect_type(__LINE__, "g6.xlarge", "NVIDIA L4", "8.9", "nvidia", "amd64");
	expect_type(__LINE__, "p3.2xlarge", "NVIDIA V100", "7.0", "tesla", "amd64");
}

Test(catalog, has_one_gpu_of_each_kind_however_many_a_type_has)
{
	add("aws");
	expect_type(__LINE__, "p5.48xlarge", "NVIDIA H100", "9.0", "nvidia", "amd64");
}

Test(catalog, knows_which_types_are_no_amd64)
{
	add("aws");
	add("vultr");
	expect_type(__LINE__, "g5g.xlarge", "NVIDIA T4G", NULL, NULL, "arm64");
	expect_type(__LINE__, "vbm-72c-480gb-gh200-gpu", "NVIDIA GH200", "9.0", NULL, "arm64");
}

Test(catalog, knows_no_brand_of_a_fraction_of_a_gpu)
{
	add("aws");
	add("vultr");
	expect_type(__LINE__, "g6f.large", "NVIDIA L4 (1/8 vGPU)", "8.9", NULL, "amd64");
	expect_type(__LINE__, "vcg-a100-1c-6g-4vram", "NVIDIA A100 (1/20 vGPU)", "8.0", NULL,
		    "amd64");
}

Test(catalog, knows_that_a_type_with_other_gpus_has_none_of_nvidia)
{
	const struct gb_server *server;

	add("vultr");
	server = find("vbm-256c-2048gb-8-mi300x-gpu");
	cr_assert(server->gpus_known);
	cr_assert_eq(server->gpu_count, 0);
	expect_span(server->note, "its GPUs are not NVIDIA's: AMD MI300X");
}

Test(catalog, settles_with_both_clouds_and_a_driver)
{
	struct gpubadge_error err = NO_ERROR;
	const struct gb_server *server;

	add("aws");
	add("vultr");
	cr_assert_eq(fleet.count, gb_catalog_count);
	cr_assert_eq(gb_fleet_settle(&fleet, SPAN("550.54.15"), &err), GPUBADGE_OK, "%s", err.text);
	server = find("g6.xlarge");
	cr_assert(server->driver_assumed);
	expect_span(server->cuda, "12.4");
	expect_span(find("vbm-256c-2048gb-8-mi300x-gpu")->driver, NULL);
}

Test(catalog, names_the_clouds_it_has_where_it_has_none)
{
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_catalog_add(&fleet, "azure", &err), GPUBADGE_E_USAGE);
	expect_error(&err, GPUBADGE_E_USAGE,
		     "no catalog of a cloud \"azure\"; there are those of: aws, vultr");
	cr_assert_eq(fleet.count, 0);
}

Test(catalog, stops_at_the_limit_of_servers)
{
	struct gpubadge_error err = NO_ERROR;

	fleet.limits.fleet_servers = 3;
	cr_assert_eq(gb_catalog_add(&fleet, "aws", &err), GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT,
		     "more servers than the limit of 3; --limit fleet_servers=N raises it");
}

Test(catalog, names_a_source_for_every_row)
{
	cr_assert_eq(strlen(gb_catalog_date), strlen("2026-08"));
	for (size_t i = 0; i < gb_catalog_count; i++)
		cr_expect_gt(strlen(gb_catalog[i].source), 0, "%s", gb_catalog[i].type);
}

/* What no requirement could be compared with would be a row for nothing. */
Test(catalog, has_brands_as_requirements_write_them)
{
	for (size_t i = 0; i < gb_catalog_count; i++)
		cr_expect(!gb_catalog[i].brand || strcmp(gb_catalog[i].brand, "nvidia") == 0 ||
				  strcmp(gb_catalog[i].brand, "tesla") == 0,
			  "%s: %s", gb_catalog[i].type, gb_catalog[i].brand);
}
