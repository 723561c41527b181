/* SPDX-License-Identifier: Apache-2.0 */
#include "report/match.h"

#include "base/gb-quote.h"

struct gb_verdict gb_match_verdict(const struct gpubadge_match *match, size_t server)
{
	const struct gb_small_verdict *small =
		&match->verdicts[match->fleet->servers[server].profile];

	return (struct gb_verdict){(enum gb_truth)small->truth, (enum gb_tier)small->tier};
}

void gb_explainer_init(struct gb_explainer *explainer, const struct gpubadge_match *match)
{
	uint64_t ceiling = match->fleet->limits.result_bytes;

	*explainer = (struct gb_explainer){.demand = match->demand};
	gb_arena_init(&explainer->lasting, ceiling);
	gb_arena_init(&explainer->passing, ceiling);
	explainer->ways.arena = &explainer->lasting;
	explainer->demand.ways = &explainer->ways;
}

void gb_explainer_done(struct gb_explainer *explainer)
{
	gb_arena_done(&explainer->lasting);
	gb_arena_done(&explainer->passing);
}

enum gpubadge_code gb_explainer_reasons(struct gb_explainer *explainer,
					const struct gb_profile *profile,
					struct gb_reasons *ret_reasons, struct gpubadge_error *err)
{
	gb_arena_done(&explainer->passing);
	return gb_judge_explain(&explainer->demand, profile, &explainer->passing, ret_reasons, err);
}

const struct gb_match_format *gb_match_format(enum gpubadge_format format)
{
	static const struct gb_match_format *const formats[] = {
		[GPUBADGE_FORMAT_TEXT] = &gb_match_text,
		[GPUBADGE_FORMAT_JSON] = &gb_match_json,
	};

	return (size_t)format < GB_ARRAY_LEN(formats) ? formats[format] : NULL;
}

void gb_match_write_names(const struct gpubadge_match *match, struct gb_bytes *out)
{
	for (size_t i = 0; i < match->fleet->count; i++) {
		if (gb_match_verdict(match, i).truth != GB_YES)
			continue;
		gb_quote_append(out, match->fleet->servers[i].name);
		gb_bytes_text(out, "\n");
	}
}
