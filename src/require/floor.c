/* SPDX-License-Identifier: Apache-2.0 */
#include "require/floor.h"

#include <string.h>
#include <strings.h>

#include "base/gb-bytes.h"
#include "require/driver-table.h"
#include "require/version.h"

static bool is_above(struct gb_span a, struct gb_span b)
{
	return gb_version_compare(a, b) > 0;
}

/* The bounds of one alternative, gathered over its conditions. */
struct bounds {
	struct gb_span cuda; /* lower bound as reported by drivers */
	bool states_cuda;
	bool cuda_newer;
	struct gb_span cuda_driver; /* lowest driver that reports CUDA */
	struct gb_span driver;
	struct gb_span below;
	struct gb_span brand;
	size_t brands;
	bool conditional;
	bool has_flaw;
};

static void raise(struct gb_span *bound, struct gb_span value)
{
	if (!bound->ptr || is_above(value, *bound))
		*bound = value;
}

static void lower(struct gb_span *bound, struct gb_span value)
{
	if (!bound->ptr || is_above(*bound, value))
		*bound = value;
}

/* A stated bound is kept as stated ("12.4"); one that excludes its value is the next version
 * that a driver can report. */
static void add_cuda_bound(struct bounds *bounds, struct gb_span value, enum gb_bound bound)
{
	struct gb_span cuda, driver;

	bounds->states_cuda = true;
	if (!gb_driver_for_cuda(value, bound, &cuda, &driver)) {
		bounds->cuda_newer = true;
		if (bound == GB_BOUND_INCLUDED)
			raise(&bounds->cuda, value);
		return;
	}
	raise(&bounds->cuda, bound == GB_BOUND_INCLUDED ? value : cuda);
	raise(&bounds->cuda_driver, driver);
}

static void add_cuda(struct bounds *bounds, const struct gb_condition *condition)
{
	switch (condition->op) {
	case GB_OP_GE:
		add_cuda_bound(bounds, condition->value, GB_BOUND_INCLUDED);
		break;
	case GB_OP_GT:
		add_cuda_bound(bounds, condition->value, GB_BOUND_EXCLUDED);
		break;
	case GB_OP_EQ:
	case GB_OP_NE:
	case GB_OP_LT:
	case GB_OP_LE:
		bounds->conditional = true;
		break;
	}
}

static void add_driver(struct bounds *bounds, const struct gb_condition *condition)
{
	switch (condition->op) {
	case GB_OP_GE:
		raise(&bounds->driver, condition->value);
		break;
	case GB_OP_GT: /* the value itself does not qualify: no floor */
		raise(&bounds->driver, condition->value);
		bounds->conditional = true;
		break;
	case GB_OP_LT:
		lower(&bounds->below, condition->value);
		bounds->conditional = true;
		break;
	case GB_OP_EQ:
	case GB_OP_NE:
	case GB_OP_LE:
		bounds->conditional = true;
		break;
	}
}

/* Brands are compared without case. */
static void add_brand_bound(struct bounds *bounds, struct gb_span brand)
{
	if (bounds->brands > 0 && brand.len == bounds->brand.len &&
	    strncasecmp(brand.ptr, bounds->brand.ptr, brand.len) == 0)
		return;
	bounds->brand = brand;
	bounds->brands++;
}

static struct bounds gather(const struct gb_alternative *alternative)
{
	struct bounds bounds = {.conditional = false};

	for (size_t i = 0; i < alternative->count; i++) {
		const struct gb_condition *condition = &alternative->conditions[i];

		if (condition->flaw != GB_FLAW_NONE) {
			bounds.has_flaw = true;
			break;
		}
		switch (condition->property) {
		case GB_PROPERTY_CUDA:
			add_cuda(&bounds, condition);
			break;
		case GB_PROPERTY_DRIVER:
			add_driver(&bounds, condition);
			break;
		case GB_PROPERTY_BRAND:
			if (condition->op == GB_OP_EQ)
				add_brand_bound(&bounds, condition->value);
			bounds.conditional = true;
			break;
		case GB_PROPERTY_ARCH:
			bounds.conditional = true;
			break;
		}
	}
	return bounds;
}

