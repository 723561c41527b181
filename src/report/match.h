/* SPDX-License-Identifier: Apache-2.0 */

/* One image and all servers of a fleet, and the formats that is written in. */
#ifndef GB_REPORT_MATCH_H
#define GB_REPORT_MATCH_H

#include "fleet/judge.h"
#include "report/report.h"

#define GB_MATCH_SCHEMA "gpubadge-match/1"

/* A verdict in two bytes: there may be a thousand images and ten thousand profiles. */
struct gb_small_verdict {
	uint8_t truth;
	uint8_t tier;
};

struct gpubadge_match {
	const struct gpubadge_report *report;
	const struct gb_fleet *fleet;
	struct gb_demand demand;
	struct gb_arena arena;
	struct gb_small_verdict *verdicts; /* by profile */
	size_t counts[3];                  /* servers by enum gb_truth */
};

/* Explains verdict after verdict of one match, remembering what several have in common. */
struct gb_explainer {
	struct gb_demand demand;
	struct gb_ways ways;
	struct gb_arena lasting; /* WAYS */
	struct gb_arena passing; /* the reasons given last */
};

void gb_explainer_init(struct gb_explainer *explainer, const struct gpubadge_match *match);
void gb_explainer_done(struct gb_explainer *explainer);

/* *RET_REASONS are valid until the next call. */
enum gpubadge_code gb_explainer_reasons(struct gb_explainer *explainer,
					const struct gb_profile *profile,
					struct gb_reasons *ret_reasons, struct gpubadge_error *err)
	GB_MUST_CHECK;

struct gb_verdict gb_match_verdict(const struct gpubadge_match *match, size_t server);

/* A format writes one match; the table of them is match.c's. */
struct gb_match_format {
	enum gpubadge_code (*write)(const struct gpubadge_match *match,
				    const struct gpubadge_style *style, struct gb_bytes *out,
				    struct gpubadge_error *err);
};

extern const struct gb_match_format gb_match_text;
extern const struct gb_match_format gb_match_json;

const struct gb_match_format *gb_match_format(enum gpubadge_format format);

/* The names of the servers that qualify, one a line. */
void gb_match_write_names(const struct gpubadge_match *match, struct gb_bytes *out);

/* Servers down, images across, in blocks of as many images as fit the style's width. */
void gb_matrix_write(const struct gpubadge_match *const *matches, size_t count,
		     const struct gpubadge_style *style, struct gb_bytes *out);

#endif
