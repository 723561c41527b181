/* SPDX-License-Identifier: Apache-2.0 */

/* The report for people: a heading, the badge as a coloured chip, one line for each thing worth
 * knowing. Colour never carries meaning alone. Foreign text is quoted, long values are cut;
 * --json has them whole. */
#include <stdio.h>
#include <string.h>

#include "base/gb-quote.h"
#include "report/report.h"
#include "require/driver-table.h"
#include "require/version.h"

/* Bytes of a value that a line shows; longer ones end in "...". */
#define VALUE_SHOWN 48
#define EXPRESSION_SHOWN 60
#define BRANDS_SHOWN 3

enum paint { PAINT_CHIP, PAINT_CPU, PAINT_BOLD, PAINT_LABEL, PAINT_WARNING, PAINT_ERROR, PAINTS };

/* NVIDIA green is 76B900; 106 is its nearest of the 256 colours. */
static const char *const paints[][PAINTS] = {
	[GPUBADGE_COLOUR_BASIC] = {"\033[30;42m", "\033[7m", "\033[1m", "\033[2m", "\033[33m",
				   "\033[31m"},
	[GPUBADGE_COLOUR_256] = {"\033[1;38;5;16;48;5;106m", "\033[7m", "\033[1m", "\033[2m",
				 "\033[33m", "\033[31m"},
	[GPUBADGE_COLOUR_TRUE] = {"\033[1;38;2;0;0;0;48;2;118;185;0m", "\033[7m", "\033[1m",
				  "\033[2m", "\033[33m", "\033[31m"},
};

struct page {
	struct gb_bytes *out;
	enum gpubadge_colour colour;
};

/* What is written between the two has the colour. */
static void start_paint(const struct page *page, enum paint paint)
{
	if (page->colour != GPUBADGE_COLOUR_NONE)
		gb_bytes_text(page->out, paints[page->colour][paint]);
}

static void end_paint(const struct page *page)
{
	if (page->colour != GPUBADGE_COLOUR_NONE)
		gb_bytes_text(page->out, "\033[0m");
}

static void painted(const struct page *page, enum paint paint, const char *text)
{
	start_paint(page, paint);
	gb_bytes_text(page->out, text);
	end_paint(page);
}

/* Without colour the chip is a word in brackets. */
static void chip(const struct page *page, enum paint paint, const char *text)
{
	bool plain = page->colour == GPUBADGE_COLOUR_NONE;
	char framed[32];

	snprintf(framed, sizeof(framed), "%s%s%s", plain ? "[" : " ", text, plain ? "]" : " ");
	gb_bytes_text(page->out, "  ");
	painted(page, paint, framed);
}

static void label(const struct page *page, enum paint paint, const char *text)
{
	char padded[32];

	snprintf(padded, sizeof(padded), "%-16s", text);
	gb_bytes_text(page->out, "  ");
	painted(page, paint, padded);
}

static void quoted(const struct page *page, struct gb_span text, size_t longest)
{
	bool cut = text.len > longest;

	/* Not in the middle of a UTF-8 character. */
	while (cut && longest > 0 && ((unsigned char)text.ptr[longest] & 0xc0) == 0x80)
		longest--;
	gb_quote_append(page->out, (struct gb_span){text.ptr, cut ? longest : text.len});
	gb_bytes_text(page->out, cut ? "..." : "");
}

/* The platform's parts are foreign text; the slashes between them are not. */
static void platform(const struct page *page, const struct gb_platform *platform)
{
	const char *const parts[] = {platform->os, platform->architecture, platform->variant};

	for (size_t i = 0; i < GB_ARRAY_LEN(parts); i++) {
		if (!parts[i] && i == 2)
			break;
		gb_bytes_text(page->out, i ? "/" : "  ");
		quoted(page, gb_span_of(parts[i] ? parts[i] : "?"), SIZE_MAX);
	}
}

static void heading(const struct page *page, const struct gpubadge_report *report)
{
	const struct gb_image *image = &report->image;

	start_paint(page, PAINT_BOLD);
	quoted(page, gb_span_of(report->location), SIZE_MAX);
	end_paint(page);
	if (image->tag_count > 0) {
		gb_bytes_text(page->out, "  ");
		quoted(page, gb_span_of(image->tags[0]), SIZE_MAX);
	}
	if (image->tag_count > 1)
		gb_bytes_format(page->out, " (and %zu more name%s)", image->tag_count - 1,
				image->tag_count > 2 ? "s" : "");
	if (image->platform.os || image->platform.architecture)
		platform(page, &image->platform);
	gb_bytes_text(page->out, "\n");
}

