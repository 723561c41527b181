/* SPDX-License-Identifier: Apache-2.0 */

/* The explanation for people: what each alternative means, which drivers are accepted, who
 * looks at it. */
#include <stdio.h>

#include "base/gb-quote.h"
#include "env/runtimes.h"
#include "report/explanation.h"
#include "report/page.h"
#include "require/driver-table.h"
#include "require/words.h"

#define EXPRESSION_SHOWN 60

/* Alternatives of one requirement that are told; a list of NVIDIA's has a dozen groups. */
#define GROUPS_SHOWN 40

/* Columns in front of what an alternative means. */
#define NUMBERS_WIDTH 18

/* Columns of a runtime's name. */
#define RUNTIME_WIDTH 29

struct text {
	const struct gb_page *page;
	const struct gb_explanation *explanation;
	unsigned width;
	struct gb_bytes words; /* gathered for a line; foreign values in them are not quoted */
};

/* Ends a line, which is at column INDENT, with the words gathered. */
static void end_line(struct text *text, size_t indent)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes line = gb_bytes_init(SIZE_MAX / 2);

	gb_quote_append(&line, gb_bytes_span(&text->words));
	gb_page_fold(text->page, gb_bytes_span(&line), text->width, indent);
	gb_bytes_text(text->page->out, "\n");
	if (line.failure && !text->words.failure)
		text->words.failure = line.failure;
	text->words.len = 0;
}

static bool same_brands(const struct gb_group *a, const struct gb_group *b)
{
	if (!a->brands || !b->brands || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!gb_span_equal(a->brands[i], b->brands[i]))
			return false;
	return true;
}

/* "2-11" */
static void tell_numbers(const struct text *text, const struct gb_group *group)
{
	char numbers[48];
	size_t first = group->numbers[0], last = group->numbers[group->count - 1];

	if (group->count == 1)
		snprintf(numbers, sizeof(numbers), "    %zu", first);
	else if (last - first + 1 == group->count)
		snprintf(numbers, sizeof(numbers), "    %zu-%zu", first, last);
	else
		snprintf(numbers, sizeof(numbers), "    %zu, ... %zu", first, last);
	gb_bytes_format(text->page->out, "%-*s", NUMBERS_WIDTH, numbers);
}

static void add_brands(struct text *text, const struct gb_span *brands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		gb_bytes_text(&text->words, i ? ", " : "");
		gb_bytes_append(&text->words, brands[i]);
	}
}

static void tell_group(struct text *text, const struct gb_group *group,
		       const struct gb_group *before)
{
	tell_numbers(text, group);
	gb_words_of_alternative(&text->words, group->first,
				group->brands ? GB_WORDS_WITHOUT_BRANDS : GB_WORDS_WITH_BRANDS);
	if (group->brands) {
		gb_bytes_text(&text->words, " on brand ");
		if (before && group->count > 1 && same_brands(group, before))
			gb_bytes_text(&text->words, "as above");
		else
			add_brands(text, group->brands, group->count);
	}
	end_line(text, NUMBERS_WIDTH);
}

static void tell_requirement(struct text *text, const struct gb_explained *explained)
{
	const struct gb_groups *groups = &explained->groups;
	size_t shown = groups->count < GROUPS_SHOWN ? groups->count : GROUPS_SHOWN;
	struct gb_bytes *out = text->page->out;

	gb_page_label(text->page, GB_PAINT_LABEL, "requirement");
	gb_page_quote(text->page, explained->stated.expression, EXPRESSION_SHOWN);
	if (text->explanation->report->location) {
		gb_bytes_text(out, ", from ");
		gb_page_quote(text->page, gb_span_of(explained->stated.variable), GB_VALUE_SHOWN);
	}
	gb_bytes_text(out, "\n");
	if (explained->requirement->always_met) {
		gb_bytes_text(out, "    asks for nothing\n");
		return;
	}
	if (explained->requirement->count > 1)
		gb_bytes_format(out, "  one of these %zu has to hold, on every GPU:\n",
				explained->requirement->count);
	else
		gb_bytes_text(out, "  this has to hold, on every GPU:\n");
	for (size_t i = 0; i < shown; i++)
		tell_group(text, &groups->items[i], i ? &groups->items[i - 1] : NULL);
	if (shown < groups->count)
		gb_bytes_format(out, "    and %zu more, see --json\n", groups->count - shown);
}

