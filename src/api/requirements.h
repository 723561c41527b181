/* SPDX-License-Identifier: Apache-2.0 */

/* From the environment of a report to its requirements. */
#ifndef GB_API_REQUIREMENTS_H
#define GB_API_REQUIREMENTS_H

#include "report/report.h"

/* Parses what report->nvidia states, adds findings, and works out the floor. What the report
 * gets lives in ARENA. */
enum gpubadge_code gb_read_requirements(struct gpubadge_report *report,
					const struct gpubadge_limits *limits,
					struct gb_arena *arena, struct gpubadge_error *err)
	GB_MUST_CHECK;

#endif
