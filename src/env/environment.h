/* SPDX-License-Identifier: Apache-2.0 */

/* An image's environment: an ordered list of KEY=VALUE, as config.Env holds it. */
#ifndef GB_ENV_ENVIRONMENT_H
#define GB_ENV_ENVIRONMENT_H

#include "base/gb-findings.h"
#include "base/gb-span.h"

/* Borrows its entries. */
struct gb_environment {
	const struct gb_span *entries;
	size_t count;
};

/* Splits an entry at its first "=". False, with an absent value, if it has none. */
bool gb_environment_split(struct gb_span entry, struct gb_span *ret_name,
			  struct gb_span *ret_value);

/* The value of NAME, absent if it is not set. Of several entries the last one counts: NVIDIA's
 * toolkit folds the list into a map (internal/config/image/builder.go), and so does runc's
 * environment. An entry without "=" or with a NUL in it sets nothing. */
struct gb_span gb_environment_find(const struct gb_environment *environment, const char *name);

/* Adds findings about entries that set nothing. */
enum gpubadge_code gb_environment_check(const struct gb_environment *environment,
					struct gb_arena *arena, struct gb_findings *findings,
					struct gpubadge_error *err) GB_MUST_CHECK;

#endif
