/* SPDX-License-Identifier: Apache-2.0 */

/* Errors are set once, where the failure is known, and wrapped by each caller that knows a
 * better name: "image.tar: manifest.json: [0].Config: expected a string". Inside the library
 * ERR is never NULL and all zero before the call that may fail. */
#ifndef GB_BASE_ERROR_H
#define GB_BASE_ERROR_H

#include <gpubadge/gpubadge.h>

#include "base/gb-attr.h"

/* Sets code and text and returns CODE. The text may quote foreign bytes: what could act on a
 * terminal is escaped here. */
enum gpubadge_code gb_error_set(struct gpubadge_error *err, enum gpubadge_code code,
				const char *format, ...) GB_PRINTF(3, 4);

/* The same with errno NUMBER; ": " and its description are appended. */
enum gpubadge_code gb_error_set_errno(struct gpubadge_error *err, enum gpubadge_code code,
				      int number, const char *format, ...) GB_PRINTF(4, 5);

enum gpubadge_code gb_error_set_nomem(struct gpubadge_error *err);

/* Prefixes "CONTEXT: " and returns the code already set. When space runs out the context is
 * shortened and the cause is kept. */
enum gpubadge_code gb_error_wrap(struct gpubadge_error *err, const char *format, ...)
	GB_PRINTF(2, 3);

/* Forgets an error that was expected (an optional member that is not there). */
void gb_error_clear(struct gpubadge_error *err);

#endif
