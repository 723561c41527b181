/* SPDX-License-Identifier: Apache-2.0 */

/* The match for people: a table of servers with the reasons, or of servers and images. */
#include <stdio.h>
#include <stdlib.h>

#include "base/gb-quote.h"
#include "report/match.h"
#include "report/page.h"

/* Columns that the reasons have at least; on a narrower terminal they go on a line of their
 * own. */
#define REASONS_WIDTH 30

/* Columns of a server's name in a table; a longer one pushes its line to the right. */
#define NAME_WIDTH 40

struct table {
	const struct gb_page *page;
	unsigned width; /* 0: any */
	size_t name_width;
};

static void pad(struct gb_bytes *out, size_t count)
{
	gb_bytes_format(out, "%*s", (int)count, "");
}

/* Takes the blanks off the end of OUT. */
static void trim(struct gb_bytes *out)
{
	while (out->len > 0 && out->ptr[out->len - 1] == ' ')
		out->len--;
}

/* NAME quoted, in a column of WIDTH. */
static void append_cell(struct gb_bytes *out, struct gb_span name, size_t width)
{
	size_t start = out->len, used;

	gb_quote_append(out, name);
	used = gb_page_columns((struct gb_span){out->ptr + start, out->len - start});
	if (used < width)
		pad(out, width - used);
}

static size_t widest_name(const struct gb_fleet *fleet, struct gb_bytes *out)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes name = gb_bytes_init(SIZE_MAX / 2);
	size_t widest = sizeof("SERVER") - 1;

	for (size_t i = 0; i < fleet->count; i++) {
		size_t width;

		name.len = 0;
		gb_quote_append(&name, fleet->servers[i].name);
		width = gb_page_columns(gb_bytes_span(&name));
		if (width > widest)
			widest = width < NAME_WIDTH ? width : NAME_WIDTH;
	}
	if (name.failure && !out->failure)
		out->failure = name.failure;
	return widest;
}

static enum gb_paint paint_of(enum gb_truth truth)
{
	switch (truth) {
	case GB_YES:
		return GB_PAINT_BOLD;
	case GB_UNKNOWN:
		return GB_PAINT_WARNING;
	case GB_NO:
		break;
	}
	return GB_PAINT_LABEL;
}

/* The reasons, which start at column START. */
static void append_reasons(const struct table *table, const struct gb_reasons *reasons,
			   size_t start)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);
	size_t indent = start;

	for (size_t i = 0; i < reasons->count; i++) {
		gb_bytes_text(&text, i ? "; " : "");
		gb_quote_append(&text, gb_span_of(reasons->items[i]));
	}
	if (table->width > 0 && table->width < start + REASONS_WIDTH) {
		trim(table->page->out);
		gb_bytes_text(table->page->out, "\n    ");
		indent = 4;
	}
	gb_page_fold(table->page, gb_bytes_span(&text), table->width, indent);
	if (text.failure && !table->page->out->failure)
		table->page->out->failure = text.failure;
}

static enum gpubadge_code append_server(const struct table *table,
					const struct gpubadge_match *match, size_t server,
					struct gb_explainer *explainer, struct gpubadge_error *err)
{
	const struct gb_fleet *fleet = match->fleet;
	struct gb_bytes *out = table->page->out;
	const struct gb_verdict verdict = gb_match_verdict(match, server);
	const char *tier = gb_tier_name(verdict.tier);
	struct gb_reasons reasons;
	char padded[16];

	if (gb_explainer_reasons(explainer, &fleet->profiles[fleet->servers[server].profile],
				 &reasons, err))
		return err->code;
	gb_bytes_text(out, "  ");
	append_cell(out, fleet->servers[server].name, table->name_width);
	snprintf(padded, sizeof(padded), "%-7s", gb_truth_name(verdict.truth));
	gb_bytes_text(out, "  ");
	gb_page_paint(table->page, paint_of(verdict.truth), padded);
	gb_bytes_format(out, "  %-14s  ", tier ? tier : "-");
	/* Two blanks, the name, two, seven for the verdict, two, fourteen for the tier, two. */
	append_reasons(table, &reasons, 2 + table->name_width + 2 + 7 + 2 + 14 + 2);
	gb_bytes_text(out, "\n");
	return GPUBADGE_OK;
}

