/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/evidence.h"

static bool is_false_word(struct gb_span value)
{
	static const char *const words[] = {"0", "false", "no", "off", "none", "void"};

	for (size_t i = 0; i < GB_ARRAY_LEN(words); i++)
		if (gb_span_is_nocase(value, words[i]))
			return true;
	return false;
}

size_t gb_evidence_keep(struct gb_fact *facts, size_t count, struct gb_arena *arena,
			struct gb_findings *findings, struct gpubadge_error *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct gb_fact fact = facts[i];

		if (fact.value.len == 0)
			continue;
		if (fact.kind != GB_FACT_WORD || !is_false_word(fact.value))
			facts[kept++] = fact;
		else if (gb_findings_add(
				 findings, arena, err, GB_FINDING_GPU_FALSE_WORD,
				 "%s is \"%.*s\", which says no: it is no evidence of a GPU",
				 fact.variable, (int)fact.value.len, fact.value.ptr))
			return 0;
	}
	return kept;
}
