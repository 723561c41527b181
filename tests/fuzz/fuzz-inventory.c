/* SPDX-License-Identifier: Apache-2.0 */

/* Inventories of servers, to the settled fleet. */
#include "archive-input.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fleet/inventory.h"
#include "require/version.h"

static void check_version(struct gb_span version)
{
	assert(!version.ptr || gb_version_is_valid(version));
}

/* What the rest of the library relies on. */
static void check_fleet(const struct gb_fleet *fleet)
{
	assert(fleet->profile_count > 0 && fleet->profile_count <= fleet->count);
	for (size_t i = 0; i < fleet->count; i++) {
		const struct gb_server *server = &fleet->servers[i];

		assert(server->name.len > 0 && server->profile < fleet->profile_count);
		assert(server->gpus_known || server->gpu_count == 0);
		check_version(server->driver);
		check_version(server->cuda);
		for (size_t j = 0; j < server->gpu_count; j++)
			check_version(server->gpus[j].arch);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gb_span host = {"host", 4}, none = {NULL, 0};
	struct gpubadge_error err = {.code = GPUBADGE_OK};
	struct gpubadge_limits limits;
	struct gb_fleet fleet;
	int fd = memfd_create("inventory", MFD_CLOEXEC);

	if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size) ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	gpubadge_limits_init(&limits);
	limits.inventory_bytes = 60000;
	limits.inventory_values = 20000;
	gb_fleet_init(&fleet, &limits);
	if (gb_inventory_read(&fleet, fd, host, &err) || gb_fleet_settle(&fleet, none, &err))
		assert(err.code != GPUBADGE_OK && strlen(err.text) > 0);
	else
		check_fleet(&fleet);
	gb_fleet_done(&fleet);
	close(fd);
	return 0;
}
