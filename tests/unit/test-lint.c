/* SPDX-License-Identifier: Apache-2.0 */
#include "require/lint.h"

#include <string.h>

#include "data-file.h"
#include "expect.h"
#include "require-case.h"

static struct gb_findings findings;

static void set_up(void)
{
	require_case_enter();
	findings = (struct gb_findings){NULL, 0, 0};
}

static void tear_down(void)
{
	require_case_leave();
}

TestSuite(lint, .init = set_up, .fini = tear_down);

static void lint(const char *text)
{
	const struct gb_requirement requirement = requirement_of(text);
	struct gpubadge_error err = NO_ERROR;

	findings = (struct gb_findings){NULL, 0, 0};
	cr_assert_eq(gb_requirement_lint(&requirement, gb_span_of(text), "NVIDIA_REQUIRE_CUDA",
					 &require_case.arena, &findings, &err),
		     GPUBADGE_OK, "%s", err.text);
}

static void finds(const char *text, enum gb_finding_kind kind, const char *message)
{
	lint(text);
	cr_assert_eq(findings.count, 1, "%s: %zu findings", text, findings.count);
	cr_expect_eq(findings.items[0].kind, kind, "%s", text);
	expect_text(findings.items[0].message, message);
}

static void finds_nothing(const char *text)
{
	lint(text);
	cr_expect_eq(findings.count, 0, "%s: %s", text,
		     findings.count ? findings.items[0].message : "");
}

static bool has(enum gb_finding_kind kind)
{
	for (size_t i = 0; i < findings.count; i++)
		if (findings.items[i].kind == kind)
			return true;
	return false;
}

Test(lint, finds_in_published_requirements_what_is_wrong_with_them)
{
	static const struct {
		const char *word;
		enum gb_finding_kind kind;
	} kinds[] = {
		{"malformed", GB_FINDING_REQUIREMENT_MALFORMED},
		{"case", GB_FINDING_REQUIREMENT_CASE},
		{"blanks", GB_FINDING_REQUIREMENT_BLANKS},
		{"loosened", GB_FINDING_REQUIREMENT_LOOSENED},
	};
	struct data_file file;

	data_file_open(&file, "require/published.data");
	while (data_file_next(&file)) {
		char *drivers = strchr(file.text, '\t');
		const char *text = strchr(drivers + 1, '\t') + 1;
		size_t wanted = 0;

		*drivers = '\0';
		lint(text);
		for (size_t i = 0; i < GB_ARRAY_LEN(kinds); i++) {
			bool due = strstr(file.text, kinds[i].word) != NULL;

			cr_expect_eq(has(kinds[i].kind), due, "line %d: %s", file.line,
				     kinds[i].word);
			wanted += due;
		}
		cr_expect_eq(findings.count, wanted, "line %d", file.line);
	}
	data_file_close(&file, 110);
}

