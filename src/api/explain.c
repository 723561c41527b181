/* SPDX-License-Identifier: Apache-2.0 */

/* Explanations of reports. */
#include "api/result.h"
#include "base/gb-limits.h"
#include "report/explanation.h"

enum gpubadge_code gpubadge_report_explain(const struct gpubadge_report *report,
					   const struct gpubadge_style *style, char **ret_text,
					   size_t *ret_size, struct gpubadge_error *err)
{
	const struct gpubadge_style merged = gb_style_merge(style);
	const struct gb_explanation_format *format = gb_explanation_format(merged.format);
	const struct gpubadge_limits limits = gb_limits_merge(NULL);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);
	struct gb_explanation explanation;
	struct gb_arena arena;

	gb_arena_init(&arena, limits.result_bytes);
	if (!format)
		gb_error_set(&own, GPUBADGE_E_USAGE, "unknown format %d", (int)merged.format);
	else if (!gb_explanation_of(report, &arena, &explanation, &own))
		format->write(&explanation, &merged, &out);
	gb_arena_done(&arena);
	return gb_hand_over(&out, ret_text, ret_size, &own, err);
}
