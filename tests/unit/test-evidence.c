/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/evidence.h"

#include "expect.h"

static struct gb_arena arena;
static struct gb_findings findings;

static void set_up(void)
{
	gb_arena_init(&arena, SIZE_MAX);
	findings = (struct gb_findings){NULL, 0, 0};
}

static void tear_down(void)
{
	gb_arena_done(&arena);
}

TestSuite(evidence, .init = set_up, .fini = tear_down);

static size_t keep(struct gb_fact *facts, size_t count)
{
	struct gpubadge_error err = NO_ERROR;
	size_t kept = gb_evidence_keep(facts, count, &arena, &findings, &err);

	expect_ok(&err);
	return kept;
}

Test(evidence, is_kept_in_order)
{
	struct gb_fact facts[] = {
		{GB_FACT_WORD, "NVIDIA_GPU", SPAN("yes")},
		{GB_FACT_VALUE, "NVIDIA_REQUIRE_CUDA", {NULL, 0}},
		{GB_FACT_VALUE, "CUDA_VERSION", SPAN("12.4")},
	};

	cr_assert_eq(keep(facts, GB_ARRAY_LEN(facts)), 2);
	expect_text(facts[0].variable, "NVIDIA_GPU");
	expect_text(facts[1].variable, "CUDA_VERSION");
	expect_span(facts[1].value, "12.4");
	cr_assert_eq(findings.count, 0);
}

Test(evidence, is_none_of_empty_values)
{
	struct gb_fact facts[] = {
		{GB_FACT_WORD, "NVIDIA_GPU", SPAN("")},
		{GB_FACT_VALUE, "CUDA_VERSION", {NULL, 0}},
	};

	cr_assert_eq(keep(facts, GB_ARRAY_LEN(facts)), 0);
	cr_assert_eq(findings.count, 0);
}

/* 0 false no off none void, any case. */
Test(evidence, is_no_false_word_but_a_finding)
{
	static const struct gb_span words[] = {{"0", 1},    {"false", 5}, {"no", 2},    {"off", 3},
					       {"none", 4}, {"void", 4},  {"FALSE", 5}, {"No", 2}};

	for (size_t i = 0; i < GB_ARRAY_LEN(words); i++) {
		struct gb_fact fact = {GB_FACT_WORD, "NVIDIA_GPU", words[i]};

		cr_assert_eq(keep(&fact, 1), 0, "%s", words[i].ptr);
		cr_assert_eq(findings.count, i + 1);
		cr_assert_eq(findings.items[i].kind, GB_FINDING_GPU_FALSE_WORD);
	}
	expect_text(findings.items[1].message,
		    "NVIDIA_GPU is \"false\", which says no: it is no evidence of a GPU");
}

Test(evidence, is_every_other_word)
{
	static const struct gb_span words[] = {
		{"1", 1}, {"true", 4}, {"00", 2}, {"n", 1}, {"falsely", 7}};

	for (size_t i = 0; i < GB_ARRAY_LEN(words); i++) {
		struct gb_fact fact = {GB_FACT_WORD, "NVIDIA_GPU", words[i]};

		cr_assert_eq(keep(&fact, 1), 1, "%s", words[i].ptr);
	}
}

Test(evidence, is_a_value_whatever_it_says)
{
	struct gb_fact fact = {GB_FACT_VALUE, "CUDA_VERSION", SPAN("none")};

	cr_assert_eq(keep(&fact, 1), 1);
}

Test(evidence, fails_where_a_finding_does_not_fit)
{
	struct gb_fact facts[] = {
		{GB_FACT_VALUE, "CUDA_VERSION", SPAN("12.4")},
		{GB_FACT_WORD, "NVIDIA_GPU", SPAN("no")},
	};
	struct gpubadge_error err = NO_ERROR;
	struct gb_arena none;

	gb_arena_init(&none, 0);
	cr_assert_eq(gb_evidence_keep(facts, GB_ARRAY_LEN(facts), &none, &findings, &err), 0);
	cr_assert_eq(err.code, GPUBADGE_E_LIMIT);
}
