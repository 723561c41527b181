/* SPDX-License-Identifier: Apache-2.0 */
#include "api/requirements.h"

#include "require/lint.h"

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
	/* No driver is good enough for what nobody can read. */
	if (gb_report_is_undetermined(report))
		report->floor = (struct gb_floor){.always_met = false};
	return GPUBADGE_OK;
}
