/* SPDX-License-Identifier: Apache-2.0 */
#include "require/words.h"

#include "require/driver-table.h"
#include "require/version.h"

/* Around a value: "CUDA " and " or newer". Compute capabilities are high or low, not new or
 * old. */
struct phrase {
	const char *before;
	const char *after;
};

static const struct phrase phrases[] = {
	[GB_OP_EQ] = {"", ""},
	[GB_OP_NE] = {"not ", ""},
	[GB_OP_LT] = {"older than ", ""},
	[GB_OP_LE] = {"", " or older"},
	[GB_OP_GT] = {"newer than ", ""},
	[GB_OP_GE] = {"", " or newer"},
};

static const struct phrase arch_phrases[] = {
	[GB_OP_EQ] = {"", ""},       [GB_OP_NE] = {"not ", ""},
	[GB_OP_LT] = {"below ", ""}, [GB_OP_LE] = {"", " or lower"},
	[GB_OP_GT] = {"above ", ""}, [GB_OP_GE] = {"", " or higher"},
};

void gb_words_of_condition(struct gb_bytes *out, const struct gb_condition *condition)
{
	const struct phrase *phrase;

	if (condition->flaw != GB_FLAW_NONE) {
		gb_bytes_text(out, "\"");
		gb_bytes_append(out, condition->text);
		gb_bytes_format(out, "\", which %s", gb_flaw_text(condition->flaw));
		return;
	}
	phrase = condition->property == GB_PROPERTY_ARCH ? &arch_phrases[condition->op]
							 : &phrases[condition->op];
	gb_bytes_format(out, "%s %s", gb_property_noun(condition->property), phrase->before);
	gb_bytes_append(out, condition->value);
	gb_bytes_text(out, phrase->after);
}

/* The one condition of ALTERNATIVE on the driver with OP, or NULL if there are none or more. */
static const struct gb_condition *only_driver(const struct gb_alternative *alternative,
					      enum gb_operator op)
{
	const struct gb_condition *found = NULL;

	for (size_t i = 0; i < alternative->count; i++) {
		const struct gb_condition *condition = &alternative->conditions[i];

		if (condition->flaw != GB_FLAW_NONE || condition->property != GB_PROPERTY_DRIVER ||
		    condition->op != op)
			continue;
		if (found)
			return NULL;
		found = condition;
	}
	return found;
}

/* driver>=470,driver<471 is a branch. */
static void append_driver_range(struct gb_bytes *out, struct gb_span from, struct gb_span below)
{
	uint64_t first, end;

	gb_bytes_text(out, "driver ");
	gb_bytes_append(out, from);
	if (gb_span_number(from, &first) && gb_span_number(below, &end) && end == first + 1) {
		gb_bytes_text(out, ".x");
		return;
	}
	gb_bytes_text(out, " or newer, older than ");
	gb_bytes_append(out, below);
}

void gb_words_of_alternative(struct gb_bytes *out, const struct gb_alternative *alternative,
			     enum gb_words_brands brands)
{
	const struct gb_condition *from = only_driver(alternative, GB_OP_GE);
	const struct gb_condition *below = only_driver(alternative, GB_OP_LT);
	bool range = from && below && gb_version_compare(from->value, below->value) < 0;
	size_t told = 0;

	for (size_t i = 0; i < alternative->count; i++) {
		const struct gb_condition *condition = &alternative->conditions[i];

		if ((range && condition == below) ||
		    (brands == GB_WORDS_WITHOUT_BRANDS && gb_condition_asks_for_brand(condition)))
			continue;
		gb_bytes_text(out, told++ ? " and " : "");
		if (range && condition == from)
			append_driver_range(out, from->value, below->value);
		else
			gb_words_of_condition(out, condition);
	}
	if (told == 0)
		gb_bytes_text(out, "any driver");
}

static size_t branch_at(struct gb_span driver)
{
	size_t i = 0;

	while (i < gb_driver_branch_count &&
	       gb_version_compare(gb_span_of(gb_driver_branches[i].branch), driver) < 0)
		i++;
	return i;
}

static bool is_branch_start(const struct gb_driver_place *place)
{
	size_t index = branch_at(place->driver);

	if (place->just_above)
		return false;
	if (index == gb_driver_branch_count) /* the number behind the last branch ends that one */
		return gb_span_index(place->driver, '.') == place->driver.len;
	return gb_version_compare(gb_span_of(gb_driver_branches[index].branch), place->driver) == 0;
}

static void append_branches(struct gb_bytes *out, size_t first, size_t last)
{
	gb_bytes_format(out, "%s.x", gb_driver_branches[first].branch);
	if (last > first)
		gb_bytes_format(out, "%s%s.x", last == first + 1 ? ", " : " to ",
				gb_driver_branches[last].branch);
}

static void append_range(struct gb_bytes *out, const struct gb_driver_range *range)
{
	bool single = !range->open && range->until.just_above && !range->from.just_above &&
		      gb_version_compare(range->from.driver, range->until.driver) == 0;

	if (single) {
		gb_bytes_append(out, range->from.driver);
		return;
	}
	if (is_branch_start(&range->from) && !range->open && is_branch_start(&range->until)) {
		append_branches(out, branch_at(range->from.driver),
				branch_at(range->until.driver) - 1);
		return;
	}
	gb_bytes_text(out, range->from.just_above ? "above " : "");
	gb_bytes_append(out, range->from.driver);
	if (range->open) {
		gb_bytes_text(out, range->from.just_above ? "" : " and newer");
		return;
	}
	gb_bytes_text(out, range->until.just_above ? " up to " : " to below ");
	gb_bytes_append(out, range->until.driver);
}

/* The branches between two accepted ranges of which nothing is accepted. */
static void append_hole(struct gb_bytes *out, const struct gb_driver_range *before,
			const struct gb_driver_range *behind, bool *told)
{
	size_t first = branch_at(before->until.driver), end = branch_at(behind->from.driver);

	if (!is_branch_start(&behind->from))
		end--; /* part of that branch is accepted */
	if (first >= end)
		return;
	gb_bytes_text(out, *told ? ", " : "; not ");
	append_branches(out, first, end - 1);
	*told = true;
}

void gb_words_of_drivers(struct gb_bytes *out, const struct gb_acceptance *acceptance)
{
	bool told = false;

	if (acceptance->count == 0)
		gb_bytes_text(out, acceptance->undecided ? "none for sure" : "none");
	for (size_t i = 0; i < acceptance->count; i++) {
		gb_bytes_text(out, i ? ", " : "");
		append_range(out, &acceptance->accepted[i]);
	}
	for (size_t i = 1; i < acceptance->count; i++)
		append_hole(out, &acceptance->accepted[i - 1], &acceptance->accepted[i], &told);
}

void gb_words_of_way_in(struct gb_bytes *out, const struct gb_acceptance *acceptance)
{
	const struct gb_driver_range *last;
	size_t closed = acceptance->count;

	if (acceptance->count == 0)
		return;
	last = &acceptance->accepted[acceptance->count - 1];
	gb_bytes_text(out, "driver ");
	if (last->open) {
		closed--;
		gb_bytes_text(out, last->from.just_above ? "newer than " : "");
		gb_bytes_append(out, last->from.driver);
		gb_bytes_text(out, last->from.just_above ? "" : " or newer");
		gb_bytes_text(out, closed ? ", or one of " : "");
	}
	for (size_t i = 0; i < closed; i++) {
		gb_bytes_text(out, i ? ", " : "");
		append_range(out, &acceptance->accepted[i]);
	}
}
