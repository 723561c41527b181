/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <string.h>

bool gb_report_has_badge(const struct gpubadge_report *report)
{
	return report->evidence_count > 0;
}

bool gb_report_is_undetermined(const struct gpubadge_report *report)
{
	if (!gb_report_has_badge(report))
		return false;
	for (size_t i = 0; i < report->condition_count; i++)
		if (gb_requirement_is_unreadable(&report->conditions[i].requirement))
			return true;
	return report->nvidia.cuda_unreadable ||
	       (report->nvidia.cuda.variable && gb_requirement_is_unreadable(&report->requirement));
}

const struct gb_report_format *gb_report_format(enum gpubadge_format format)
{
	static const struct gb_report_format *const formats[] = {
		[GPUBADGE_FORMAT_TEXT] = &gb_format_text,
		[GPUBADGE_FORMAT_JSON] = &gb_format_json,
	};

	return (size_t)format < GB_ARRAY_LEN(formats) ? formats[format] : NULL;
}

struct gpubadge_style gb_style_merge(const struct gpubadge_style *caller)
{
	struct gpubadge_style style = {.size = sizeof(style)};

	if (caller)
		memcpy(&style, caller, caller->size < sizeof(style) ? caller->size : sizeof(style));
	style.size = sizeof(style);
	return style;
}
