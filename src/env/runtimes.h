/* SPDX-License-Identifier: Apache-2.0 */

/* What each container runtime makes of the environment: not all of them look at requirements,
 * and those that do read NVIDIA_DISABLE_REQUIRE in three different ways. */
#ifndef GB_ENV_RUNTIMES_H
#define GB_ENV_RUNTIMES_H

#include "env/nvidia-env.h"

enum gb_enforcement {
	GB_ENFORCED,     /* every NVIDIA_REQUIRE_* is checked when the container starts */
	GB_PARTLY,       /* some properties are */
	GB_NOT_ENFORCED, /* nobody looks at it */
};

/* What of NVIDIA_DISABLE_REQUIRE lifts the requirement. */
enum gb_lifted_by {
	GB_LIFTED_BY_TRUE,  /* what Go's strconv.ParseBool takes for true: 1, t, true, ... */
	GB_LIFTED_BY_VALUE, /* any value, "0" and "false" as well */
	GB_LIFTED_BY_NAME,  /* that it is set, be it empty */
};

struct gb_runtime {
	const char *name;
	enum gb_enforcement enforcement; /* of a requirement that nothing lifts */
	enum gb_lifted_by lifted_by;
	/* NVIDIA's own: makes a requirement of CUDA_VERSION, leaves NVIDIA_REQUIRE_JETPACK* out. */
	bool is_toolkit;
	const char *capabilities; /* driver capabilities where none are stated */
	const char *what;         /* a sentence on what it checks */
	const char *source;
};

extern const struct gb_runtime gb_runtimes[];
extern const size_t gb_runtime_count;

/* What RUNTIME does with the requirements of NVIDIA; *RET_WHY is a sentence, static. */
enum gb_enforcement gb_runtime_enforces(const struct gb_runtime *runtime,
					const struct gb_nvidia_environment *nvidia,
					const char **ret_why);

#endif
