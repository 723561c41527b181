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

/* Hands OUT over to the caller of the library, or the error OWN where it wants one. */
enum gpubadge_code gb_hand_over(struct gb_bytes *out, char **ret_text, size_t *ret_size,
				struct gpubadge_error *own, struct gpubadge_error *err);

#endif
