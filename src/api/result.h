/* SPDX-License-Identifier: Apache-2.0 */

/* What a result owns: all that its reports borrow from. */
#ifndef GB_API_RESULT_H
#define GB_API_RESULT_H

#include "report/report.h"

struct gpubadge_result {
	struct gpubadge_limits limits;
	struct gb_arena arena;
	struct gb_store *store; /* documents */
	struct gpubadge_report *reports;
	size_t count;
};

#endif
