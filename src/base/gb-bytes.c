/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gb-limits.h"

struct gb_bytes gb_bytes_init(size_t ceiling)
{
	return (struct gb_bytes){.ceiling = ceiling};
}

void gb_bytes_done(struct gb_bytes *bytes)
{
	free(bytes->ptr);
	*bytes = (struct gb_bytes){.ceiling = bytes->ceiling};
}

char *gb_bytes_reserve(struct gb_bytes *bytes, size_t size)
{
	size_t need, capacity;
	char *grown;

	if (bytes->failure)
		return NULL;
	if (__builtin_add_overflow(bytes->len, size, &need) || need > bytes->ceiling) {
		bytes->failure = GPUBADGE_E_LIMIT;
		return NULL;
	}
	if (need < bytes->capacity)
		return bytes->ptr + bytes->len;
	/* One byte more than asked for: gb_bytes_take() ends the text with a NUL. */
	capacity = bytes->capacity ? bytes->capacity : 64;
	while (capacity <= need)
		capacity *= 2;
	grown = realloc(bytes->ptr, capacity);
	if (!grown) {
		bytes->failure = GPUBADGE_E_NOMEM;
		return NULL;
	}
	bytes->ptr = grown;
	bytes->capacity = capacity;
	return bytes->ptr + bytes->len;
}

void gb_bytes_commit(struct gb_bytes *bytes, size_t size)
{
	bytes->len += size;
}

void gb_bytes_append(struct gb_bytes *bytes, struct gb_span span)
{
	char *room = gb_bytes_reserve(bytes, span.len);

	if (!room || span.len == 0)
		return;
	memcpy(room, span.ptr, span.len);
	gb_bytes_commit(bytes, span.len);
}

void gb_bytes_repeat(struct gb_bytes *bytes, size_t offset, size_t len)
{
	char *room = gb_bytes_reserve(bytes, len);

	if (!room)
		return;
	memcpy(room, bytes->ptr + offset, len);
	gb_bytes_commit(bytes, len);
}

void gb_bytes_text(struct gb_bytes *bytes, const char *text)
{
	gb_bytes_append(bytes, gb_span_of(text));
}

void gb_bytes_format(struct gb_bytes *bytes, const char *format, ...)
{
	va_list args;
	char *room;
	int need;

	va_start(args, format);
	need = vsnprintf(NULL, 0, format, args);
	va_end(args);
	/* The byte that gb_bytes_reserve() keeps beyond takes the NUL. */
	room = need < 0 ? NULL : gb_bytes_reserve(bytes, (size_t)need);
	if (!room)
		return;
	va_start(args, format);
	vsnprintf(room, (size_t)need + 1, format, args);
	va_end(args);
	gb_bytes_commit(bytes, (size_t)need);
}

struct gb_span gb_bytes_span(const struct gb_bytes *bytes)
{
	return (struct gb_span){bytes->ptr ? bytes->ptr : "", bytes->len};
}

enum gpubadge_code gb_bytes_check(const struct gb_bytes *bytes, struct gpubadge_error *err)
{
	if (bytes->failure == GPUBADGE_OK)
		return GPUBADGE_OK;
	if (bytes->failure == GPUBADGE_E_NOMEM)
		return gb_error_set_nomem(err);
	if (bytes->limit)
		return gb_limit_exceeded(err, bytes->limit, "longer than the limit of %zu bytes",
					 bytes->ceiling);
	return gb_error_set(err, bytes->failure, "longer than the limit of %zu bytes",
			    bytes->ceiling);
}

enum gpubadge_code gb_bytes_take(struct gb_bytes *bytes, char **ret_text, size_t *ret_size,
				 struct gpubadge_error *err)
{
	gb_bytes_reserve(bytes, 0);
	if (gb_bytes_check(bytes, err))
		return err->code;
	bytes->ptr[bytes->len] = '\0';
	if (ret_size)
		*ret_size = bytes->len;
	*ret_text = bytes->ptr;
	*bytes = gb_bytes_init(bytes->ceiling);
	return GPUBADGE_OK;
}
