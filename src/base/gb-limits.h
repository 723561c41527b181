/* SPDX-License-Identifier: Apache-2.0 */

/* The table of limits: one row for each ceiling, with its reason. */
#ifndef GB_BASE_LIMITS_H
#define GB_BASE_LIMITS_H

#include <gpubadge/gpubadge.h>

#include "base/gb-attr.h"

struct gb_limit {
	const char *name;
	size_t offset; /* of its uint64_t in struct gpubadge_limits */
	uint64_t value;
	const char *reason;
};

/* RET_COUNT rows, static. */
const struct gb_limit *gb_limits_table(size_t *ret_count);

/* The caller's limits, as far as its structure reaches, over the defaults. CALLER may be
 * NULL. */
struct gpubadge_limits gb_limits_merge(const struct gpubadge_limits *caller);

/* Fails with LIMIT: the text, and how the limit NAME is raised. */
enum gpubadge_code gb_limit_exceeded(struct gpubadge_error *err, const char *name,
				     const char *format, ...) GB_PRINTF(3, 4);

#endif