static enum gpubadge_code append_servers(const struct table *table,
					 const struct gpubadge_match *match,
					 struct gpubadge_error *err)
{
	struct gb_explainer explainer;

	gb_explainer_init(&explainer, match);
	for (size_t i = 0; i < match->fleet->count && !err->code; i++)
		append_server(table, match, i, &explainer, err);
	gb_explainer_done(&explainer);
	return err->code;
}

static enum gpubadge_code write_match(const struct gpubadge_match *match,
				      const struct gpubadge_style *style, struct gb_bytes *out,
				      struct gpubadge_error *err)
{
	const struct gb_page page = {out, style->colour};
	const struct table table = {&page, style->width, widest_name(match->fleet, out)};

	gb_page_heading(&page, match->report);
	gb_page_badge(&page, match->report);
	gb_bytes_text(out, "  ");
	append_cell(out, gb_span_of("SERVER"), table.name_width);
	gb_bytes_text(out, "  VERDICT  TIER            WHY\n");
	if (append_servers(&table, match, err))
		return err->code;
	gb_bytes_format(out, "  %zu yes, %zu no, %zu unknown\n", match->counts[GB_YES],
			match->counts[GB_NO], match->counts[GB_UNKNOWN]);
	return GPUBADGE_OK;
}

const struct gb_match_format gb_match_text = {.write = write_match};

/* --- many images --- */

/* An image's column: its number and a verdict. */
#define CELL_WIDTH 9

static void append_legend(const struct gb_page *page, const struct gpubadge_match *match,
			  size_t number)
{
	gb_bytes_format(page->out, "%zu  ", number);
	gb_page_heading(page, match->report);
	gb_page_badge(page, match->report);
}

/* Verdicts as wide as a column. */
static const char *const cells[] = {
	[GB_NO] = "  no     ",
	[GB_UNKNOWN] = "  unknown",
	[GB_YES] = "  yes    ",
};

static void append_verdict(const struct gb_page *page, enum gb_truth truth)
{
	if (page->colour == GPUBADGE_COLOUR_NONE)
		gb_bytes_append(page->out, (struct gb_span){cells[truth], CELL_WIDTH});
	else
		gb_page_paint(page, paint_of(truth), cells[truth]);
}

static void end_row(struct gb_bytes *out)
{
	trim(out);
	gb_bytes_text(out, "\n");
}

/* The columns of the images from FIRST to before END. */
static void append_block(const struct table *table, const struct gpubadge_match *const *matches,
			 size_t first, size_t end)
{
	const struct gb_fleet *fleet = matches[0]->fleet;
	struct gb_bytes *out = table->page->out;

	append_cell(out, gb_span_of("SERVER"), table->name_width);
	for (size_t i = first; i < end; i++)
		gb_bytes_format(out, "  %-*zu", CELL_WIDTH - 2, i + 1);
	end_row(out);
	for (size_t i = 0; i < fleet->count; i++) {
		append_cell(out, fleet->servers[i].name, table->name_width);
		for (size_t j = first; j < end; j++)
			append_verdict(table->page, gb_match_verdict(matches[j], i).truth);
		end_row(out);
	}
}

void gb_matrix_write(const struct gpubadge_match *const *matches, size_t count,
		     const struct gpubadge_style *style, struct gb_bytes *out)
{
	const struct gb_page page = {out, style->colour};
	struct table table = {&page, style->width, 0};
	size_t across = count;

	if (count == 0)
		return;
	table.name_width = widest_name(matches[0]->fleet, out);
	if (table.width > table.name_width + CELL_WIDTH)
		across = (table.width - table.name_width) / CELL_WIDTH;
	else if (table.width > 0)
		across = 1;
	for (size_t i = 0; i < count; i++)
		append_legend(&page, matches[i], i + 1);
	for (size_t first = 0; first < count; first += across) {
		gb_bytes_text(out, "\n");
		append_block(&table, matches, first,
			     first + across < count ? first + across : count);
	}
}
