/* SPDX-License-Identifier: Apache-2.0 */

/* The environment as NVIDIA's container toolkit reads it (internal/config/image/envvars.go,
 * cuda_image.go). Every variable name this program knows stands here. */
#ifndef GB_ENV_NVIDIA_ENV_H
#define GB_ENV_NVIDIA_ENV_H

#include "env/environment.h"

#define GB_NVIDIA_GPU "NVIDIA_GPU"
#define GB_NVIDIA_REQUIRE_CUDA "NVIDIA_REQUIRE_CUDA"
#define GB_CUDA_VERSION "CUDA_VERSION"
#define GB_NVIDIA_VISIBLE_DEVICES "NVIDIA_VISIBLE_DEVICES"
#define GB_NVIDIA_DRIVER_CAPABILITIES "NVIDIA_DRIVER_CAPABILITIES"
#define GB_NVIDIA_DISABLE_REQUIRE "NVIDIA_DISABLE_REQUIRE"
#define GB_NVIDIA_REQUIRE_PREFIX "NVIDIA_REQUIRE_"
#define GB_NVIDIA_REQUIRE_JETPACK_PREFIX "NVIDIA_REQUIRE_JETPACK"

/* One requirement and the variable it comes from. */
struct gb_stated {
	const char *variable;
	struct gb_span expression;
};

/* A list as a variable holds it; items is NULL if the variable is not set. */
struct gb_words {
	struct gb_span *items;
	size_t count;
};

struct gb_nvidia_environment {
	/* Absent if not set or empty: an inherited variable cannot be unset in a Dockerfile,
	 * only emptied, and the toolkit treats both alike. */
	struct gb_span gpu;
	struct gb_span require_cuda;
	struct gb_span cuda_version;

	/* NVIDIA_REQUIRE_CUDA, or the legacy rule's cuda>=MAJOR.MINOR of CUDA_VERSION;
	 * variable is NULL where there is none. */
	struct gb_stated cuda;
	bool cuda_unreadable; /* CUDA_VERSION is all there is, and it is no version */

	/* The other NVIDIA_REQUIRE_*: all must hold as well. */
	struct gb_stated *conditions;
	size_t condition_count;
	bool jetpack; /* there is an NVIDIA_REQUIRE_JETPACK*, which is no requirement */

	/* NVIDIA_DISABLE_REQUIRE as it stands; absent if it is not set, which is not the same as
	 * empty to all runtimes (runtimes.h). */
	struct gb_span disable_require;
	bool enforced; /* it is not true, as Go's strconv.ParseBool reads it */
	struct gb_words visible_devices;
	struct gb_words driver_capabilities;
};

/* Reads ENVIRONMENT, adding what a person should know to FINDINGS. Spans are borrowed from the
 * entries or live in ARENA. */
enum gpubadge_code gb_nvidia_read(const struct gb_environment *environment,
				  const struct gpubadge_limits *limits, struct gb_arena *arena,
				  struct gb_findings *findings,
				  struct gb_nvidia_environment *ret_nvidia,
				  struct gpubadge_error *err) GB_MUST_CHECK;

#endif