static void add_arch(struct text *text, const struct gb_arch_range *arch)
{
	struct gb_bytes *words = &text->words;

	if (!arch->from.ptr && !arch->until.ptr)
		return;
	gb_bytes_text(words, ", compute capability ");
	if (arch->from.ptr) {
		gb_bytes_text(words, arch->from_above ? "above " : "");
		gb_bytes_append(words, arch->from);
		gb_bytes_text(words, arch->until.ptr ? " " : arch->from_above ? "" : " or higher");
	}
	if (arch->until.ptr) {
		gb_bytes_text(words, arch->through_until ? "up to " : "below ");
		gb_bytes_append(words, arch->until);
	}
}

static bool names_brands(const struct gb_classes *classes)
{
	for (size_t i = 0; i < classes->count; i++)
		if (classes->items[i].brand_count > 0)
			return true;
	return false;
}

static void tell_class(struct text *text, const struct gb_class *class)
{
	struct gb_bytes *words = &text->words;

	if (class->brand_count > 0) {
		gb_bytes_text(words, "brand ");
		add_brands(text, class->brands, class->brand_count);
		gb_bytes_text(words, class->other_brands ? ", or any other" : "");
	} else {
		gb_bytes_text(words, names_brands(&text->explanation->classes) ? "any other brand"
									       : "any brand");
	}
	add_arch(text, &class->arch);
	gb_bytes_text(words, ": ");
	if (class->acceptance.too_many)
		gb_bytes_text(words, "too many cases to list them");
	else
		gb_words_of_drivers(words, &class->acceptance);
	gb_bytes_text(text->page->out, "    ");
	end_line(text, 4);
}

static void tell_drivers(struct text *text)
{
	const struct gb_classes *classes = &text->explanation->classes;
	const struct gb_floor *floor = &text->explanation->report->floor;

	gb_page_label(text->page, GB_PAINT_LABEL, "minimum driver");
	if (floor->driver.ptr)
		gb_page_quote(text->page, floor->driver, GB_VALUE_SHOWN);
	else if (floor->cuda_newer)
		gb_bytes_format(text->page->out,
				"unknown: a CUDA version newer than this gpubadge's tables (%s)",
				gb_driver_table_date);
	else
		gb_bytes_text(text->page->out, "none that does for every GPU");
	gb_bytes_text(text->page->out, "\n");
	gb_page_title(text->page, GB_PAINT_LABEL, "drivers accepted");
	if (classes->too_many)
		gb_bytes_text(text->page->out, "    too many cases to list them\n");
	for (size_t i = 0; i < classes->count; i++)
		tell_class(text, &classes->items[i]);
}

static void tell_runtimes(const struct text *text)
{
	static const char *const words[] = {
		[GB_ENFORCED] = "yes",
		[GB_PARTLY] = "partly",
		[GB_NOT_ENFORCED] = "no",
	};

	gb_page_title(text->page, GB_PAINT_LABEL, "enforced by");
	for (size_t i = 0; i < gb_runtime_count; i++) {
		const char *why;
		enum gb_enforcement enforcement = gb_runtime_enforces(
			&gb_runtimes[i], &text->explanation->report->nvidia, &why);

		gb_bytes_format(text->page->out, "    %-*s%-8s", RUNTIME_WIDTH, gb_runtimes[i].name,
				words[enforcement]);
		gb_page_fold(text->page, gb_span_of(why), text->width, 4 + RUNTIME_WIDTH + 8);
		gb_bytes_text(text->page->out, "\n");
	}
}

static void write_explanation(const struct gb_explanation *explanation,
			      const struct gpubadge_style *style, struct gb_bytes *out)
{
	const struct gb_page page = {out, style->colour};
	struct text text = {&page, explanation, style->width, gb_bytes_init(SIZE_MAX / 2)};

	if (explanation->report->location) {
		gb_page_heading(&page, explanation->report);
		gb_page_badge(&page, explanation->report);
	}
	for (size_t i = 0; i < explanation->count; i++)
		tell_requirement(&text, &explanation->requirements[i]);
	if (explanation->count > 0) {
		tell_drivers(&text);
		tell_runtimes(&text);
	} else if (gb_report_has_badge(explanation->report)) {
		gb_page_label(&page, GB_PAINT_LABEL, "requirement");
		gb_bytes_text(out, explanation->report->nvidia.cuda_unreadable
					   ? "unknown\n"
					   : "none beyond an NVIDIA GPU\n");
	}
	gb_page_findings(&page, &explanation->report->findings);
	if (text.words.failure && !out->failure)
		out->failure = text.words.failure;
	gb_bytes_done(&text.words);
}

const struct gb_explanation_format gb_explanation_text = {.write = write_explanation};
