/* SPDX-License-Identifier: Apache-2.0 */
#include "require/requirement.h"

#include <string.h>

#include "data-file.h"
#include "expect.h"

static struct gpubadge_limits limits;
static struct gb_arena arena;

static void set_up(void)
{
	gpubadge_limits_init(&limits);
	gb_arena_init(&arena, SIZE_MAX / 2);
}

static void tear_down(void)
{
	gb_arena_done(&arena);
}

TestSuite(requirement, .init = set_up, .fini = tear_down);

static struct gb_requirement parsed(const char *text)
{
	struct gb_requirement requirement;
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_requirement_parse(gb_span_of(text), &limits, &arena, &requirement, &err),
		     GPUBADGE_OK, "%s: %s", text, err.text);
	return requirement;
}

/* A line's text with its escapes undone. */
static const char *unescaped(char *text)
{
	size_t len = strlen(text);
	char *tab = strstr(text, "\\t");

	if (tab) {
		tab[0] = '\t';
		memmove(tab + 1, tab + 2, strlen(tab + 2) + 1);
	}
	if (len >= 2 && strcmp(text + len - 2, "\\s") == 0)
		strcpy(text + len - 2, " ");
	return text;
}

Test(requirement, is_read_as_the_table_says)
{
	struct data_file file;

	data_file_open(&file, "require/requirement.data");
	while (data_file_next(&file)) {
		char *tab = strchr(file.text, '\t');
		struct gb_requirement requirement;
		bool flawed, unreadable;

		cr_assert_not_null(tab, "line %d", file.line);
		*tab = '\0';
		requirement = parsed(unescaped(tab + 1));
		unreadable = strcmp(file.text, "unreadable") == 0;
		flawed = unreadable || strcmp(file.text, "malformed") == 0;
		cr_expect_eq(gb_requirement_flaw(&requirement) != NULL, flawed, "line %d: %s",
			     file.line, tab + 1);
		cr_expect_eq(requirement.always_met, strcmp(file.text, "always") == 0,
			     "line %d: %s", file.line, tab + 1);
		if (unreadable || !flawed)
			cr_expect_eq(gb_requirement_is_unreadable(&requirement), unreadable,
				     "line %d: %s", file.line, tab + 1);
	}
	data_file_close(&file, 100);
}

Test(requirement, is_readable_with_one_alternative_that_is)
{
	struct gb_requirement requirement = parsed("cuda>=12 foo>=1");

	cr_assert_not(gb_requirement_is_unreadable(&requirement));
}

/* NVIDIA's evaluator: "foo=1 cuda>=8.0" is invalid on every server. */
Test(requirement, is_unreadable_where_its_first_condition_is)
{
	struct gb_requirement requirement = parsed("foo=1 cuda>=8.0");

	cr_assert(gb_requirement_is_unreadable(&requirement));
}

Test(requirement, takes_versions_up_to_a_hundred_characters)
{
	char text[128] = "cuda>=";
	struct gb_requirement requirement;

	memset(text + 6, '1', 100);
	requirement = parsed(text);
	cr_assert_eq(requirement.alternatives[0].conditions[0].flaw, GB_FLAW_NONE);
	memset(text + 6, '1', 101);
	requirement = parsed(text);
	cr_assert_eq(requirement.alternatives[0].conditions[0].flaw, GB_FLAW_BAD_VALUE);
}

Test(requirement, becomes_a_tree)
{
	struct gb_requirement requirement = parsed(
		"cuda>=12.4  brand=tesla,,driver>=470,driver<471 ARCH!=9.0");
	const struct gb_condition *conditions;

	cr_assert_eq(requirement.count, 3);
	cr_assert_eq(requirement.alternatives[0].count, 1);
	conditions = requirement.alternatives[0].conditions;
	cr_assert_eq(conditions[0].property, GB_PROPERTY_CUDA);
	cr_assert_eq(conditions[0].op, GB_OP_GE);
	expect_span(conditions[0].value, "12.4");
	expect_span(conditions[0].text, "cuda>=12.4");
	cr_assert_eq(requirement.alternatives[1].count, 3);
	conditions = requirement.alternatives[1].conditions;
	cr_assert_eq(conditions[0].property, GB_PROPERTY_BRAND);
	cr_assert_eq(conditions[0].op, GB_OP_EQ);
	expect_span(conditions[0].value, "tesla");
	cr_assert_eq(conditions[2].property, GB_PROPERTY_DRIVER);
	cr_assert_eq(conditions[2].op, GB_OP_LT);
	conditions = requirement.alternatives[2].conditions;
	cr_assert_eq(conditions[0].property, GB_PROPERTY_ARCH);
	cr_assert_eq(conditions[0].op, GB_OP_NE);
}

