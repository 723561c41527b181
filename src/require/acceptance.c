/* SPDX-License-Identifier: Apache-2.0 */
#include "require/acceptance.h"

#include <stdio.h>
#include "require/driver-table.h"
#include "require/version.h"

/* Driver versions named by requirements, apart from branch numbers, and CUDA versions. NVIDIA's
 * lists name no driver version and one CUDA version, and each of them costs evaluations. */
#define MAX_NAMED 128

/* Conditions of all requirements together. A published list has 220. */
#define MAX_CONDITIONS 20000

struct named {
	struct gb_span items[MAX_NAMED];
	size_t count;
};

/* What is tried, in rising order, and what has been found so far. */
struct trial {
	const struct gb_requirement *const *requirements;
	size_t requirement_count;
	struct named drivers;
	struct named cudas;
	struct gb_subject subject;
	struct gb_arena *arena;
	struct gb_acceptance acceptance;
	size_t capacity;
	bool accepting; /* the last range has no end yet */
};

/* The index of the branch with that number, or the count. */
static size_t find_branch(struct gb_span number)
{
	size_t i = 0;

	while (i < gb_driver_branch_count &&
	       gb_version_compare(gb_span_of(gb_driver_branches[i].branch), number) != 0)
		i++;
	return i;
}

/* False if there are too many. */
static bool add_named(struct named *named, struct gb_span version)
{
	for (size_t i = 0; i < named->count; i++)
		if (gb_version_compare(named->items[i], version) == 0)
			return true;
	if (named->count == MAX_NAMED)
		return false;
	named->items[named->count++] = version;
	return true;
}

static bool is_newer_than_tables(struct gb_span driver)
{
	const char *last = gb_driver_branches[gb_driver_branch_count - 1].branch;
	struct gb_span number = {driver.ptr, gb_span_index(driver, '.')};

	return gb_version_compare(number, gb_span_of(last)) > 0;
}

/* The bare number of a branch is where the branch starts, and is tried anyway; of a branch that
 * is not there ("driver<471") there are no drivers. */
static bool is_worth_trying(struct gb_span driver)
{
	struct gb_span number = {driver.ptr, gb_span_index(driver, '.')};

	if (is_newer_than_tables(driver))
		return true;
	return find_branch(number) < gb_driver_branch_count &&
	       gb_version_compare(number, driver) != 0;
}

static bool add_condition(struct trial *trial, const struct gb_condition *condition)
{
	if (condition->flaw != GB_FLAW_NONE)
		return true;
	if (condition->property == GB_PROPERTY_CUDA)
		return add_named(&trial->cudas, condition->value);
	if (condition->property == GB_PROPERTY_DRIVER && is_worth_trying(condition->value))
		return add_named(&trial->drivers, condition->value);
	return true;
}

static bool add_all(struct trial *trial, const struct gb_requirement *requirement)
{
	for (size_t i = 0; i < requirement->count; i++)
		for (size_t j = 0; j < requirement->alternatives[i].count; j++)
			if (!add_condition(trial, &requirement->alternatives[i].conditions[j]))
				return false;
	return true;
}

/* Gathers what is named. */
static bool has_too_many(struct trial *trial)
{
	size_t conditions = 0;

	for (size_t i = 0; i < trial->requirement_count; i++) {
		const struct gb_requirement *requirement = trial->requirements[i];

		for (size_t j = 0; j < requirement->count; j++)
			conditions += requirement->alternatives[j].count;
		if (conditions > MAX_CONDITIONS || !add_all(trial, requirement))
			return true;
	}
	return false;
}

static enum gb_truth try_subject(const struct trial *trial)
{
	enum gb_truth truth = GB_YES;

	for (size_t i = 0; i < trial->requirement_count; i++) {
		struct gb_answer answer = gb_requirement_evaluate(trial->requirements[i],
								  &trial->subject);

		if (answer.truth < truth)
			truth = answer.truth;
	}
	return truth;
}

/* Newer than anything that will ever be asked for. */
#define NEWEST "4294967295"

/* The CUDA versions that branch INDEX reports lie between these. */
static void bound_cuda(size_t index, struct gb_span *ret_low, struct gb_span *ret_high)
{
	size_t low = index, high = index;

	while (low > 0 && !gb_driver_branches[low].cuda)
		low--;
	while (high < gb_driver_branch_count && !gb_driver_branches[high].cuda)
		high++;
	*ret_low = gb_span_of(gb_driver_branches[low].cuda ? gb_driver_branches[low].cuda : "0");
	*ret_high = gb_span_of(high < gb_driver_branch_count ? gb_driver_branches[high].cuda
							     : NEWEST);
}

static enum gb_truth try_cuda(struct trial *trial, struct gb_span cuda, bool just_above)
{
	gb_subject_set(&trial->subject, GB_PROPERTY_CUDA, cuda);
	trial->subject.facts[GB_PROPERTY_CUDA].just_above = just_above;
	return try_subject(trial);
}

/* All CUDA versions from LOW to HIGH have to agree: those two, and what is named in between. */
static enum gb_truth try_cudas(struct trial *trial, struct gb_span low, struct gb_span high)
{
	enum gb_truth truth = try_cuda(trial, low, false);

	if (gb_span_equal(low, high))
		return truth;
	if (try_cuda(trial, low, true) != truth || try_cuda(trial, high, false) != truth)
		return GB_UNKNOWN;
	for (size_t i = 0; i < trial->cudas.count; i++) {
		struct gb_span cuda = trial->cudas.items[i];

		if (gb_version_compare(cuda, low) > 0 && gb_version_compare(cuda, high) < 0 &&
		    (try_cuda(trial, cuda, false) != truth || try_cuda(trial, cuda, true) != truth))
			return GB_UNKNOWN;
	}
	return truth;
}

