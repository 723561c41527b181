/* SPDX-License-Identifier: Apache-2.0 */

/* Schema gpubadge-explain/1, see gpubadge-1.schema.json. */
#include "env/runtimes.h"
#include "report/explanation.h"
#include "report/json-members.h"
#include "require/words.h"

/* WORDS is emptied. */
static void write_words(struct gb_json_writer *json, const char *key, struct gb_bytes *words)
{
	gb_json_write_span(json, key, gb_bytes_span(words));
	words->len = 0;
}

static void write_group(struct gb_json_writer *json, const struct gb_group *group,
			struct gb_bytes *words)
{
	gb_json_open_object(json, NULL);
	gb_json_open_array(json, "alternatives");
	for (size_t i = 0; i < group->count; i++)
		gb_json_write_size(json, NULL, group->numbers[i]);
	gb_json_close_array(json);
	gb_words_of_alternative(words, group->first,
				group->brands ? GB_WORDS_WITHOUT_BRANDS : GB_WORDS_WITH_BRANDS);
	write_words(json, "words", words);
	gb_members_spans(json, "brands", group->brands, group->brands ? group->count : 0);
	gb_json_open_array(json, "conditions");
	for (size_t i = 0; i < group->first->count; i++)
		gb_members_condition(json, &group->first->conditions[i]);
	gb_json_close_array(json);
	gb_json_close_object(json);
}

static void write_requirements(struct gb_json_writer *json,
			       const struct gb_explanation *explanation, struct gb_bytes *words)
{
	gb_json_open_array(json, "requirements");
	for (size_t i = 0; i < explanation->count; i++) {
		const struct gb_explained *explained = &explanation->requirements[i];

		gb_json_open_object(json, NULL);
		gb_json_write_text(json, "origin",
				   explanation->report->location ? explained->stated.variable
								 : NULL);
		gb_json_write_span(json, "expression", explained->stated.expression);
		gb_json_open_array(json, "groups");
		for (size_t j = 0; j < explained->groups.count; j++)
			write_group(json, &explained->groups.items[j], words);
		gb_json_close_array(json);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
}

static void write_place(struct gb_json_writer *json, const char *key,
			const struct gb_driver_place *place, const char *flag)
{
	gb_json_write_span(json, key, place->driver);
	gb_json_write_bool(json, flag, place->just_above);
}

static void write_range(struct gb_json_writer *json, const struct gb_driver_range *range)
{
	const struct gb_driver_place open = {.just_above = false};

	gb_json_open_object(json, NULL);
	write_place(json, "from", &range->from, "fromExcluded");
	write_place(json, "until", range->open ? &open : &range->until, "untilIncluded");
	gb_json_close_object(json);
}

static void write_arch(struct gb_json_writer *json, const struct gb_arch_range *arch)
{
	if (!arch->from.ptr && !arch->until.ptr) {
		gb_json_write_null(json, "arch");
		return;
	}
	gb_json_open_object(json, "arch");
	gb_json_write_span(json, "from", arch->from);
	gb_json_write_bool(json, "fromExcluded", arch->from_above);
	gb_json_write_span(json, "until", arch->until);
	gb_json_write_bool(json, "untilIncluded", arch->through_until);
	gb_json_close_object(json);
}

static void write_class(struct gb_json_writer *json, const struct gb_class *class,
			struct gb_bytes *words)
{
	gb_json_open_object(json, NULL);
	gb_members_spans(json, "brands", class->brands, class->brand_count);
	gb_json_write_bool(json, "otherBrands", class->other_brands);
	write_arch(json, &class->arch);
	if (class->acceptance.too_many) {
		gb_json_write_null(json, "drivers");
		gb_json_write_null(json, "accepted");
	} else {
		gb_words_of_drivers(words, &class->acceptance);
		write_words(json, "drivers", words);
		gb_json_open_array(json, "accepted");
		for (size_t i = 0; i < class->acceptance.count; i++)
			write_range(json, &class->acceptance.accepted[i]);
		gb_json_close_array(json);
	}
	gb_json_close_object(json);
}

static void write_acceptance(struct gb_json_writer *json, const struct gb_explanation *explanation,
			     struct gb_bytes *words)
{
	const struct gb_classes *classes = &explanation->classes;

	gb_json_write_span(json, "minimumDriver", explanation->report->floor.driver);
	if (classes->too_many) {
		gb_json_write_null(json, "acceptance");
		return;
	}
	gb_json_open_array(json, "acceptance");
	for (size_t i = 0; i < classes->count; i++)
		write_class(json, &classes->items[i], words);
	gb_json_close_array(json);
}

static void write_enforcement(struct gb_json_writer *json, const struct gb_explanation *explanation)
{
	static const char *const names[] = {
		[GB_ENFORCED] = "yes",
		[GB_PARTLY] = "partly",
		[GB_NOT_ENFORCED] = "no",
	};

	gb_json_open_array(json, "enforcement");
	for (size_t i = 0; i < gb_runtime_count; i++) {
		const char *why;
		enum gb_enforcement enforcement =
			gb_runtime_enforces(&gb_runtimes[i], &explanation->report->nvidia, &why);

		gb_json_open_object(json, NULL);
		gb_json_write_text(json, "runtime", gb_runtimes[i].name);
		gb_json_write_text(json, "enforced", names[enforcement]);
		gb_json_write_text(json, "why", why);
		gb_json_write_text(json, "defaultCapabilities", gb_runtimes[i].capabilities);
		gb_json_write_text(json, "source", gb_runtimes[i].source);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
}

static void write_explanation(const struct gb_explanation *explanation,
			      const struct gpubadge_style *style, struct gb_bytes *out)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes words = gb_bytes_init(SIZE_MAX / 2);
	const struct gpubadge_report *report = explanation->report;
	struct gb_json_writer json = gb_members_start(out, style);

	gb_json_open_object(&json, NULL);
	gb_json_write_text(&json, "schema", GB_EXPLANATION_SCHEMA);
	if (!report->location) {
		gb_json_write_null(&json, "source");
		gb_json_write_null(&json, "image");
		gb_json_write_null(&json, "gpu");
	} else {
		gb_members_source(&json, report->transport, report->location, report->compression);
		gb_members_image(&json, &report->image);
		gb_json_write_bool(&json, "gpu", gb_report_has_badge(report));
	}
	write_requirements(&json, explanation, &words);
	write_acceptance(&json, explanation, &words);
	write_enforcement(&json, explanation);
	gb_members_findings(&json, &report->findings);
	gb_json_close_object(&json);
	gb_bytes_text(out, "\n");
	if (words.failure && !out->failure)
		out->failure = words.failure;
}

const struct gb_explanation_format gb_explanation_json = {.write = write_explanation};
