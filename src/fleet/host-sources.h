/* SPDX-License-Identifier: Apache-2.0 */

/* The two places that tell of this machine's GPUs. Texts in what they fill in live in ARENA or
 * are literals. */
#ifndef GB_FLEET_HOST_SOURCES_H
#define GB_FLEET_HOST_SOURCES_H

#include "fleet/fleet.h"

/* GPUs of one machine that are believed in; the largest have 16. */
#define GB_HOST_GPUS 1024

/* Driver, CUDA version and GPUs as the NVML library LIBRARY (a name or path for dlopen()) tells
 * them. If there is none to ask, because it is not there, or it finds no driver or no GPU,
 * *RET_WHY says so ("could not be loaded") and SERVER is untouched; else *RET_WHY is NULL. IO if
 * NVML fails. */
enum gpubadge_code gb_host_read_nvml(const char *library, struct gb_arena *arena,
				     struct gb_server *server, const char **ret_why,
				     struct gpubadge_error *err) GB_MUST_CHECK;

/* The same as the driver tells it below DIRECTORY ("/proc/driver/nvidia"): its version, and the
 * products, without brand and compute capability. If there is no such directory *RET_LOADED is
 * false and SERVER is untouched. IO if something there cannot be read. */
enum gpubadge_code gb_host_read_proc(const char *directory, struct gb_arena *arena,
				     struct gb_server *server, bool *ret_loaded,
				     struct gpubadge_error *err) GB_MUST_CHECK;

#endif