static void badge(const struct page *page, const struct gpubadge_report *report)
{
	const struct gb_floor *floor = &report->floor;

	if (!gb_report_has_badge(report)) {
		chip(page, PAINT_CPU, "CPU only");
		gb_bytes_text(page->out, "  nothing in the environment asks for an NVIDIA GPU\n");
		return;
	}
	chip(page, PAINT_CHIP, GB_BADGE);
	if (gb_report_is_undetermined(report)) {
		gb_bytes_text(page->out, "  CUDA requirement unknown");
	} else if (floor->cuda.ptr) {
		gb_bytes_text(page->out, "  CUDA ");
		quoted(page, floor->cuda, VALUE_SHOWN);
		gb_bytes_text(page->out, " or newer");
	}
	gb_bytes_text(page->out, "\n");
}

static void stated(const struct page *page, const char *name, const struct gb_stated *stated,
		   const struct gb_requirement *requirement, bool enforced)
{
	label(page, PAINT_LABEL, name);
	quoted(page, stated->expression, EXPRESSION_SHOWN);
	if (requirement->count > 1)
		gb_bytes_format(page->out, " (%zu alternatives)", requirement->count);
	gb_bytes_text(page->out, ", from ");
	quoted(page, gb_span_of(stated->variable), VALUE_SHOWN);
	gb_bytes_text(page->out, enforced ? "\n" : ", not enforced\n");
}

static void requirement(const struct page *page, const struct gpubadge_report *report)
{
	const struct gb_nvidia_environment *nvidia = &report->nvidia;

	if (nvidia->cuda.variable) {
		stated(page, "requirement", &nvidia->cuda, &report->requirement, nvidia->enforced);
	} else if (gb_report_has_badge(report)) {
		label(page, PAINT_LABEL, "requirement");
		gb_bytes_text(page->out,
			      nvidia->cuda_unreadable ? "unknown\n" : "no CUDA version stated\n");
	}
	for (size_t i = 0; i < report->condition_count; i++) {
		const struct gb_report_condition *condition = &report->conditions[i];

		stated(page, "condition", &condition->stated, &condition->requirement,
		       nvidia->enforced);
	}
}

/* "470" if BELOW is the next number: the whole branch. */
static bool is_one_branch(const struct gb_branch *branch)
{
	uint64_t from, below;

	return branch->minimum.ptr && branch->below.ptr && gb_span_number(branch->minimum, &from) &&
	       gb_span_number(branch->below, &below) && below == from + 1;
}

static void branch_range(const struct page *page, const struct gb_branch *branch)
{
	if (is_one_branch(branch)) {
		quoted(page, branch->minimum, VALUE_SHOWN);
		return;
	}
	if (!branch->minimum.ptr && !branch->below.ptr)
		gb_bytes_text(page->out, "any");
	if (branch->minimum.ptr) {
		quoted(page, branch->minimum, VALUE_SHOWN);
		gb_bytes_text(page->out, branch->below.ptr ? " to " : " or newer");
	}
	if (branch->below.ptr) {
		gb_bytes_text(page->out, "below ");
		quoted(page, branch->below, VALUE_SHOWN);
	}
}

static bool same_brands(const struct gb_branch *a, const struct gb_branch *b)
{
	if (a->brand_count != b->brand_count ||
	    strcmp(a->also ? a->also : "", b->also ? b->also : ""))
		return false;
	for (size_t i = 0; i < a->brand_count; i++)
		if (!gb_span_equal(a->brands[i], b->brands[i]))
			return false;
	return true;
}

static void branch_terms(const struct page *page, const struct gb_branch *branch)
{
	size_t more = branch->brand_count > BRANDS_SHOWN ? branch->brand_count - BRANDS_SHOWN : 0;

	for (size_t i = 0; i < branch->brand_count - more; i++) {
		gb_bytes_text(page->out, i ? ", " : " on brand ");
		quoted(page, branch->brands[i], VALUE_SHOWN);
	}
	if (more > 0)
		gb_bytes_format(page->out, " and %zu more", more);
	if (branch->also) {
		gb_bytes_text(page->out, " with ");
		quoted(page, gb_span_of(branch->also), VALUE_SHOWN);
	}
}

/* Branches for the same brands share a line: "470, 525, 535 on brand tesla, nvidia". */
static void branches(const struct page *page, const struct gb_floor *floor)
{
	for (size_t i = 0; i < floor->branch_count; i++) {
		bool told = false;

		for (size_t j = 0; j < i && !told; j++)
			told = same_brands(&floor->branches[i], &floor->branches[j]);
		if (told)
			continue;
		label(page, PAINT_LABEL, floor->driver.ptr ? "or driver" : "driver");
		branch_range(page, &floor->branches[i]);
		for (size_t j = i + 1; j < floor->branch_count; j++) {
			if (!same_brands(&floor->branches[i], &floor->branches[j]))
				continue;
			gb_bytes_text(page->out, ", ");
			branch_range(page, &floor->branches[j]);
		}
		branch_terms(page, &floor->branches[i]);
		gb_bytes_text(page->out, "\n");
	}
}

