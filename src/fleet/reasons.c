/* SPDX-License-Identifier: Apache-2.0 */

/* The reasons for a verdict in words. */
#include <string.h>

#include "fleet/judge.h"
#include "require/words.h"

/* Bytes of a foreign value, or of an alternative, that a reason shows. */
#define VALUE_SHOWN 60

struct writer {
	const struct gb_demand *demand;
	const struct gb_profile *profile;
	struct gb_arena *arena;
	struct gpubadge_error *err;
	struct gb_bytes text; /* of the reason that is being written */
	struct gb_reasons reasons;
};

static void append_cut(struct gb_bytes *out, struct gb_span text)
{
	gb_bytes_append(out, gb_span_cut(text, VALUE_SHOWN));
	gb_bytes_text(out, text.len > VALUE_SHOWN ? "..." : "");
}

/* Ends the reason that has been written. */
static void end_reason(struct writer *writer)
{
	const char *copy;

	if (writer->err->code || gb_bytes_check(&writer->text, writer->err))
		return;
	if (writer->reasons.count == GB_REASONS) {
		writer->text.len = 0;
		return;
	}
	copy = gb_arena_copy(writer->arena, gb_bytes_span(&writer->text), writer->err);
	if (copy)
		writer->reasons.items[writer->reasons.count++] = copy;
	writer->text.len = 0;
}

static void reason(struct writer *writer, const char *text)
{
	gb_bytes_text(&writer->text, text);
	end_reason(writer);
}

/* The properties that REQUIREMENT asks for, or ALTERNATIVE alone if there is one. */
static void find_properties(const struct gb_requirement *requirement,
			    const struct gb_alternative *alternative, bool asked[GB_PROPERTIES])
{
	size_t count = alternative ? 1 : requirement->count;

	memset(asked, 0, GB_PROPERTIES * sizeof(asked[0]));
	for (size_t i = 0; i < count; i++) {
		const struct gb_alternative *one = alternative ? alternative
							       : &requirement->alternatives[i];

		for (size_t j = 0; j < one->count; j++)
			if (one->conditions[j].flaw == GB_FLAW_NONE)
				asked[one->conditions[j].property] = true;
	}
}

/* "CUDA 12.2, driver 535.183.06, brand Nvidia" */
static void append_facts(struct writer *writer, const struct gb_subject *subject,
			 const bool asked[GB_PROPERTIES])
{
	bool told = false;

	for (size_t i = 0; i < GB_PROPERTIES; i++) {
		if (!asked[i])
			continue;
		gb_bytes_format(&writer->text, "%s%s ", told ? ", " : "",
				gb_property_noun((enum gb_property)i));
		if (subject->facts[i].knowledge == GB_STATED)
			append_cut(&writer->text, subject->facts[i].value.text);
		else
			gb_bytes_text(&writer->text, "not stated");
		told = true;
	}
}

static void append_alternative(struct writer *writer, const struct gb_alternative *alternative)
{
	const struct gb_condition *last = &alternative->conditions[alternative->count - 1];
	const char *start = alternative->conditions[0].text.ptr;

	append_cut(&writer->text,
		   (struct gb_span){start, (size_t)(last->text.ptr + last->text.len - start)});
}

/* "cuda>=12.4" or "one of the 25 alternatives", "of NVIDIA_REQUIRE_CUDA" */
static void append_requirement(struct writer *writer, const struct gb_named_requirement *named,
			       const char *quantity)
{
	if (named->requirement->count == 1)
		append_alternative(writer, &named->requirement->alternatives[0]);
	else
		gb_bytes_format(&writer->text, "%s of the %zu alternatives", quantity,
				named->requirement->count);
	gb_bytes_text(&writer->text, " of ");
	append_cut(&writer->text, gb_span_of(named->variable));
}

/* On a server with several kinds of GPUs a reason names the one it is about. */
static void append_gpu(struct writer *writer, size_t gpu)
{
	const struct gb_server *server = writer->profile->server;

	if (server->gpu_count < 2)
		return;
	gb_bytes_text(&writer->text, "GPU ");
	append_cut(&writer->text, server->gpus[gpu].product.ptr ? server->gpus[gpu].product
								: gb_span_of("of unknown product"));
	gb_bytes_text(&writer->text, ": ");
}

