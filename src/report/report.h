/* SPDX-License-Identifier: Apache-2.0 */

/* What is known about one image for one platform, and the formats it is written in. */
#ifndef GB_REPORT_REPORT_H
#define GB_REPORT_REPORT_H

#include "base/gb-bytes.h"
#include "env/nvidia-env.h"
#include "evidence/evidence.h"
#include "image/image.h"
#include "require/floor.h"

/* One of the other NVIDIA_REQUIRE_*. */
struct gb_report_condition {
	struct gb_stated stated;
	struct gb_requirement requirement;
};

/* Everything is borrowed from the result that owns the report. */
struct gpubadge_report {
	/* As the caller gave it, without transport and reference; NULL: an expression alone. */
	const char *location;
	const char *compression; /* NULL: none */
	enum gb_transport transport;
	struct gb_image image;
	struct gb_environment environment;
	struct gb_nvidia_environment nvidia;
	struct gb_fact *evidence; /* the image carries the badge if there is any */
	size_t evidence_count;
	struct gb_requirement requirement; /* of nvidia.cuda, if that is stated */
	struct gb_report_condition *conditions;
	size_t condition_count;
	struct gb_floor floor;
	struct gb_findings findings;
};

/* The text of the badge. */
#define GB_BADGE "NVIDIA GPU"

bool gb_report_has_badge(const struct gpubadge_report *report);
bool gb_report_is_undetermined(const struct gpubadge_report *report);

/* A format writes one report, or one failure; the table of them is report.c's. */
struct gb_report_format {
	void (*write)(const struct gpubadge_report *report, const struct gpubadge_style *style,
		      struct gb_bytes *out);
	void (*write_failure)(const char *location, enum gb_transport transport,
			      const struct gpubadge_error *failure,
			      const struct gpubadge_style *style, struct gb_bytes *out);
	void (*write_tables)(const struct gpubadge_style *style, struct gb_bytes *out);
};

extern const struct gb_report_format gb_format_text;
extern const struct gb_report_format gb_format_json;

const struct gb_report_format *gb_report_format(enum gpubadge_format format);

/* Copies the caller's style, as far as its structure reaches. */
struct gpubadge_style gb_style_merge(const struct gpubadge_style *caller);

/* Appends the value at PATH of REPORT as gpubadge_report_value() promises. */
enum gpubadge_code gb_report_write_value(const struct gpubadge_report *report, const char *path,
					 struct gb_bytes *out, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* The JSON Schema of the JSON format, generated from gpubadge-1.schema.json. */
extern const char gb_report_schema[];

#endif