static void driver(const struct page *page, const struct gpubadge_report *report)
{
	const struct gb_floor *floor = &report->floor;

	if (floor->driver.ptr) {
		label(page, PAINT_LABEL, "minimum driver");
		quoted(page, floor->driver, VALUE_SHOWN);
		gb_bytes_text(page->out, "\n");
	} else if (floor->cuda_newer) {
		label(page, PAINT_LABEL, "minimum driver");
		gb_bytes_format(page->out,
				"unknown: a CUDA version newer than this gpubadge's tables (%s)\n",
				gb_driver_table_date);
	}
	branches(page, floor);
}

static void evidence(const struct page *page, const struct gpubadge_report *report)
{
	if (report->evidence_count == 0)
		return;
	label(page, PAINT_LABEL, "evidence");
	for (size_t i = 0; i < report->evidence_count; i++) {
		gb_bytes_format(page->out, "%s%s=", i ? ", " : "", report->evidence[i].variable);
		quoted(page, report->evidence[i].value, VALUE_SHOWN);
	}
	gb_bytes_text(page->out, "\n");
}

static void findings(const struct page *page, const struct gpubadge_report *report)
{
	static const enum paint by_severity[] = {
		[GB_SEVERITY_INFO] = PAINT_LABEL,
		[GB_SEVERITY_WARNING] = PAINT_WARNING,
		[GB_SEVERITY_ERROR] = PAINT_ERROR,
	};

	for (size_t i = 0; i < report->findings.count; i++) {
		const struct gb_finding *finding = &report->findings.items[i];
		enum gb_severity severity = gb_finding_severity(finding->kind);

		label(page, by_severity[severity], gb_severity_name(severity));
		gb_bytes_format(page->out, "%s [%s]\n", finding->message,
				gb_finding_id(finding->kind));
	}
}

static void environment(const struct page *page, const struct gpubadge_report *report)
{
	for (size_t i = 0; i < report->environment.count; i++) {
		label(page, PAINT_LABEL, i ? "" : "environment");
		quoted(page, report->environment.entries[i], SIZE_MAX);
		gb_bytes_text(page->out, "\n");
	}
}

static void write_text(const struct gpubadge_report *report, const struct gpubadge_style *style,
		       struct gb_bytes *out)
{
	const struct page page = {out, style->colour};

	heading(&page, report);
	badge(&page, report);
	requirement(&page, report);
	driver(&page, report);
	evidence(&page, report);
	findings(&page, report);
	if (style->environment)
		environment(&page, report);
}

static void write_failure(const char *location, enum gb_transport transport,
			  const struct gpubadge_error *failure, const struct gpubadge_style *style,
			  struct gb_bytes *out)
{
	(void)transport;
	(void)style;
	gb_quote_append(out, gb_span_of(location));
	gb_bytes_format(out, ": %s\n", failure->text);
}

static void write_tables(const struct gpubadge_style *style, struct gb_bytes *out)
{
	(void)style;
	gb_bytes_format(out,
			"CUDA and driver tables of %s (Linux x86_64)\n\n"
			"%-10s  %-12s  %-28s  %s\n",
			gb_driver_table_date, "CUDA", "driver from", "release", "source");
	for (size_t i = 0; i < gb_cuda_release_count; i++) {
		const struct gb_cuda_release *row = &gb_cuda_releases[i];

		gb_bytes_format(out, "%-10s  %-12s  %-28.28s  %s\n", row->version,
				row->driver ? row->driver : "unknown", row->name, row->source);
	}
	gb_bytes_format(out, "\nCUDA minor-version compatibility\n%-10s  %-12s  %s\n", "CUDA",
			"driver from", "source");
	for (size_t i = 0; i < gb_cuda_major_count; i++)
		gb_bytes_format(out, "%-10s  %-12s  %s\n", gb_cuda_majors[i].major,
				gb_cuda_majors[i].driver, gb_cuda_majors[i].source);
	gb_bytes_format(out, "\nCUDA version that a driver branch reports\n%-10s  %-12s  %s\n",
			"branch", "CUDA", "source");
	for (size_t i = 0; i < gb_driver_branch_count; i++) {
		const struct gb_driver_branch_row *row = &gb_driver_branches[i];

		gb_bytes_format(out, "%-10s  %-12s  %s\n", row->branch,
				row->cuda ? row->cuda : "unknown", row->basis);
	}
}

const struct gb_report_format gb_format_text = {
	.write = write_text,
	.write_failure = write_failure,
	.write_tables = write_tables,
};