static void tell_yes(struct writer *writer, size_t gpu, const struct gb_named_requirement *named,
		     const struct gb_answer *answer)
{
	bool asked[GB_PROPERTIES];

	append_gpu(writer, gpu);
	if (answer->met) {
		find_properties(named->requirement, answer->met, asked);
		append_alternative(writer, answer->met);
		gb_bytes_text(&writer->text, " is met: ");
		append_facts(writer, &writer->profile->subjects[gpu], asked);
	} else {
		append_cut(&writer->text, gb_span_of(named->variable));
		gb_bytes_text(&writer->text, " asks for nothing");
	}
	end_reason(writer);
}

static void tell_no(struct writer *writer, size_t gpu, const struct gb_named_requirement *named,
		    const struct gb_answer *answer)
{
	bool asked[GB_PROPERTIES];

	append_gpu(writer, gpu);
	if (answer->malformed) {
		append_cut(&writer->text, gb_span_of(named->variable));
		gb_bytes_text(&writer->text, " is malformed: \"");
		append_cut(&writer->text, answer->malformed->text);
		gb_bytes_format(&writer->text,
				"\" %s, and libnvidia-container refuses to start the container",
				answer->malformed->flaw == GB_FLAW_NONE
					? "does not hold and is longer than 127 characters"
					: gb_flaw_text(answer->malformed->flaw));
	} else {
		find_properties(named->requirement, NULL, asked);
		append_requirement(writer, named, "none");
		gb_bytes_text(&writer->text,
			      named->requirement->count == 1 ? " is not met: " : " is met: ");
		append_facts(writer, &writer->profile->subjects[gpu], asked);
	}
	end_reason(writer);
}

static void tell_unknown(struct writer *writer, size_t gpu,
			 const struct gb_named_requirement *named, const struct gb_answer *answer)
{
	bool told = false;

	append_gpu(writer, gpu);
	append_requirement(writer, named, "one");
	gb_bytes_text(&writer->text, " may be met, not stated: ");
	for (size_t i = 0; i < GB_PROPERTIES; i++) {
		if (!answer->not_stated[i])
			continue;
		gb_bytes_format(&writer->text, "%s%s", told ? ", " : "",
				gb_property_noun((enum gb_property)i));
		told = true;
	}
	end_reason(writer);
}

/* A sentence on the drivers with which a kind of GPU would meet all requirements. */
struct gb_way {
	struct gb_span brand; /* absent: not stated */
	struct gb_span arch;
	const char *sentence; /* NULL: nothing can be said */
};

static bool is_same(struct gb_span a, struct gb_span b)
{
	return (a.ptr != NULL) == (b.ptr != NULL) && gb_span_equal(a, b);
}

static const char no_way_in[] = "no driver that is known would make it qualify";

/* Works the sentence out; NULL also on failure. */
static const char *find_way_in(struct writer *writer, const struct gb_subject *subject,
			       struct gb_arena *arena)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes words = gb_bytes_init(SIZE_MAX / 2);
	const struct gb_demand *demand = writer->demand;
	const struct gb_requirement **requirements;
	struct gb_acceptance acceptance;

	requirements = gb_arena_alloc(arena, demand->count * sizeof(*requirements), writer->err);
	if (!requirements)
		return NULL;
	for (size_t i = 0; i < demand->count; i++)
		requirements[i] = demand->requirements[i].requirement;
	if (gb_acceptance_of(requirements, demand->count, subject, arena, &acceptance, writer->err))
		return NULL;
	if (acceptance.too_many || (acceptance.count == 0 && acceptance.undecided))
		return NULL;
	if (acceptance.count == 0)
		return no_way_in;
	gb_bytes_text(&words, "would qualify with ");
	gb_words_of_way_in(&words, &acceptance);
	if (gb_bytes_check(&words, writer->err))
		return NULL;
	return gb_arena_copy(arena, gb_bytes_span(&words), writer->err);
}