Test(requirement, has_six_operators_and_a_lone_exclamation_mark)
{
	static const struct {
		const char *text;
		enum gb_operator op;
	} table[] = {
		{"cuda=12", GB_OP_EQ},  {"cuda!=12", GB_OP_NE}, {"cuda!12", GB_OP_NE},
		{"cuda<12", GB_OP_LT},  {"cuda<=12", GB_OP_LE}, {"cuda>12", GB_OP_GT},
		{"cuda>=12", GB_OP_GE},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_requirement requirement = parsed(table[i].text);

		cr_expect_eq(requirement.alternatives[0].conditions[0].op, table[i].op, "%s",
			     table[i].text);
	}
}

/* A piece of commas alone ends libnvidia-container's evaluation. */
Test(requirement, ends_at_a_piece_of_commas)
{
	struct gb_requirement requirement = parsed("cuda>=99 ,, cuda>=1");

	cr_assert_eq(requirement.count, 1);
	cr_assert_not(requirement.always_met);
}

Test(requirement, names_the_first_flaw_and_its_kind)
{
	static const struct {
		const char *text;
		const char *flawed;
		enum gb_flaw flaw;
		const char *message;
	} table[] = {
		{"cuda>=1 12.4 foo>=1", "12.4", GB_FLAW_NO_OPERATOR, "has no operator"},
		{"cuda==12", "cuda==12", GB_FLAW_BAD_OPERATOR,
		 "has an operator that is not allowed there"},
		{"brand>=tesla", "brand>=tesla", GB_FLAW_BRAND_ORDER,
		 "has an operator that is not allowed there"},
		{"cuda>=1,foo>=1", "foo>=1", GB_FLAW_UNKNOWN_PROPERTY,
		 "names no property (cuda, driver, arch, brand)"},
		{"cuda>=10_0", "cuda>=10_0", GB_FLAW_BAD_VALUE,
		 "has no usable value (digits and dots)"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_requirement requirement = parsed(table[i].text);
		const struct gb_condition *flaw = gb_requirement_flaw(&requirement);

		cr_assert_not_null(flaw);
		expect_span(flaw->text, table[i].flawed);
		cr_assert_eq(flaw->flaw, table[i].flaw, "%s", table[i].text);
		expect_text(gb_flaw_text(flaw->flaw), table[i].message);
	}
	expect_text(gb_flaw_text(GB_FLAW_NONE), "is well-formed");
}

Test(requirement, names_properties_and_operators)
{
	expect_text(gb_property_name(GB_PROPERTY_CUDA), "cuda");
	expect_text(gb_property_name(GB_PROPERTY_DRIVER), "driver");
	expect_text(gb_property_name(GB_PROPERTY_ARCH), "arch");
	expect_text(gb_property_name(GB_PROPERTY_BRAND), "brand");
	expect_text(gb_operator_text(GB_OP_EQ), "=");
	expect_text(gb_operator_text(GB_OP_NE), "!=");
	expect_text(gb_operator_text(GB_OP_LT), "<");
	expect_text(gb_operator_text(GB_OP_LE), "<=");
	expect_text(gb_operator_text(GB_OP_GT), ">");
	expect_text(gb_operator_text(GB_OP_GE), ">=");
}

static void parsing_fails(int line, const char *text, const char *message)
{
	struct gb_requirement requirement = {NULL, 77, false};
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_requirement_parse(gb_span_of(text), &limits, &arena, &requirement, &err),
		     GPUBADGE_E_LIMIT, "line %d", line);
	expect_error_at(line, &err, GPUBADGE_E_LIMIT, message);
	cr_assert_eq(requirement.count, 77, "line %d: output touched", line);
}

Test(requirement, may_be_as_long_as_allowed)
{
	limits.requirement_bytes = 8;
	cr_assert_eq(parsed("cuda>=12").count, 1);
}

Test(requirement, is_refused_one_byte_longer)
{
	limits.requirement_bytes = 7;
	parsing_fails(__LINE__, "cuda>=12",
		      "8 bytes, longer than the limit of 7; --limit requirement_bytes=N raises it");
}

Test(requirement, may_have_as_many_conditions_as_allowed)
{
	limits.requirement_conditions = 3;
	cr_assert_eq(parsed("cuda>=1,cuda>=2 cuda>=3 , cuda>=4").count, 2);
}

Test(requirement, is_refused_with_one_condition_more)
{
	limits.requirement_conditions = 2;
	parsing_fails(__LINE__, "cuda>=1,cuda>=2 cuda>=3",
		      "more conditions than the limit; --limit requirement_conditions=N raises it");
}
