/* SPDX-License-Identifier: Apache-2.0 */

/* An image and a server: the verdict, and the reasons for it. */
#ifndef GB_FLEET_JUDGE_H
#define GB_FLEET_JUDGE_H

#include "fleet/fleet.h"

struct gb_named_requirement {
	const char *variable; /* "NVIDIA_REQUIRE_CUDA" */
	const struct gb_requirement *requirement;
};

/* The nearest ways in that have been worked out, by kind of GPU: to try all drivers is the costly
 * part of a reason, and a fleet has few kinds. Zero-initialised, with an arena. */
struct gb_ways {
	struct gb_arena *arena;
	struct gb_way *items;
	size_t count;
	size_t capacity;
};

/* What an image asks of a server. Borrowed. */
struct gb_demand {
	bool gpu;        /* it carries the badge */
	bool enforced;   /* NVIDIA_DISABLE_REQUIRE does not lift the requirements */
	bool unreadable; /* it states a CUDA version, and that is none */
	const struct gb_named_requirement *requirements; /* all have to hold */
	size_t count;
	struct gb_span cuda;         /* "12.4", what it was built with; absent: not known */
	struct gb_span architecture; /* "amd64"; absent: not known */
	struct gb_ways *ways;        /* NULL: nothing is kept from one reason to the next */
};

/* What CUDA's rules of compatibility say, whether the requirement is met or not. */
enum gb_tier {
	GB_TIER_UNKNOWN,
	GB_TIER_NONE,
	GB_TIER_FORWARD_COMPAT, /* with the cuda-compat package, on GPUs of data centres */
	GB_TIER_MINOR_VERSION,  /* same major version, driver not below its floor */
	GB_TIER_NATIVE,         /* the driver supports the image's CUDA or a newer one */
};

const char *gb_truth_name(enum gb_truth truth); /* "yes" */
const char *gb_tier_name(enum gb_tier tier);    /* "minor-version"; NULL: unknown */

struct gb_verdict {
	enum gb_truth truth;
	enum gb_tier tier;
};

/* An image without the badge runs anywhere; one with it on no server without an NVIDIA GPU;
 * else its requirements decide, for every GPU. */
struct gb_verdict gb_judge(const struct gb_demand *demand, const struct gb_profile *profile);

/* libnvidia-container takes that many requirements (src/cli/cli.h), and refuses more. */
#define GB_MOST_REQUIREMENTS 32

/* Do all requirements hold on all GPUs, enforced or not? */
enum gb_truth gb_meets_requirements(const struct gb_demand *demand,
				    const struct gb_profile *profile);

/* Are the image and the server known to be for different processors? */
bool gb_is_other_architecture(const struct gb_demand *demand, const struct gb_server *server);

#define GB_REASONS 8

struct gb_reasons {
	const char *items[GB_REASONS]; /* sentences; foreign text in them is not quoted */
	size_t count;
};

/* Why gb_judge() says what it says; for a no also the nearest way in. */
enum gpubadge_code gb_judge_explain(const struct gb_demand *demand,
				    const struct gb_profile *profile, struct gb_arena *arena,
				    struct gb_reasons *ret_reasons, struct gpubadge_error *err)
	GB_MUST_CHECK;

#endif
