/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/judge.h"

#include "require/driver-table.h"
#include "require/version.h"

const char *gb_truth_name(enum gb_truth truth)
{
	static const char *const names[] = {
		[GB_NO] = "no",
		[GB_UNKNOWN] = "unknown",
		[GB_YES] = "yes",
	};

	return names[truth];
}

const char *gb_tier_name(enum gb_tier tier)
{
	static const char *const names[] = {
		[GB_TIER_UNKNOWN] = NULL,
		[GB_TIER_NONE] = "none",
		[GB_TIER_FORWARD_COMPAT] = "forward-compat",
		[GB_TIER_MINOR_VERSION] = "minor-version",
		[GB_TIER_NATIVE] = "native",
	};

	return names[tier];
}

static enum gb_truth worse(enum gb_truth a, enum gb_truth b)
{
	return a < b ? a : b;
}

/* Does ALTERNATIVE name a driver branch, as those for forward compatibility do? */
static bool names_branch(const struct gb_alternative *alternative)
{
	bool from = false, below = false;

	for (size_t i = 0; alternative && i < alternative->count; i++) {
		const struct gb_condition *condition = &alternative->conditions[i];

		if (condition->property != GB_PROPERTY_DRIVER)
			continue;
		from = from || condition->op == GB_OP_GE;
		below = below || condition->op == GB_OP_LT;
	}
	return from && below;
}

struct outcome {
	enum gb_truth truth;
	bool by_branch; /* a branch that is listed decided for one of them */
};

/* Do all requirements hold on all GPUs? */
static struct outcome meets_all(const struct gb_demand *demand, const struct gb_profile *profile)
{
	struct outcome outcome = {demand->unreadable ? GB_UNKNOWN : GB_YES, false};

	if (demand->count > GB_MOST_REQUIREMENTS)
		outcome.truth = GB_NO;
	for (size_t i = 0; i < profile->subject_count; i++) {
		for (size_t j = 0; j < demand->count && outcome.truth != GB_NO; j++) {
			struct gb_answer answer = gb_requirement_evaluate(
				demand->requirements[j].requirement, &profile->subjects[i]);

			outcome.truth = worse(outcome.truth, answer.truth);
			outcome.by_branch = outcome.by_branch || names_branch(answer.met);
		}
	}
	return outcome;
}

enum gb_truth gb_meets_requirements(const struct gb_demand *demand,
				    const struct gb_profile *profile)
{
	return meets_all(demand, profile).truth;
}

static bool has_no_gpu(const struct gb_server *server)
{
	return server->gpus_known && server->gpu_count == 0;
}

bool gb_is_other_architecture(const struct gb_demand *demand, const struct gb_server *server)
{
	return demand->architecture.ptr && server->architecture.ptr &&
	       !gb_span_equal(demand->architecture, server->architecture);
}

/* CUDA minor-version compatibility: the driver reaches the floor of the image's major version,
 * and supports that version itself. */
static enum gb_tier minor_version_tier(const struct gb_demand *demand,
				       const struct gb_server *server)
{
	struct gb_span major = {demand->cuda.ptr, gb_span_index(demand->cuda, '.')};
	struct gb_span own = {server->cuda.ptr, gb_span_index(server->cuda, '.')};

	if (gb_version_compare(major, own) != 0)
		return GB_TIER_NONE;
	for (size_t i = 0; i < gb_cuda_major_count; i++) {
		if (!gb_span_is(major, gb_cuda_majors[i].major))
			continue;
		if (!server->driver.ptr)
			return GB_TIER_UNKNOWN;
		return gb_version_compare(server->driver, gb_span_of(gb_cuda_majors[i].driver)) >= 0
			       ? GB_TIER_MINOR_VERSION
			       : GB_TIER_NONE;
	}
	return GB_TIER_NONE;
}

/* Forward compatibility is for GPUs of data centres and some workstation cards that NVIDIA
 * lists; consumer cards refuse it (error 804, CUDA compatibility guide). */
static enum gb_tier forward_compat_tier(const struct gb_profile *profile)
{
	static const char *const centre[] = {"tesla", "nvidia"};
	static const char *const consumer[] = {"geforce", "geforcertx", "titan", "titanrtx"};
	enum gb_tier tier = GB_TIER_FORWARD_COMPAT;

	for (size_t i = 0; i < profile->server->gpu_count; i++) {
		struct gb_span brand = profile->server->gpus[i].brand;
		bool is_centre = false;

		for (size_t j = 0; j < GB_ARRAY_LEN(consumer); j++)
			if (brand.ptr && gb_span_is_nocase(brand, consumer[j]))
				return GB_TIER_NONE;
		for (size_t j = 0; j < GB_ARRAY_LEN(centre); j++)
			is_centre = is_centre || (brand.ptr && gb_span_is_nocase(brand, centre[j]));
		if (!is_centre)
			tier = GB_TIER_UNKNOWN;
	}
	return tier;
}

/* NVIDIA's lists name the driver branches that the image's cuda-compat package supports. */
static enum gb_tier tier_of(const struct gb_demand *demand, const struct gb_profile *profile,
			    struct outcome requirements)
{
	const struct gb_server *server = profile->server;
	enum gb_tier tier;

	if (!demand->cuda.ptr || !server->cuda.ptr || !server->gpus_known)
		return GB_TIER_UNKNOWN;
	if (gb_version_compare(server->cuda, demand->cuda) >= 0)
		return GB_TIER_NATIVE;
	tier = minor_version_tier(demand, server);
	if (tier != GB_TIER_NONE)
		return tier;
	if (requirements.truth == GB_UNKNOWN)
		return GB_TIER_UNKNOWN;
	return requirements.truth == GB_YES && requirements.by_branch ? forward_compat_tier(profile)
								      : GB_TIER_NONE;
}

struct gb_verdict gb_judge(const struct gb_demand *demand, const struct gb_profile *profile)
{
	const struct gb_server *server = profile->server;
	struct gb_verdict verdict = {GB_YES, GB_TIER_UNKNOWN};
	struct outcome requirements;

	if (!demand->gpu)
		return verdict;
	if (has_no_gpu(server) || gb_is_other_architecture(demand, server))
		return (struct gb_verdict){GB_NO, GB_TIER_NONE};
	requirements = meets_all(demand, profile);
	verdict.tier = tier_of(demand, profile, requirements);
	if (demand->enforced)
		verdict.truth = requirements.truth;
	if (!server->gpus_known)
		verdict.truth = worse(verdict.truth, GB_UNKNOWN);
	return verdict;
}
