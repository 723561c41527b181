/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-bytes.h"

#include <stdlib.h>
#include <string.h>

#include "expect.h"

Test(gb_bytes, is_empty_and_not_absent_at_first)
{
	struct gb_bytes bytes = gb_bytes_init(10);

	expect_span(gb_bytes_span(&bytes), "");
}

Test(gb_bytes, keeps_what_is_appended_in_order)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(100);

	gb_bytes_text(&bytes, "one ");
	gb_bytes_append(&bytes, SPAN("two "));
	gb_bytes_format(&bytes, "%d", 3);
	expect_span(gb_bytes_span(&bytes), "one two 3");
}

Test(gb_bytes, takes_an_absent_span_for_nothing)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(10);
	struct gpubadge_error err = NO_ERROR;

	gb_bytes_append(&bytes, (struct gb_span){NULL, 0});
	cr_assert_eq(gb_bytes_check(&bytes, &err), GPUBADGE_OK);
}

Test(gb_bytes, grows_up_to_its_ceiling)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(1000);
	struct gpubadge_error err = NO_ERROR;

	for (int i = 0; i < 100; i++)
		gb_bytes_text(&bytes, "0123456789");
	cr_assert_eq(gb_bytes_check(&bytes, &err), GPUBADGE_OK);
	cr_assert_eq(gb_bytes_span(&bytes).len, 1000);
}

Test(gb_bytes, refuses_to_grow_past_its_ceiling)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(9);
	struct gpubadge_error err = NO_ERROR;

	gb_bytes_text(&bytes, "0123456789");
	cr_assert_eq(gb_bytes_check(&bytes, &err), GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT, "longer than the limit of 9 bytes");
}

Test(gb_bytes, formats_up_to_its_ceiling)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(10);
	struct gpubadge_error err = NO_ERROR;

	gb_bytes_format(&bytes, "%s", "0123456789");
	cr_expect_eq(gb_bytes_check(&bytes, &err), GPUBADGE_OK, "%s", err.text);
	expect_span(gb_bytes_span(&bytes), "0123456789");
}

Test(gb_bytes, refuses_to_format_past_its_ceiling)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(10);
	struct gpubadge_error err = NO_ERROR;

	gb_bytes_format(&bytes, "%s", "0123456789a");
	cr_assert_eq(gb_bytes_check(&bytes, &err), GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT, "longer than the limit of 10 bytes");
}

Test(gb_bytes, appends_nothing_after_the_first_failure)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(4);

	gb_bytes_text(&bytes, "ab");
	gb_bytes_text(&bytes, "cde");
	gb_bytes_text(&bytes, "f");
	gb_bytes_format(&bytes, "%s", "g");
	expect_span(gb_bytes_span(&bytes), "ab");
}

Test(gb_bytes, reserves_nothing_after_a_failure)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(4);

	cr_assert_null(gb_bytes_reserve(&bytes, 5));
	cr_assert_null(gb_bytes_reserve(&bytes, 1));
}

Test(gb_bytes, refuses_a_sum_of_sizes_that_overflows)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(SIZE_MAX);

	gb_bytes_text(&bytes, "a");
	cr_assert_null(gb_bytes_reserve(&bytes, SIZE_MAX));
	cr_assert_eq(bytes.failure, GPUBADGE_E_LIMIT);
}

Test(gb_bytes, counts_only_what_was_committed)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(100);
	char *room = gb_bytes_reserve(&bytes, 50);

	cr_assert_not_null(room);
	memcpy(room, "abc", 3);
	gb_bytes_commit(&bytes, 2);
	expect_span(gb_bytes_span(&bytes), "ab");
}

Test(gb_bytes, hands_its_text_over_with_a_nul_and_its_size)
{
	struct gb_bytes bytes = gb_bytes_init(64);
	struct gpubadge_error err = NO_ERROR;
	char *text = NULL;
	size_t size = 99;

	/* 64 bytes fill the first allocation: the NUL needs room of its own. */
	for (int i = 0; i < 64; i++)
		gb_bytes_text(&bytes, "x");
	cr_assert_eq(gb_bytes_take(&bytes, &text, &size, &err), GPUBADGE_OK);
	cr_assert_eq(size, 64);
	cr_assert_eq(strlen(text), 64);
	free(text);
}

Test(gb_bytes, hands_over_an_empty_text)
{
	struct gb_bytes bytes = gb_bytes_init(0);
	struct gpubadge_error err = NO_ERROR;
	char *text = NULL;

	cr_assert_eq(gb_bytes_take(&bytes, &text, NULL, &err), GPUBADGE_OK);
	expect_text(text, "");
	free(text);
}

Test(gb_bytes, is_empty_again_after_the_take)
{
	struct gb_bytes bytes = gb_bytes_init(10);
	struct gpubadge_error err = NO_ERROR;
	char *text = NULL;

	gb_bytes_text(&bytes, "abc");
	cr_assert_eq(gb_bytes_take(&bytes, &text, NULL, &err), GPUBADGE_OK);
	free(text);
	expect_span(gb_bytes_span(&bytes), "");
	cr_assert_eq(bytes.ceiling, 10);
}

Test(gb_bytes, leaves_the_outputs_alone_when_the_take_fails)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(2);
	struct gpubadge_error err = NO_ERROR;
	char untouched = 'u', *text = &untouched;
	size_t size = 99;

	gb_bytes_text(&bytes, "abc");
	cr_assert_eq(gb_bytes_take(&bytes, &text, &size, &err), GPUBADGE_E_LIMIT);
	expect_error(&err, GPUBADGE_E_LIMIT, "longer than the limit of 2 bytes");
	cr_assert_eq(text, &untouched);
	cr_assert_eq(size, 99);
}

Test(gb_bytes, can_be_done_twice_and_used_again)
{
	struct gb_bytes bytes = gb_bytes_init(3);

	gb_bytes_text(&bytes, "abcd");
	gb_bytes_done(&bytes);
	gb_bytes_done(&bytes);
	gb_bytes_text(&bytes, "abc");
	expect_span(gb_bytes_span(&bytes), "abc");
	gb_bytes_done(&bytes);
}
