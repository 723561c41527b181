/* SPDX-License-Identifier: Apache-2.0 */

/* What an image requires, put together for reading, and the formats that is written in. */
#ifndef GB_REPORT_EXPLANATION_H
#define GB_REPORT_EXPLANATION_H

#include "report/report.h"
#include "require/classes.h"
#include "require/groups.h"

#define GB_EXPLANATION_SCHEMA "gpubadge-explain/1"

struct gb_explained {
	struct gb_stated stated;
	const struct gb_requirement *requirement;
	struct gb_groups groups;
};

struct gb_explanation {
	const struct gpubadge_report *report;
	struct gb_explained *requirements;
	size_t count;
	struct gb_classes classes; /* of all of them together; none if there are none */
};

/* Puts together what REPORT states. Lives in ARENA, and borrows from REPORT. */
enum gpubadge_code gb_explanation_of(const struct gpubadge_report *report, struct gb_arena *arena,
				     struct gb_explanation *ret_explanation,
				     struct gpubadge_error *err) GB_MUST_CHECK;

struct gb_explanation_format {
	void (*write)(const struct gb_explanation *explanation, const struct gpubadge_style *style,
		      struct gb_bytes *out);
};

extern const struct gb_explanation_format gb_explanation_text;
extern const struct gb_explanation_format gb_explanation_json;

const struct gb_explanation_format *gb_explanation_format(enum gpubadge_format format);

#endif