Test(lint, names_each_flaw)
{
	static const struct {
		const char *text;
		const char *piece;
	} table[] = {
		{"12.4", "\"12.4\" has no operator"},
		{"cuda==12", "\"cuda==12\" has an operator that is not allowed there"},
		{"cuda>=12.4 foo>=1", "\"foo>=1\" names no property (cuda, driver, arch, brand)"},
		{"brand>=tesla", "\"brand>=tesla\" has an operator that is not allowed there"},
		{"cuda>=10_0", "\"cuda>=10_0\" has no usable value (digits and dots)"},
		{"cuda>=", "\"cuda>=\" has no usable value (digits and dots)"},
		{"foo bar", "\"foo\" has no operator"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		char message[256];

		snprintf(message, sizeof(message),
			 "NVIDIA_REQUIRE_CUDA: %s; libnvidia-container refuses to start the "
			 "container when it comes to it",
			 table[i].piece);
		finds(table[i].text, GB_FINDING_REQUIREMENT_MALFORMED, message);
	}
}

Test(lint, finds_properties_in_capital_letters)
{
	finds("CUDA>=12.3", GB_FINDING_REQUIREMENT_CASE,
	      "NVIDIA_REQUIRE_CUDA: \"CUDA>=12.3\" has a property in capital letters: "
	      "libnvidia-container honours it, NVIDIA's Go toolkit (CSV mode) skips it");
	finds("cuda>=12.4 brand=tesla,Driver>=470", GB_FINDING_REQUIREMENT_CASE,
	      "NVIDIA_REQUIRE_CUDA: \"Driver>=470\" has a property in capital letters: "
	      "libnvidia-container honours it, NVIDIA's Go toolkit (CSV mode) skips it");
}

Test(lint, does_not_mind_capital_letters_in_a_brand)
{
	finds_nothing("brand=Tesla");
}

Test(lint, finds_blanks_that_change_nothing)
{
	finds("cuda>=8.0 ", GB_FINDING_REQUIREMENT_BLANKS,
	      "NVIDIA_REQUIRE_CUDA has blanks at its end: they change nothing for "
	      "libnvidia-container, which passes over empty alternatives");
	finds(" cuda>=8.0", GB_FINDING_REQUIREMENT_BLANKS,
	      "NVIDIA_REQUIRE_CUDA has blanks at its start: they change nothing for "
	      "libnvidia-container, which passes over empty alternatives");
	finds("cuda>=8.0  brand=tesla", GB_FINDING_REQUIREMENT_BLANKS,
	      "NVIDIA_REQUIRE_CUDA has blanks one after another: they change nothing for "
	      "libnvidia-container, which passes over empty alternatives");
}

Test(lint, does_not_mind_a_requirement_that_is_blank)
{
	finds_nothing("");
	finds_nothing(" ");
	finds_nothing("  ");
}

Test(lint, finds_a_driver_that_loosens_what_cuda_asks_for)
{
	finds("cuda>=12.4 driver>=450", GB_FINDING_REQUIREMENT_LOOSENED,
	      "NVIDIA_REQUIRE_CUDA: a blank means \"or\": one of \"cuda>=12.4\" and "
	      "\"driver>=450\" is enough; if both were meant, write a comma");
	finds("driver>450 brand=tesla,driver>=418,driver<419 cuda>12.4",
	      GB_FINDING_REQUIREMENT_LOOSENED,
	      "NVIDIA_REQUIRE_CUDA: a blank means \"or\": one of \"cuda>12.4\" and "
	      "\"driver>450\" is enough; if both were meant, write a comma");
}

Test(lint, does_not_take_a_branch_for_a_floor)
{
	finds_nothing("cuda>=12.4 driver>=450,driver<451");
	finds_nothing("cuda>=12.4 brand=tesla,driver>=450");
	finds_nothing("cuda>=12.4,driver>=450");
	finds_nothing("cuda=12.4 driver>=450");
	finds_nothing("cuda>=12.4 driver<450");
}

Test(lint, finds_one_of_a_kind)
{
	lint(" CUDA>=12.4 FOO DRIVER>=450 bar  BRAND=tesla ");
	cr_assert_eq(findings.count, 4);
	cr_assert_eq(findings.items[0].kind, GB_FINDING_REQUIREMENT_MALFORMED);
	cr_assert_eq(findings.items[1].kind, GB_FINDING_REQUIREMENT_CASE);
	cr_assert_eq(findings.items[2].kind, GB_FINDING_REQUIREMENT_BLANKS);
	cr_assert_eq(findings.items[3].kind, GB_FINDING_REQUIREMENT_LOOSENED);
}

Test(lint, shows_sixty_bytes_of_a_value)
{
	char text[80], message[256];

	memset(text, 'x', 61);
	text[61] = '\0';
	snprintf(message, sizeof(message),
		 "NVIDIA_REQUIRE_CUDA: \"%.60s\" has no operator; libnvidia-container refuses to "
		 "start the container when it comes to it",
		 text);
	finds(text, GB_FINDING_REQUIREMENT_MALFORMED, message);
}

Test(lint, does_not_cut_inside_a_character)
{
	char text[80];

	memset(text, 'x', 59);
	strcpy(text + 59, "\xc3\xa9\xc3\xa9");
	lint(text);
	cr_assert_eq(findings.count, 1);
	cr_assert_null(strstr(findings.items[0].message, "\\xc3"), "%s", findings.items[0].message);
}

Test(lint, makes_foreign_text_safe)
{
	finds("fo\x1b[1mo", GB_FINDING_REQUIREMENT_MALFORMED,
	      "NVIDIA_REQUIRE_CUDA: \"fo\\x1b[1mo\" has no operator; libnvidia-container refuses "
	      "to start the container when it comes to it");
}

Test(lint, reports_a_finding_that_does_not_fit)
{
	static const char *const table[] = {"foo", "CUDA>=12", "cuda>=12 ", "cuda>=12 driver>=450"};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		const struct gb_requirement requirement = requirement_of(table[i]);
		struct gpubadge_error err = NO_ERROR;
		struct gb_arena none;

		gb_arena_init(&none, 0);
		cr_expect_eq(gb_requirement_lint(&requirement, gb_span_of(table[i]), "V", &none,
						 &findings, &err),
			     GPUBADGE_E_LIMIT, "%s", table[i]);
	}
}