/* Is the driver at PLACE of branch INDEX accepted? */
static enum gb_truth try_place(struct trial *trial, size_t index, struct gb_driver_place place)
{
	struct gb_span low, high;

	bound_cuda(index, &low, &high);
	gb_subject_set(&trial->subject, GB_PROPERTY_DRIVER, place.driver);
	trial->subject.facts[GB_PROPERTY_DRIVER].just_above = place.just_above;
	return try_cudas(trial, low, high);
}

/* The drivers from PLACE up to the next place that is tried have TRUTH. */
static enum gpubadge_code note(struct trial *trial, struct gb_driver_place place,
			       enum gb_truth truth, struct gpubadge_error *err)
{
	struct gb_acceptance *acceptance = &trial->acceptance;

	if (truth == GB_UNKNOWN)
		acceptance->undecided = true;
	if (truth != GB_YES && trial->accepting)
		acceptance->accepted[acceptance->count - 1].until = place;
	if (truth == GB_YES && !trial->accepting) {
		acceptance->accepted = gb_arena_grow(trial->arena, acceptance->accepted,
						     acceptance->count, &trial->capacity,
						     sizeof(*acceptance->accepted), err);
		if (!acceptance->accepted)
			return err->code;
		acceptance->accepted[acceptance->count++] = (struct gb_driver_range){.from = place};
	}
	trial->accepting = truth == GB_YES;
	return GPUBADGE_OK;
}

/* No driver has the bare number of its branch as its version: the branch starts just above. */
static enum gpubadge_code try_branch(struct trial *trial, size_t index, struct gpubadge_error *err)
{
	struct gb_span branch = gb_span_of(gb_driver_branches[index].branch);
	enum gb_truth truth = try_place(trial, index, (struct gb_driver_place){branch, true});

	if (note(trial, (struct gb_driver_place){branch, false}, truth, err))
		return err->code;
	for (size_t i = 0; i < trial->drivers.count; i++) {
		struct gb_driver_place place = {trial->drivers.items[i], false};
		struct gb_span number = {place.driver.ptr, gb_span_index(place.driver, '.')};

		if (gb_version_compare(number, branch) != 0)
			continue;
		if (note(trial, place, try_place(trial, index, place), err))
			return err->code;
		place.just_above = true;
		if (note(trial, place, try_place(trial, index, place), err))
			return err->code;
	}
	return GPUBADGE_OK;
}

/* Are all drivers accepted that are newer than the tables: from FIRST on, at every one that is
 * named, and however far ahead? They report the last CUDA version of the tables or any newer
 * one. */
static enum gb_truth try_newer_than(struct trial *trial, struct gb_span first)
{
	size_t last = gb_driver_branch_count - 1;
	enum gb_truth truth = try_place(trial, last, (struct gb_driver_place){first, true});

	if (truth == GB_YES)
		truth = try_place(trial, last, (struct gb_driver_place){gb_span_of(NEWEST), false});
	for (size_t i = 0; i < trial->drivers.count && truth == GB_YES; i++) {
		struct gb_driver_place place = {trial->drivers.items[i], false};

		if (!is_newer_than_tables(place.driver))
			continue;
		truth = try_place(trial, last, place);
		place.just_above = true;
		if (truth == GB_YES)
			truth = try_place(trial, last, place);
	}
	return truth;
}

/* Opens the last range, or ends it with the tables. */
static enum gpubadge_code try_newer(struct trial *trial, struct gpubadge_error *err)
{
	struct gb_acceptance *acceptance = &trial->acceptance;
	struct gb_driver_range *range;
	const char *copy;
	uint64_t number;
	char next[24];

	if (!trial->accepting)
		return GPUBADGE_OK;
	range = &acceptance->accepted[acceptance->count - 1];
	gb_span_number(gb_span_of(gb_driver_branches[gb_driver_branch_count - 1].branch), &number);
	snprintf(next, sizeof(next), "%llu", (unsigned long long)number + 1);
	range->open = try_newer_than(trial, gb_span_of(next)) == GB_YES;
	if (range->open)
		return GPUBADGE_OK;
	copy = gb_arena_copy(trial->arena, gb_span_of(next), err);
	range->until.driver = gb_span_of(copy);
	return err->code;
}

enum gpubadge_code gb_acceptance_of(const struct gb_requirement *const *requirements, size_t count,
				    const struct gb_subject *gpu, struct gb_arena *arena,
				    struct gb_acceptance *ret_acceptance,
				    struct gpubadge_error *err)
{
	struct trial trial = {
		.requirements = requirements,
		.requirement_count = count,
		.subject = *gpu,
		.arena = arena,
	};

	trial.acceptance.too_many = has_too_many(&trial);
	gb_version_sort(trial.drivers.items, trial.drivers.count);
	for (size_t i = 0; !trial.acceptance.too_many && i < gb_driver_branch_count; i++)
		if (try_branch(&trial, i, err))
			return err->code;
	if (!trial.acceptance.too_many && try_newer(&trial, err))
		return err->code;
	*ret_acceptance = trial.acceptance;
	return GPUBADGE_OK;
}

static bool is_same_place(const struct gb_driver_place *a, const struct gb_driver_place *b)
{
	return a->just_above == b->just_above && gb_span_equal(a->driver, b->driver);
}

bool gb_acceptance_equal(const struct gb_acceptance *a, const struct gb_acceptance *b)
{
	if (a->count != b->count || a->undecided != b->undecided || a->too_many != b->too_many)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct gb_driver_range *left = &a->accepted[i], *right = &b->accepted[i];

		if (!is_same_place(&left->from, &right->from) || left->open != right->open ||
		    (!left->open && !is_same_place(&left->until, &right->until)))
			return false;
	}
	return true;
}
