/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explanation.h"

const struct gb_explanation_format *gb_explanation_format(enum gpubadge_format format)
{
	static const struct gb_explanation_format *const formats[] = {
		[GPUBADGE_FORMAT_TEXT] = &gb_explanation_text,
		[GPUBADGE_FORMAT_JSON] = &gb_explanation_json,
	};

	return (size_t)format < GB_ARRAY_LEN(formats) ? formats[format] : NULL;
}

static enum gpubadge_code add(struct gb_explanation *explanation, const struct gb_stated *stated,
			      const struct gb_requirement *requirement, struct gb_arena *arena,
			      struct gpubadge_error *err)
{
	struct gb_explained *explained = &explanation->requirements[explanation->count];

	explained->stated = *stated;
	explained->requirement = requirement;
	if (gb_groups_of(requirement, arena, &explained->groups, err))
		return err->code;
	explanation->count++;
	return GPUBADGE_OK;
}

static enum gpubadge_code find_classes(struct gb_explanation *explanation, struct gb_arena *arena,
				       struct gpubadge_error *err)
{
	const struct gb_requirement **requirements;

	if (explanation->count == 0)
		return GPUBADGE_OK;
	requirements = gb_arena_alloc(arena, explanation->count * sizeof(*requirements), err);
	if (!requirements)
		return err->code;
	for (size_t i = 0; i < explanation->count; i++)
		requirements[i] = explanation->requirements[i].requirement;
	return gb_classes_of(requirements, explanation->count, arena, &explanation->classes, err);
}

enum gpubadge_code gb_explanation_of(const struct gpubadge_report *report, struct gb_arena *arena,
				     struct gb_explanation *ret_explanation,
				     struct gpubadge_error *err)
{
	struct gb_explanation explanation = {.report = report};

	explanation.requirements = gb_arena_alloc(
		arena, (report->condition_count + 1) * sizeof(*explanation.requirements), err);
	if (!explanation.requirements)
		return err->code;
	if (report->nvidia.cuda.variable &&
	    add(&explanation, &report->nvidia.cuda, &report->requirement, arena, err))
		return err->code;
	for (size_t i = 0; i < report->condition_count; i++)
		if (add(&explanation, &report->conditions[i].stated,
			&report->conditions[i].requirement, arena, err))
			return err->code;
	if (find_classes(&explanation, arena, err))
		return err->code;
	*ret_explanation = explanation;
	return GPUBADGE_OK;
}
