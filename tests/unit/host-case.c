/* SPDX-License-Identifier: Apache-2.0 */
#include "host-case.h"

#include <stdlib.h>

#include "expect.h"
#include "scratch.h"

struct gb_fleet host_fleet;

void host_case_enter(void)
{
	struct gpubadge_limits limits;

	gpubadge_limits_init(&limits);
	gb_fleet_init(&host_fleet, &limits);
	scratch_enter();
}

void host_case_leave(void)
{
	gb_fleet_done(&host_fleet);
	scratch_leave();
}

void host_set(const char *name, const char *value)
{
	cr_assert_eq(setenv(name, value, 1), 0);
}

enum gpubadge_code host_add(const char *nvml, struct gpubadge_error *err)
{
	const struct gb_host_sources sources = {nvml, PROC};

	*err = NO_ERROR;
	return gb_host_add(&host_fleet, &sources, err);
}

const struct gb_server *host_added(const char *nvml)
{
	struct gpubadge_error err;

	cr_assert_eq(host_add(nvml, &err), GPUBADGE_OK, "%s", err.text);
	cr_assert_eq(err.code, GPUBADGE_OK);
	return &host_fleet.servers[host_fleet.count - 1];
}

void expect_refusal_at(int line, const char *nvml, const char *text)
{
	struct gpubadge_error err;
	size_t count = host_fleet.count;

	cr_assert_eq(host_add(nvml, &err), GPUBADGE_E_IO, "line %d", line);
	expect_error_at(line, &err, GPUBADGE_E_IO, text);
	cr_assert_eq(host_fleet.count, count, "line %d", line);
}