/* Is CONDITION already told by a branch's minimum, below and brands? */
static bool is_told(const struct gb_condition *condition)
{
	switch (condition->property) {
	case GB_PROPERTY_DRIVER:
		return condition->op == GB_OP_GE || condition->op == GB_OP_LT;
	case GB_PROPERTY_BRAND:
		return condition->op == GB_OP_EQ;
	case GB_PROPERTY_CUDA:
	case GB_PROPERTY_ARCH:
		break;
	}
	return false;
}

/* The conditions that a branch's other members do not tell, joined by commas. */
static enum gpubadge_code untold(const struct gb_alternative *alternative, struct gb_arena *arena,
				 const char **ret_text, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);

	*ret_text = NULL;
	for (size_t i = 0; i < alternative->count; i++) {
		if (is_told(&alternative->conditions[i]))
			continue;
		gb_bytes_text(&text, text.len ? "," : "");
		gb_bytes_append(&text, alternative->conditions[i].text);
	}
	if (gb_bytes_check(&text, err))
		return err->code;
	if (text.len > 0)
		*ret_text = gb_arena_copy(arena, gb_bytes_span(&text), err);
	return err->code;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static struct gb_branch *find_branch(const struct gb_floor *floor, const struct bounds *bounds,
				     const char *also)
{
	for (size_t i = 0; i < floor->branch_count; i++) {
		struct gb_branch *branch = &floor->branches[i];

		if (gb_span_equal(branch->minimum, bounds->driver) &&
		    gb_span_equal(branch->below, bounds->below) && same_text(branch->also, also) &&
		    (branch->brand_count > 0) == (bounds->brands > 0))
			return branch;
	}
	return NULL;
}

static enum gpubadge_code add_brand(struct gb_branch *branch, struct gb_span brand,
				    struct gb_arena *arena, struct gpubadge_error *err)
{
	for (size_t i = 0; i < branch->brand_count; i++)
		if (gb_span_equal(branch->brands[i], brand))
			return GPUBADGE_OK;
	branch->brands = gb_arena_grow(arena, branch->brands, branch->brand_count,
				       &branch->brand_capacity, sizeof(*branch->brands), err);
	if (!branch->brands)
		return err->code;
	branch->brands[branch->brand_count++] = brand;
	return GPUBADGE_OK;
}

static enum gpubadge_code add_branch(struct gb_floor *floor,
				     const struct gb_alternative *alternative,
				     const struct bounds *bounds, struct gb_arena *arena,
				     struct gpubadge_error *err)
{
	struct gb_branch *branch;
	const char *also;

	if (untold(alternative, arena, &also, err))
		return err->code;
	branch = find_branch(floor, bounds, also);
	if (!branch) {
		floor->branches = gb_arena_grow(arena, floor->branches, floor->branch_count,
						&floor->branch_capacity, sizeof(*floor->branches),
						err);
		if (!floor->branches)
			return err->code;
		branch = &floor->branches[floor->branch_count++];
		*branch = (struct gb_branch){.minimum = bounds->driver,
					     .below = bounds->below,
					     .also = also};
	}
	return bounds->brands ? add_brand(branch, bounds->brand, arena, err) : GPUBADGE_OK;
}

/* Two brands at once, or an empty range (a published list has driver>=440,driver<441 and
 * driver>=450,driver<451 in one alternative: a comma where a blank was meant). */
static bool is_never_met(const struct bounds *bounds)
{
	return bounds->brands > 1 || (bounds->driver.ptr && bounds->below.ptr &&
				      !is_above(bounds->below, bounds->driver));
}

/* Lowers the floor to what this unconditional alternative asks for. */
static void add_unconditional(struct gb_floor *floor, const struct bounds *bounds)
{
	struct gb_span driver = bounds->driver;

	if (!bounds->states_cuda)
		floor->cuda_open = true;
	else if (!floor->cuda.ptr || (bounds->cuda.ptr && is_above(floor->cuda, bounds->cuda))) {
		floor->cuda = bounds->cuda;
		floor->cuda_newer = bounds->cuda_newer;
	}
	/* The driver of a CUDA version newer than the tables is not known. */
	if (bounds->cuda_newer)
		return;
	if (bounds->cuda_driver.ptr)
		raise(&driver, bounds->cuda_driver);
	lower(&floor->driver, driver);
}

