/* SPDX-License-Identifier: Apache-2.0 */

/* This machine as a server: what NVML says, which is opened at run time and never linked; else
 * what the driver tells below /proc. A machine without a driver is a server without GPUs. */
#ifndef GB_FLEET_HOST_H
#define GB_FLEET_HOST_H

#include "fleet/fleet.h"

struct gb_host_sources {
	const char *nvml; /* "libnvidia-ml.so.1" */
	const char *proc; /* "/proc/driver/nvidia" */
};

extern const struct gb_host_sources gb_host_sources;

enum gpubadge_code gb_host_add(struct gb_fleet *fleet, const struct gb_host_sources *sources,
			       struct gpubadge_error *err) GB_MUST_CHECK;

#endif
