/* SPDX-License-Identifier: Apache-2.0 */

/* The report for people: a heading, the badge as a coloured chip, one line for each thing worth
 * knowing. Colour never carries meaning alone. Foreign text is quoted, long values are cut;
 * --json has them whole. */
#include <stdio.h>
#include <string.h>

#include "base/gb-quote.h"
#include "report/page.h"
#include "require/driver-table.h"
#include "require/version.h"

#define EXPRESSION_SHOWN 60
#define BRANDS_SHOWN 3

static void stated(const struct gb_page *page, const char *name, const struct gb_stated *stated,
		   const struct gb_requirement *requirement, bool enforced)
{
	gb_page_label(page, GB_PAINT_LABEL, name);
	gb_page_quote(page, stated->expression, EXPRESSION_SHOWN);
	if (requirement->count > 1)
		gb_bytes_format(page->out, " (%zu alternatives)", requirement->count);
	gb_bytes_text(page->out, ", from ");
	gb_page_quote(page, gb_span_of(stated->variable), GB_VALUE_SHOWN);
	gb_bytes_text(page->out, enforced ? "\n" : ", not enforced\n");
}

static void requirement(const struct gb_page *page, const struct gpubadge_report *report)
{
	const struct gb_nvidia_environment *nvidia = &report->nvidia;

	if (nvidia->cuda.variable) {
		stated(page, "requirement", &nvidia->cuda, &report->requirement, nvidia->enforced);
	} else if (gb_report_has_badge(report)) {
		gb_page_label(page, GB_PAINT_LABEL, "requirement");
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

static void branch_range(const struct gb_page *page, const struct gb_branch *branch)
{
	if (is_one_branch(branch)) {
		gb_page_quote(page, branch->minimum, GB_VALUE_SHOWN);
		return;
	}
	if (!branch->minimum.ptr && !branch->below.ptr)
		gb_bytes_text(page->out, "any");
	if (branch->minimum.ptr) {
		gb_page_quote(page, branch->minimum, GB_VALUE_SHOWN);
		gb_bytes_text(page->out, branch->below.ptr ? " to " : " or newer");
	}
	if (branch->below.ptr) {
		gb_bytes_text(page->out, "below ");
		gb_page_quote(page, branch->below, GB_VALUE_SHOWN);
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

static void branch_terms(const struct gb_page *page, const struct gb_branch *branch)
{
	size_t more = branch->brand_count > BRANDS_SHOWN ? branch->brand_count - BRANDS_SHOWN : 0;

	for (size_t i = 0; i < branch->brand_count - more; i++) {
		gb_bytes_text(page->out, i ? ", " : " on brand ");
		gb_page_quote(page, branch->brands[i], GB_VALUE_SHOWN);
	}
	if (more > 0)
		gb_bytes_format(page->out, " and %zu more", more);
	if (branch->also) {
		gb_bytes_text(page->out, " with ");
		gb_page_quote(page, gb_span_of(branch->also), GB_VALUE_SHOWN);
	}
}

/* Branches for the same brands share a line: "470, 525, 535 on brand tesla, nvidia". */
static void branches(const struct gb_page *page, const struct gb_floor *floor)
{
	for (size_t i = 0; i < floor->branch_count; i++) {
		bool told = false;

		for (size_t j = 0; j < i && !told; j++)
			told = same_brands(&floor->branches[i], &floor->branches[j]);
		if (told)
			continue;
		gb_page_label(page, GB_PAINT_LABEL, floor->driver.ptr ? "or driver" : "driver");
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

static void driver(const struct gb_page *page, const struct gpubadge_report *report)
{
	const struct gb_floor *floor = &report->floor;

	if (floor->driver.ptr) {
		gb_page_label(page, GB_PAINT_LABEL, "minimum driver");
		gb_page_quote(page, floor->driver, GB_VALUE_SHOWN);
		gb_bytes_text(page->out, "\n");
	} else if (floor->cuda_newer) {
		gb_page_label(page, GB_PAINT_LABEL, "minimum driver");
		gb_bytes_format(page->out,
				"unknown: a CUDA version newer than this gpubadge's tables (%s)\n",
				gb_driver_table_date);
	}
	branches(page, floor);
}

static void evidence(const struct gb_page *page, const struct gpubadge_report *report)
{
	if (report->evidence_count == 0)
		return;
	gb_page_label(page, GB_PAINT_LABEL, "evidence");
	for (size_t i = 0; i < report->evidence_count; i++) {
		gb_bytes_format(page->out, "%s%s=", i ? ", " : "", report->evidence[i].variable);
		gb_page_quote(page, report->evidence[i].value, GB_VALUE_SHOWN);
	}
	gb_bytes_text(page->out, "\n");
}

static void environment(const struct gb_page *page, const struct gpubadge_report *report)
{
	for (size_t i = 0; i < report->environment.count; i++) {
		gb_page_label(page, GB_PAINT_LABEL, i ? "" : "environment");
		gb_page_quote(page, report->environment.entries[i], SIZE_MAX);
		gb_bytes_text(page->out, "\n");
	}
}

static void write_text(const struct gpubadge_report *report, const struct gpubadge_style *style,
		       struct gb_bytes *out)
{
	const struct gb_page page = {out, style->colour};

	gb_page_heading(&page, report);
	gb_page_badge(&page, report);
	requirement(&page, report);
	driver(&page, report);
	evidence(&page, report);
	gb_page_findings(&page, &report->findings);
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
