/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-findings.h"

#include <string.h>

#include "expect.h"

Test(gb_findings, have_ids_that_are_unique_words)
{
	for (int i = 0; i < GB_FINDING_KINDS; i++) {
		const char *id = gb_finding_id((enum gb_finding_kind)i);

		cr_assert_not_null(id, "kind %d", i);
		cr_expect_eq(strspn(id, "abcdefghijklmnopqrstuvwxyz-"), strlen(id), "%s", id);
		for (int j = 0; j < i; j++)
			cr_expect_str_neq(id, gb_finding_id((enum gb_finding_kind)j));
	}
}

Test(gb_findings, have_stable_ids)
{
	expect_text(gb_finding_id(GB_FINDING_ENTRY_WITHOUT_EQUALS), "entry-without-equals");
	expect_text(gb_finding_id(GB_FINDING_GPU_FALSE_WORD), "gpu-false-word");
	expect_text(gb_finding_id(GB_FINDING_REQUIREMENT_MALFORMED), "requirement-malformed");
	expect_text(gb_finding_id(GB_FINDING_CONFIG_UNVERIFIED), "config-unverified");
}

Test(gb_findings, name_their_severities)
{
	expect_text(gb_severity_name(GB_SEVERITY_INFO), "info");
	expect_text(gb_severity_name(GB_SEVERITY_WARNING), "warning");
	expect_text(gb_severity_name(GB_SEVERITY_ERROR), "error");
}

Test(gb_findings, are_errors_only_where_the_requirement_cannot_be_read)
{
	cr_expect_eq(gb_finding_severity(GB_FINDING_REQUIREMENT_MALFORMED), GB_SEVERITY_ERROR);
	cr_expect_eq(gb_finding_severity(GB_FINDING_CUDA_VERSION_MALFORMED), GB_SEVERITY_ERROR);
	cr_expect_eq(gb_finding_severity(GB_FINDING_REQUIREMENT_NOT_ENFORCED), GB_SEVERITY_INFO);
	cr_expect_eq(gb_finding_severity(GB_FINDING_DUPLICATE_VARIABLE), GB_SEVERITY_WARNING);
}

Test(gb_findings, are_kept_in_order_with_quoted_messages)
{
	struct gb_findings findings = {NULL, 0, 0};
	struct gpubadge_error err = NO_ERROR;
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;

	gb_arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 20; i++)
		cr_assert_eq(gb_findings_add(&findings, &arena, &err, GB_FINDING_NO_DEVICES,
					     "%d \x1b[2J", i),
			     GPUBADGE_OK);
	cr_assert_eq(findings.count, 20);
	cr_assert_eq(findings.items[0].kind, GB_FINDING_NO_DEVICES);
	expect_text(findings.items[0].message, "0 \\x1b[2J");
	expect_text(findings.items[19].message, "19 \\x1b[2J");
}

Test(gb_findings, cut_a_message_that_is_too_long)
{
	struct gb_findings findings = {NULL, 0, 0};
	struct gpubadge_error err = NO_ERROR;
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	char text[5000];

	memset(text, '\n', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	gb_arena_init(&arena, SIZE_MAX);
	cr_assert_eq(gb_findings_add(&findings, &arena, &err, GB_FINDING_NO_DEVICES, "%s", text),
		     GPUBADGE_OK);
	cr_assert_lt(strlen(findings.items[0].message), 2000);
	cr_assert_eq(strlen(findings.items[0].message) % strlen("\\x0a"), 0);
}

Test(gb_findings, stay_as_they_are_when_adding_fails)
{
	struct gb_findings findings = {NULL, 0, 0};
	struct gpubadge_error err = NO_ERROR;
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;

	gb_arena_init(&arena, 10);
	cr_assert_eq(gb_findings_add(&findings, &arena, &err, GB_FINDING_NO_DEVICES, "x"),
		     GPUBADGE_E_LIMIT);
	cr_assert_eq(findings.count, 0);
	expect_error(
		&err, GPUBADGE_E_LIMIT,
		"more is to be kept than the limit of 10 bytes; --limit result_bytes=N raises it");
}
