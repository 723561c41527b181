/* SPDX-License-Identifier: Apache-2.0 */

/* A growing buffer, born with its ceiling. Appending never fails at the call: the first
 * failure (no memory, ceiling) sticks, later appends do nothing, and gb_bytes_check() tells. */
#ifndef GB_BASE_BYTES_H
#define GB_BASE_BYTES_H

#include <stddef.h>

#include "base/gb-attr.h"
#include "base/gb-error.h"
#include "base/gb-span.h"

struct gb_bytes {
	char *ptr;
	size_t len;
	size_t capacity;
	size_t ceiling;
	const char *limit; /* the ceiling's member of struct gpubadge_limits, or NULL */
	enum gpubadge_code failure;
};

struct gb_bytes gb_bytes_init(size_t ceiling); /* allocates nothing */
void gb_bytes_done(struct gb_bytes *bytes);

void gb_bytes_append(struct gb_bytes *bytes, struct gb_span span);
void gb_bytes_text(struct gb_bytes *bytes, const char *text);
void gb_bytes_format(struct gb_bytes *bytes, const char *format, ...) GB_PRINTF(2, 3);

/* Appends LEN of the bytes it holds, from OFFSET on, once more. */
void gb_bytes_repeat(struct gb_bytes *bytes, size_t offset, size_t len);

/* Makes room for SIZE more bytes and returns where they go, or NULL on failure; follow with
 * gb_bytes_commit() of as many as were written. */
char *gb_bytes_reserve(struct gb_bytes *bytes, size_t size);
void gb_bytes_commit(struct gb_bytes *bytes, size_t size);

struct gb_span gb_bytes_span(const struct gb_bytes *bytes); /* until the next append */

/* NOMEM or LIMIT ("longer than N bytes") if an append failed. */
enum gpubadge_code gb_bytes_check(const struct gb_bytes *bytes, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Moves the content out as a NUL-terminated string for free(); fails as gb_bytes_check().
 * RET_SIZE may be NULL. */
enum gpubadge_code gb_bytes_take(struct gb_bytes *bytes, char **ret_text, size_t *ret_size,
				 struct gpubadge_error *err) GB_MUST_CHECK;

#endif
