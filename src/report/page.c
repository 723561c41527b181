/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

#include <stdio.h>

#include "base/gb-quote.h"

/* NVIDIA green is 76B900; 106 is its nearest of the 256 colours. */
static const char *const paints[][GB_PAINTS] = {
	[GPUBADGE_COLOUR_BASIC] = {"\033[30;42m", "\033[7m", "\033[1m", "\033[2m", "\033[33m",
				   "\033[31m"},
	[GPUBADGE_COLOUR_256] = {"\033[1;38;5;16;48;5;106m", "\033[7m", "\033[1m", "\033[2m",
				 "\033[33m", "\033[31m"},
	[GPUBADGE_COLOUR_TRUE] = {"\033[1;38;2;0;0;0;48;2;118;185;0m", "\033[7m", "\033[1m",
				  "\033[2m", "\033[33m", "\033[31m"},
};

void gb_page_start_paint(const struct gb_page *page, enum gb_paint paint)
{
	if (page->colour != GPUBADGE_COLOUR_NONE)
		gb_bytes_text(page->out, paints[page->colour][paint]);
}

void gb_page_end_paint(const struct gb_page *page)
{
	if (page->colour != GPUBADGE_COLOUR_NONE)
		gb_bytes_text(page->out, "\033[0m");
}

void gb_page_paint(const struct gb_page *page, enum gb_paint paint, const char *text)
{
	gb_page_start_paint(page, paint);
	gb_bytes_text(page->out, text);
	gb_page_end_paint(page);
}

void gb_page_chip(const struct gb_page *page, enum gb_paint paint, const char *text)
{
	bool plain = page->colour == GPUBADGE_COLOUR_NONE;
	char framed[32];

	snprintf(framed, sizeof(framed), "%s%s%s", plain ? "[" : " ", text, plain ? "]" : " ");
	gb_bytes_text(page->out, "  ");
	gb_page_paint(page, paint, framed);
}

void gb_page_label(const struct gb_page *page, enum gb_paint paint, const char *text)
{
	char padded[32];

	snprintf(padded, sizeof(padded), "%-16s", text);
	gb_bytes_text(page->out, "  ");
	gb_page_paint(page, paint, padded);
}

void gb_page_title(const struct gb_page *page, enum gb_paint paint, const char *text)
{
	gb_bytes_text(page->out, "  ");
	gb_page_paint(page, paint, text);
	gb_bytes_text(page->out, "\n");
}

size_t gb_page_columns(struct gb_span text)
{
	size_t count = 0;
	uint32_t character;

	while (text.len > 0) {
		gb_utf8_next(&text, &character);
		count++;
	}
	return count;
}

/* A line holds at least this much, however narrow the terminal. */
#define NARROWEST 20

void gb_page_fold(const struct gb_page *page, struct gb_span text, size_t width, size_t indent)
{
	size_t most = width > indent + NARROWEST ? width - indent : NARROWEST;
	struct gb_span word;
	size_t used = 0;

	while (gb_span_split(&text, ' ', &word)) {
		size_t need = gb_page_columns(word);

		if (used > 0 && width > 0 && used + 1 + need > most) {
			gb_bytes_format(page->out, "\n%*s", (int)indent, "");
			used = 0;
		} else if (used > 0) {
			gb_bytes_text(page->out, " ");
			used++;
		}
		gb_bytes_append(page->out, word);
		used += need;
	}
}

void gb_page_quote(const struct gb_page *page, struct gb_span text, size_t longest)
{
	gb_quote_append(page->out, gb_span_cut(text, longest));
	gb_bytes_text(page->out, text.len > longest ? "..." : "");
}

/* The platform's parts are foreign text; the slashes between them are not. */
static void platform(const struct gb_page *page, const struct gb_platform *platform)
{
	const char *const parts[] = {platform->os, platform->architecture, platform->variant};

	for (size_t i = 0; i < GB_ARRAY_LEN(parts); i++) {
		if (!parts[i] && i == 2)
			break;
		gb_bytes_text(page->out, i ? "/" : "  ");
		gb_page_quote(page, gb_span_of(parts[i] ? parts[i] : "?"), SIZE_MAX);
	}
}

void gb_page_heading(const struct gb_page *page, const struct gpubadge_report *report)
{
	const struct gb_image *image = &report->image;

	gb_page_start_paint(page, GB_PAINT_BOLD);
	gb_page_quote(page, gb_span_of(report->location), SIZE_MAX);
	gb_page_end_paint(page);
	if (image->tag_count > 0) {
		gb_bytes_text(page->out, "  ");
		gb_page_quote(page, gb_span_of(image->tags[0]), SIZE_MAX);
	}
	if (image->tag_count > 1)
		gb_bytes_format(page->out, " (and %zu more name%s)", image->tag_count - 1,
				image->tag_count > 2 ? "s" : "");
	if (image->platform.os || image->platform.architecture)
		platform(page, &image->platform);
	gb_bytes_text(page->out, "\n");
}

void gb_page_badge(const struct gb_page *page, const struct gpubadge_report *report)
{
	const struct gb_floor *floor = &report->floor;

	if (!gb_report_has_badge(report)) {
		gb_page_chip(page, GB_PAINT_CPU, "CPU only");
		gb_bytes_text(page->out, "  nothing in the environment asks for an NVIDIA GPU\n");
		return;
	}
	gb_page_chip(page, GB_PAINT_CHIP, GB_BADGE);
	if (gb_report_is_undetermined(report)) {
		gb_bytes_text(page->out, "  CUDA requirement unknown");
	} else if (floor->cuda.ptr) {
		gb_bytes_text(page->out, "  CUDA ");
		gb_page_quote(page, floor->cuda, GB_VALUE_SHOWN);
		gb_bytes_text(page->out, " or newer");
	}
	gb_bytes_text(page->out, "\n");
}

void gb_page_findings(const struct gb_page *page, const struct gb_findings *findings)
{
	static const enum gb_paint by_severity[] = {
		[GB_SEVERITY_INFO] = GB_PAINT_LABEL,
		[GB_SEVERITY_WARNING] = GB_PAINT_WARNING,
		[GB_SEVERITY_ERROR] = GB_PAINT_ERROR,
	};

	for (size_t i = 0; i < findings->count; i++) {
		const struct gb_finding *finding = &findings->items[i];
		enum gb_severity severity = gb_finding_severity(finding->kind);

		gb_page_label(page, by_severity[severity], gb_severity_name(severity));
		gb_bytes_format(page->out, "%s [%s]\n", finding->message,
				gb_finding_id(finding->kind));
	}
}
