/* SPDX-License-Identifier: Apache-2.0 */

/* The handles of the public header and what is asked of them. */
#include "api/result.h"

#include <stdlib.h>

#include "require/driver-table.h"
#include "source/codec.h"

void gpubadge_result_free(struct gpubadge_result *result)
{
	if (!result)
		return;
	gb_store_close(result->store);
	gb_arena_done(&result->arena);
	free(result);
}

size_t gpubadge_result_count(const struct gpubadge_result *result)
{
	return result->count;
}

const struct gpubadge_report *gpubadge_result_report(const struct gpubadge_result *result,
						     size_t index)
{
	return index < result->count ? &result->reports[index] : NULL;
}

bool gpubadge_report_gpu(const struct gpubadge_report *report)
{
	return gb_report_has_badge(report);
}

bool gpubadge_report_undetermined(const struct gpubadge_report *report)
{
	return gb_report_is_undetermined(report);
}

const char *gpubadge_report_config(const struct gpubadge_report *report, size_t *ret_size)
{
	*ret_size = report->image.config.len;
	return report->image.config.ptr;
}

enum gpubadge_code gb_hand_over(struct gb_bytes *out, char **ret_text, size_t *ret_size,
				struct gpubadge_error *own, struct gpubadge_error *err)
{
	if (!own->code && gb_bytes_take(out, ret_text, ret_size, own) == GPUBADGE_OK)
		return GPUBADGE_OK;
	gb_bytes_done(out);
	if (err)
		*err = *own;
	return own->code;
}

static const struct gb_report_format *find_format(const struct gpubadge_style *style,
						  struct gpubadge_error *own)
{
	const struct gb_report_format *format = gb_report_format(style->format);

	if (!format)
		gb_error_set(own, GPUBADGE_E_USAGE, "unknown format %d", (int)style->format);
	return format;
}

enum gpubadge_code gpubadge_report_render(const struct gpubadge_report *report,
					  const struct gpubadge_style *style, char **ret_text,
					  size_t *ret_size, struct gpubadge_error *err)
{
	const struct gpubadge_style merged = gb_style_merge(style);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	const struct gb_report_format *format = find_format(&merged, &own);
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);

	if (format)
		format->write(report, &merged, &out);
	return gb_hand_over(&out, ret_text, ret_size, &own, err);
}

enum gpubadge_code gpubadge_report_value(const struct gpubadge_report *report, const char *path,
					 char **ret_text, struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);

	if (gb_report_write_value(report, path, &out, &own))
		gb_bytes_done(&out);
	return gb_hand_over(&out, ret_text, NULL, &own, err);
}

enum gpubadge_code gpubadge_failure_render(const char *image, const struct gpubadge_error *failure,
					   const struct gpubadge_style *style, char **ret_text,
					   size_t *ret_size, struct gpubadge_error *err)
{
	const struct gpubadge_style merged = gb_style_merge(style);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	const struct gb_report_format *format = find_format(&merged, &own);
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);
	struct gb_location location;
	struct gpubadge_error ignored = {.code = GPUBADGE_OK};
	struct gb_arena arena;

	gb_arena_init(&arena, SIZE_MAX);
	if (gb_location_parse(image, &arena, &location, &ignored))
		location = (struct gb_location){GB_TRANSPORT_ANY, image, NULL};
	if (format)
		format->write_failure(location.path, location.transport, failure, &merged, &out);
	gb_arena_done(&arena);
	return gb_hand_over(&out, ret_text, ret_size, &own, err);
}

enum gpubadge_code gpubadge_tables_render(const struct gpubadge_style *style, char **ret_text,
					  size_t *ret_size, struct gpubadge_error *err)
{
	const struct gpubadge_style merged = gb_style_merge(style);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	const struct gb_report_format *format = find_format(&merged, &own);
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);

	if (format)
		format->write_tables(&merged, &out);
	return gb_hand_over(&out, ret_text, ret_size, &own, err);
}

const char *gpubadge_schema(void)
{
	return gb_report_schema;
}

const char *gpubadge_version(void)
{
	return GB_VERSION;
}

const char *gpubadge_tables_date(void)
{
	return gb_driver_table_date;
}

const char *gpubadge_features(void)
{
	return gb_codec_features();
}

void gpubadge_free(char *text)
{
	free(text);
}