enum gpubadge_code gb_floor_of(const struct gb_requirement *requirement, const char *variable,
			       struct gb_arena *arena, struct gb_findings *findings,
			       struct gb_floor *ret_floor, struct gpubadge_error *err)
{
	struct gb_floor floor = {.always_met = requirement->always_met};
	bool noted = false;

	for (size_t i = 0; i < requirement->count; i++) {
		const struct gb_alternative *alternative = &requirement->alternatives[i];
		struct bounds bounds = gather(alternative);

		if (bounds.has_flaw)
			continue;
		if (is_never_met(&bounds)) {
			if (!noted &&
			    gb_findings_add(
				    findings, arena, err, GB_FINDING_REQUIREMENT_NEVER_MET,
				    "%s: alternative %zu of %zu can never be met: it asks for "
				    "two branches or brands at once (a comma instead of a "
				    "blank?)",
				    variable, i + 1, requirement->count))
				return err->code;
			noted = true; /* once is enough, there may be thousands */
		} else if (bounds.conditional) {
			if (add_branch(&floor, alternative, &bounds, arena, err))
				return err->code;
		} else {
			add_unconditional(&floor, &bounds);
		}
	}
	if (floor.cuda_open) {
		floor.cuda = (struct gb_span){NULL, 0};
		floor.cuda_newer = false;
	}
	*ret_floor = floor;
	return GPUBADGE_OK;
}

/* Does every branch ask for some drivers? One that does not (brand=tesla alone) leaves them all
 * open. */
static bool branches_bound_drivers(const struct gb_floor *floor)
{
	for (size_t i = 0; i < floor->branch_count; i++)
		if (!floor->branches[i].minimum.ptr && !floor->branches[i].below.ptr)
			return false;
	return floor->branch_count > 0;
}

/* Cuts off what lies below MINIMUM. */
static void raise_branches(struct gb_floor *floor, struct gb_span minimum)
{
	size_t kept = 0;

	for (size_t i = 0; i < floor->branch_count; i++) {
		struct gb_branch *branch = &floor->branches[i];

		if (branch->below.ptr && !is_above(branch->below, minimum))
			continue;
		raise(&branch->minimum, minimum);
		floor->branches[kept++] = *branch;
	}
	floor->branch_count = kept;
}

/* CONDITION has no driver that is always good enough: neither has what is left of FLOOR. */
static void narrow_to_branches(struct gb_floor *floor, const struct gb_floor *condition)
{
	struct gb_span minimum = floor->driver;

	floor->driver = (struct gb_span){NULL, 0};
	if (!minimum.ptr)
		return;
	floor->branches = condition->branches;
	floor->branch_count = condition->branch_count;
	floor->branch_capacity = condition->branch_capacity;
	raise_branches(floor, minimum);
}

void gb_floor_narrow(struct gb_floor *floor, const struct gb_floor *condition)
{
	if (condition->always_met)
		return;
	if (floor->always_met) {
		*floor = *condition;
		return;
	}
	if (condition->cuda.ptr)
		raise(&floor->cuda, condition->cuda);
	if (condition->cuda_newer && !condition->driver.ptr) {
		floor->driver = (struct gb_span){NULL, 0};
		floor->cuda_newer = true;
	} else if (!condition->driver.ptr && branches_bound_drivers(condition)) {
		narrow_to_branches(floor, condition);
	} else if (condition->driver.ptr) {
		/* An absent driver stays absent: none alone meets what is asked for so far. */
		if (floor->driver.ptr)
			raise(&floor->driver, condition->driver);
		/* Where the condition opens branches of its own, one may be open in both. */
		if (condition->branch_count == 0)
			raise_branches(floor, condition->driver);
	}
}
