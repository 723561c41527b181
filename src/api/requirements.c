/* SPDX-License-Identifier: Apache-2.0 */
#include "api/requirements.h"

#include "require/classes.h"
#include "require/lint.h"
#include "require/version.h"

/* One requirement from text to tree and floor. */
static enum gpubadge_code read_requirement(struct gpubadge_report *report,
					   const struct gb_stated *stated,
					   const struct gpubadge_limits *limits,
					   struct gb_arena *arena,
					   struct gb_requirement *ret_requirement,
					   struct gb_floor *ret_floor, struct gpubadge_error *err)
{
	if (gb_requirement_parse(stated->expression, limits, arena, ret_requirement, err))
		return gb_error_wrap(err, report->location ? "config.Env: %s" : "%s",
				     stated->variable);
	if (gb_requirement_lint(ret_requirement, stated->expression, stated->variable, arena,
				&report->findings, err))
		return err->code;
	return gb_floor_of(ret_requirement, stated->variable, arena, &report->findings, ret_floor,
			   err);
}

/* Are all drivers from MINIMUM on accepted with some kind of GPU? */
static bool is_reached(const struct gb_classes *classes, struct gb_span minimum)
{
	for (size_t i = 0; i < classes->count; i++) {
		const struct gb_acceptance *acceptance = &classes->items[i].acceptance;
		const struct gb_driver_range *last;

		if (acceptance->too_many)
			return true;
		if (acceptance->count == 0)
			continue;
		last = &acceptance->accepted[acceptance->count - 1];
		if (last->open && gb_version_compare(last->from.driver, minimum) <= 0)
			return true;
	}
	return classes->too_many;
}

/* The floor is that of the alternatives one by one. Where one has a flaw, which refuses all that
 * stand behind it, or where several requirements have to hold, the evaluator has the last word. */
static enum gpubadge_code check_floor(struct gpubadge_report *report, struct gb_arena *arena,
				      struct gpubadge_error *err)
{
	const struct gb_requirement **requirements;
	struct gb_classes classes;
	size_t count = 0;

	if (!report->floor.driver.ptr ||
	    (report->condition_count == 0 && !gb_requirement_flaw(&report->requirement)))
		return GPUBADGE_OK;
	requirements = gb_arena_alloc(arena, (report->condition_count + 1) * sizeof(*requirements),
				      err);
	if (!requirements)
		return err->code;
	if (report->nvidia.cuda.variable)
		requirements[count++] = &report->requirement;
	for (size_t i = 0; i < report->condition_count; i++)
		requirements[count++] = &report->conditions[i].requirement;
	if (gb_classes_of(requirements, count, arena, &classes, err))
		return err->code;
	if (!is_reached(&classes, report->floor.driver))
		report->floor.driver = (struct gb_span){NULL, 0};
	return GPUBADGE_OK;
}

enum gpubadge_code gb_read_requirements(struct gpubadge_report *report,
					const struct gpubadge_limits *limits,
					struct gb_arena *arena, struct gpubadge_error *err)
{
	const struct gb_nvidia_environment *nvidia = &report->nvidia;

	report->floor.always_met = true;
	if (nvidia->cuda.variable && read_requirement(report, &nvidia->cuda, limits, arena,
						      &report->requirement, &report->floor, err))
		return err->code;
	report->conditions = gb_arena_alloc(
		arena, (nvidia->condition_count + 1) * sizeof(*report->conditions), err);
	if (!report->conditions)
		return err->code;
	for (size_t i = 0; i < nvidia->condition_count; i++) {
		struct gb_report_condition *condition = &report->conditions[i];
		struct gb_floor floor;

		condition->stated = nvidia->conditions[i];
		if (read_requirement(report, &condition->stated, limits, arena,
				     &condition->requirement, &floor, err))
			return err->code;
		gb_floor_narrow(&report->floor, &floor);
		report->condition_count++;
	}
	if (check_floor(report, arena, err))
		return err->code;
	/* No driver is good enough for what nobody can read. */
	if (gb_report_is_undetermined(report))
		report->floor = (struct gb_floor){.always_met = false};
	return GPUBADGE_OK;
}
