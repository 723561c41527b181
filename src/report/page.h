/* SPDX-License-Identifier: Apache-2.0 */

/* What the text formats share: labels, the badge, colours. Foreign text goes through
 * gb_page_quote(). */
#ifndef GB_REPORT_PAGE_H
#define GB_REPORT_PAGE_H

#include "report/report.h"

/* Bytes of a value that a line shows; longer ones end in "...". */
#define GB_VALUE_SHOWN 48

enum gb_paint {
	GB_PAINT_CHIP,
	GB_PAINT_CPU,
	GB_PAINT_BOLD,
	GB_PAINT_LABEL,
	GB_PAINT_WARNING,
	GB_PAINT_ERROR,
	GB_PAINTS,
};

struct gb_page {
	struct gb_bytes *out;
	enum gpubadge_colour colour;
};

/* What is written between the two has the colour. */
void gb_page_start_paint(const struct gb_page *page, enum gb_paint paint);
void gb_page_end_paint(const struct gb_page *page);
void gb_page_paint(const struct gb_page *page, enum gb_paint paint, const char *text);

/* Without colour the chip is a word in brackets. */
void gb_page_chip(const struct gb_page *page, enum gb_paint paint, const char *text);

/* Starts a line with TEXT in the column of labels. */
void gb_page_label(const struct gb_page *page, enum gb_paint paint, const char *text);

/* A line that is a label alone. */
void gb_page_title(const struct gb_page *page, enum gb_paint paint, const char *text);

/* Appends TEXT, which is safe, broken at blanks so that no line passes column WIDTH (0: any) where
 * the first one starts at column INDENT; the others are indented by as much. */
void gb_page_fold(const struct gb_page *page, struct gb_span text, size_t width, size_t indent);

/* The columns that TEXT, which is safe, takes: one for each character. */
size_t gb_page_columns(struct gb_span text);

/* Foreign TEXT made safe, at most LONGEST bytes of it. */
void gb_page_quote(const struct gb_page *page, struct gb_span text, size_t longest);

/* The lines that start what is said of an image: its names, and its badge. */
void gb_page_heading(const struct gb_page *page, const struct gpubadge_report *report);
void gb_page_badge(const struct gb_page *page, const struct gpubadge_report *report);

void gb_page_findings(const struct gb_page *page, const struct gb_findings *findings);

#endif
