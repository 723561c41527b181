/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/gb-quote.h"

static const char *const code_names[] = {
	[GPUBADGE_OK] = "OK",
	[GPUBADGE_E_USAGE] = "USAGE",
	[GPUBADGE_E_NOMEM] = "NOMEM",
	[GPUBADGE_E_IO] = "IO",
	[GPUBADGE_E_NOT_IMAGE] = "NOT_IMAGE",
	[GPUBADGE_E_TRUNCATED] = "TRUNCATED",
	[GPUBADGE_E_CORRUPT] = "CORRUPT",
	[GPUBADGE_E_JSON] = "JSON",
	[GPUBADGE_E_SCHEMA] = "SCHEMA",
	[GPUBADGE_E_MISSING] = "MISSING",
	[GPUBADGE_E_DIGEST] = "DIGEST",
	[GPUBADGE_E_UNSUPPORTED] = "UNSUPPORTED",
	[GPUBADGE_E_ARTIFACT] = "ARTIFACT",
	[GPUBADGE_E_AMBIGUOUS] = "AMBIGUOUS",
	[GPUBADGE_E_CONFLICT] = "CONFLICT",
	[GPUBADGE_E_LIMIT] = "LIMIT",
};

const char *gpubadge_code_name(enum gpubadge_code code)
{
	if ((size_t)code >= GB_ARRAY_LEN(code_names))
		return "UNKNOWN";
	return code_names[code];
}

/* Formatting goes through a buffer twice the size of the text, so that quoting, which makes
 * the text longer, decides what is cut and not vsnprintf. */
static void GB_PRINTF(3, 0) format_quoted(char *out, size_t size, const char *format, va_list args)
{
	char raw[2 * GPUBADGE_ERROR_TEXT];
	int length = vsnprintf(raw, sizeof(raw), format, args);

	if (length < 0)
		length = 0;
	if ((size_t)length >= sizeof(raw))
		length = sizeof(raw) - 1;
	gb_quote_into(out, size, (struct gb_span){raw, (size_t)length});
}

enum gpubadge_code gb_error_set(struct gpubadge_error *err, enum gpubadge_code code,
				const char *format, ...)
{
	va_list args;

	assert(err->code == GPUBADGE_OK && code != GPUBADGE_OK);
	va_start(args, format);
	format_quoted(err->text, sizeof(err->text), format, args);
	va_end(args);
	err->code = code;
	return code;
}

enum gpubadge_code gb_error_set_errno(struct gpubadge_error *err, enum gpubadge_code code,
				      int number, const char *format, ...)
{
	size_t used;
	va_list args;

	assert(err->code == GPUBADGE_OK && code != GPUBADGE_OK);
	va_start(args, format);
	format_quoted(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	/* strerror() is thread-safe in glibc (2.32 and later) and musl. */
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(number));
	err->code = code;
	err->sys_errno = number;
	return code;
}

enum gpubadge_code gb_error_set_nomem(struct gpubadge_error *err)
{
	return gb_error_set(err, GPUBADGE_E_NOMEM, "out of memory");
}

enum gpubadge_code gb_error_wrap(struct gpubadge_error *err, const char *format, ...)
{
	char context[GPUBADGE_ERROR_TEXT];
	char cause[GPUBADGE_ERROR_TEXT];
	size_t room;
	va_list args;

	assert(err->code != GPUBADGE_OK);
	va_start(args, format);
	format_quoted(context, sizeof(context), format, args);
	va_end(args);
	memcpy(cause, err->text, sizeof(cause));
	room = sizeof(err->text) - strlen(cause);
	if (room <= sizeof(": "))
		return err->code;
	gb_quote_into(err->text, room - strlen(": "), gb_span_of(context));
	snprintf(err->text + strlen(err->text), sizeof(err->text) - strlen(err->text), ": %s",
		 cause);
	return err->code;
}

void gb_error_clear(struct gpubadge_error *err)
{
	*err = (struct gpubadge_error){.code = GPUBADGE_OK};
}
