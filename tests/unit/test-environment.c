/* SPDX-License-Identifier: Apache-2.0 */
#include "env/environment.h"

#include <stdio.h>
#include <string.h>

#include "env-case.h"
#include "expect.h"

TestSuite(environment, .init = env_case_enter, .fini = env_case_leave);

static void splits_into(int line, struct gb_span entry, const char *name, const char *value)
{
	struct gb_span found_name, found_value;

	cr_assert_eq(gb_environment_split(entry, &found_name, &found_value), value != NULL,
		     "line %d", line);
	expect_span_at(line, found_name, name);
	expect_span_at(line, found_value, value);
}

Test(environment, splits_an_entry_at_its_first_equals_sign)
{
	splits_into(__LINE__, SPAN("A=1"), "A", "1");
	splits_into(__LINE__, SPAN("A=1=2"), "A", "1=2");
	splits_into(__LINE__, SPAN("A="), "A", "");
	splits_into(__LINE__, SPAN("=x"), "", "x");
}

Test(environment, has_no_value_without_an_equals_sign)
{
	splits_into(__LINE__, SPAN("A"), "A", NULL);
}

static const char *found(const char *name)
{
	static char text[100];
	struct gb_span value = gb_environment_find(&env_case.environment, name);

	if (!value.ptr)
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)value.len, value.ptr);
	return text;
}

Test(environment, finds_the_last_of_several_values)
{
	set_environment("A=1", "B=2", "A=3", NULL);
	expect_text(found("A"), "3");
	expect_text(found("B"), "2");
}

Test(environment, finds_an_empty_value)
{
	set_environment("A=1", "A=", NULL);
	expect_text(found("A"), "");
}

Test(environment, does_not_find_what_is_not_set)
{
	set_environment("AB=1", "A", "a=1", NULL);
	expect_text(found("A"), NULL);
	expect_text(found("C"), NULL);
}

Test(environment, takes_an_entry_with_a_nul_for_none)
{
	add_entry(SPAN("A=1"));
	add_entry(SPAN("A=2\0003"));
	expect_text(found("A"), "1");
}

static void check(void)
{
	cr_assert_eq(gb_environment_check(&env_case.environment, &env_case.arena,
					  &env_case.findings, &env_case.err),
		     GPUBADGE_OK);
}

Test(environment, has_nothing_to_say_about_good_entries)
{
	set_environment("A=1", "B=", NULL);
	check();
	cr_assert_eq(env_case.findings.count, 0);
}

Test(environment, notes_entries_that_set_nothing)
{
	set_environment("A=1", "PATH", NULL);
	check();
	expect_text(message_of(GB_FINDING_ENTRY_WITHOUT_EQUALS),
		    "Env[1] \"PATH\" has no \"=\": it sets nothing");
}

Test(environment, notes_entries_that_are_no_text)
{
	add_entry(SPAN("A=1\0002"));
	check();
	expect_text(message_of(GB_FINDING_ENTRY_NOT_TEXT),
		    "Env[0] holds a NUL character: it is ignored, and a container runtime will "
		    "refuse it");
}

Test(environment, cuts_a_long_entry_in_the_message)
{
	char entry[200];

	memset(entry, 'x', sizeof(entry));
	add_entry((struct gb_span){entry, sizeof(entry)});
	check();
	expect_text(message_of(GB_FINDING_ENTRY_WITHOUT_EQUALS),
		    "Env[0] \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" has "
		    "no \"=\": it sets nothing");
}

Test(environment, does_not_repeat_itself_without_end)
{
	for (int i = 0; i < 20; i++)
		add_entry(SPAN("x"));
	for (int i = 0; i < 20; i++)
		add_entry(SPAN("A=\0"));
	check();
	cr_assert_eq(env_case.findings.count, 16);
}

Test(environment, reports_findings_that_do_not_fit)
{
	gb_arena_init(&env_case.arena, 0);
	add_entry(SPAN("x"));
	cr_assert_eq(gb_environment_check(&env_case.environment, &env_case.arena,
					  &env_case.findings, &env_case.err),
		     GPUBADGE_E_LIMIT);
	env_case.err = NO_ERROR;
	env_case.entries[0] = SPAN("A=\0");
	cr_assert_eq(gb_environment_check(&env_case.environment, &env_case.arena,
					  &env_case.findings, &env_case.err),
		     GPUBADGE_E_LIMIT);
}