/* More kinds of GPUs than any fleet has: of those behind them nothing is said. */
#define MOST_WAYS 64

/* The sentence as it was worked out before, or anew. */
static const char *recall_way_in(struct writer *writer, const struct gb_subject *subject)
{
	struct gb_ways *ways = writer->demand->ways;
	const struct gb_way way = {
		.brand = subject->facts[GB_PROPERTY_BRAND].value.text,
		.arch = subject->facts[GB_PROPERTY_ARCH].value.text,
	};
	struct gb_way *items;

	if (!ways)
		return find_way_in(writer, subject, writer->arena);
	for (size_t i = 0; i < ways->count; i++)
		if (is_same(ways->items[i].brand, way.brand) &&
		    is_same(ways->items[i].arch, way.arch))
			return ways->items[i].sentence;
	if (ways->count == MOST_WAYS)
		return NULL;
	items = gb_arena_grow(ways->arena, ways->items, ways->count, &ways->capacity,
			      sizeof(*items), writer->err);
	if (!items)
		return NULL;
	ways->items = items;
	items[ways->count] = way;
	items[ways->count].sentence = find_way_in(writer, subject, ways->arena);
	return writer->err->code ? NULL : items[ways->count++].sentence;
}

/* What does for one kind of GPU of a server need not do for the next: a way in is told where it is
 * the same for all, and that there is none where one kind has none. */
static void tell_way_in(struct writer *writer)
{
	const struct gb_profile *profile = writer->profile;
	const char *common = NULL;

	/* There a driver alone would not make it a yes. */
	if (writer->demand->unreadable || !profile->server->gpus_known)
		return;
	for (size_t i = 0; i < profile->subject_count; i++) {
		const char *sentence = recall_way_in(writer, &profile->subjects[i]);

		if (!sentence)
			return;
		if (sentence == no_way_in) {
			append_gpu(writer, i);
			reason(writer, sentence);
			return;
		}
		if (common && strcmp(common, sentence) != 0)
			return;
		common = sentence;
	}
	if (common)
		reason(writer, common);
}

/* Facts that nobody stated, where a requirement asks for them. */
static void tell_derived(struct writer *writer, const bool asked[GB_PROPERTIES])
{
	const struct gb_server *server = writer->profile->server;

	if (server->driver_assumed && (asked[GB_PROPERTY_DRIVER] || asked[GB_PROPERTY_CUDA])) {
		gb_bytes_text(&writer->text, "driver ");
		append_cut(&writer->text, server->driver);
		reason(writer, " is assumed, the inventory states none");
	}
	if (server->cuda_from_table && asked[GB_PROPERTY_CUDA]) {
		gb_bytes_text(&writer->text, "CUDA ");
		append_cut(&writer->text, server->cuda);
		reason(writer, " is what this driver branch supports, the inventory states none");
	}
	for (size_t i = 0; i < server->gpu_count && asked[GB_PROPERTY_BRAND]; i++) {
		if (!server->gpus[i].brand_from_product)
			continue;
		gb_bytes_text(&writer->text, "brand ");
		append_cut(&writer->text, server->gpus[i].brand);
		gb_bytes_text(&writer->text, " is told by the product ");
		append_cut(&writer->text, server->gpus[i].product);
		end_reason(writer);
		return;
	}
}

static void tell_answer(struct writer *writer, size_t gpu, const struct gb_named_requirement *named,
			const struct gb_answer *answer)
{
	switch (answer->truth) {
	case GB_YES:
		tell_yes(writer, gpu, named, answer);
		break;
	case GB_NO:
		tell_no(writer, gpu, named, answer);
		if (!answer->malformed)
			tell_way_in(writer);
		break;
	case GB_UNKNOWN:
		tell_unknown(writer, gpu, named, answer);
		break;
	}
}

/* Tells the requirements whose answer is WANTED, the one of all together: of a no the first,
 * of a yes those of the first GPU. */
static void tell_requirements(struct writer *writer, enum gb_truth wanted)
{
	const struct gb_demand *demand = writer->demand;
	const struct gb_profile *profile = writer->profile;
	size_t gpus = wanted == GB_YES ? 1 : profile->subject_count;
	bool asked[GB_PROPERTIES], asked_of_any[GB_PROPERTIES] = {false};
	bool done = false;

	for (size_t i = 0; i < gpus && !done && writer->reasons.count < GB_REASONS; i++) {
		for (size_t j = 0; j < demand->count && !done; j++) {
			const struct gb_named_requirement *named = &demand->requirements[j];
			const struct gb_answer answer =
				gb_requirement_evaluate(named->requirement, &profile->subjects[i]);

			if (answer.truth != wanted)
				continue;
			tell_answer(writer, i, named, &answer);
			find_properties(named->requirement, answer.met, asked);
			for (size_t k = 0; k < GB_PROPERTIES; k++)
				asked_of_any[k] = asked_of_any[k] || asked[k];
			done = wanted == GB_NO;
		}
	}
	tell_derived(writer, asked_of_any);
}

/* Why facts are missing. */
static void tell_note(struct writer *writer)
{
	if (!writer->profile->server->note.ptr)
		return;
	gb_bytes_append(&writer->text, writer->profile->server->note);
	end_reason(writer);
}

static void tell_too_many(struct writer *writer)
{
	gb_bytes_format(&writer->text,
			"%zu requirements: libnvidia-container takes %d and refuses to start the "
			"container",
			writer->demand->count, GB_MOST_REQUIREMENTS);
	end_reason(writer);
}

static void tell_lifted(struct writer *writer)
{
	static const char *const sentences[] = {
		[GB_NO] = "NVIDIA_DISABLE_REQUIRE lifts the requirement, which is not met",
		[GB_UNKNOWN] = "NVIDIA_DISABLE_REQUIRE lifts the requirement, which may not be met",
		[GB_YES] = "NVIDIA_DISABLE_REQUIRE lifts the requirement, which is met",
	};

	reason(writer, sentences[gb_meets_requirements(writer->demand, writer->profile)]);
}

static void tell_server(struct writer *writer, struct gb_verdict verdict)
{
	const struct gb_demand *demand = writer->demand;
	const struct gb_server *server = writer->profile->server;
	enum gb_truth truth = verdict.truth;

	if (!server->gpus_known) {
		reason(writer, "it is not known whether the server has an NVIDIA GPU");
		/* What the requirements say is worth telling all the same. */
		truth = gb_meets_requirements(demand, writer->profile);
	}
	if (demand->unreadable)
		reason(writer, "CUDA_VERSION is no version: what the image requires is not known");
	else if (demand->count == 0)
		reason(writer, "the image states no requirement beyond the GPU");
	if (!demand->enforced && demand->count > 0)
		tell_lifted(writer);
	else if (demand->count > GB_MOST_REQUIREMENTS)
		tell_too_many(writer);
	else
		tell_requirements(writer, truth);
	if (verdict.truth == GB_UNKNOWN)
		tell_note(writer);
}

enum gpubadge_code gb_judge_explain(const struct gb_demand *demand,
				    const struct gb_profile *profile, struct gb_arena *arena,
				    struct gb_reasons *ret_reasons, struct gpubadge_error *err)
{
	const struct gb_server *server = profile->server;
	struct writer writer = {
		.demand = demand,
		.profile = profile,
		.arena = arena,
		.err = err,
		.text = gb_bytes_init(SIZE_MAX / 2),
	};

	if (!demand->gpu) {
		reason(&writer, "the image asks for no NVIDIA GPU");
	} else if (server->gpus_known && server->gpu_count == 0) {
		reason(&writer, "the server has no NVIDIA GPU");
		tell_note(&writer);
	} else if (gb_is_other_architecture(demand, server)) {
		gb_bytes_text(&writer.text, "the image is for ");
		append_cut(&writer.text, demand->architecture);
		gb_bytes_text(&writer.text, ", the server is ");
		append_cut(&writer.text, server->architecture);
		end_reason(&writer);
	} else {
		tell_server(&writer, gb_judge(demand, profile));
	}
	gb_bytes_done(&writer.text);
	if (!err->code)
		*ret_reasons = writer.reasons;
	return err->code;
}
