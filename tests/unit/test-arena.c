/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "expect.h"

Test(gb_arena, gives_zeroed_and_aligned_bytes)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&arena, SIZE_MAX);
	for (size_t size = 1; size < 9000; size += 97) {
		unsigned char *bytes = gb_arena_alloc(&arena, size, &err);

		cr_assert_not_null(bytes);
		cr_assert_eq((uintptr_t)bytes % alignof(max_align_t), 0, "size %zu", size);
		for (size_t i = 0; i < size; i++)
			cr_assert_eq(bytes[i], 0, "size %zu, byte %zu", size, i);
		memset(bytes, 0xff, size);
	}
}

Test(gb_arena, keeps_what_it_gave_out_while_it_grows)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;
	size_t *numbers[3000];

	gb_arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < GB_ARRAY_LEN(numbers); i++) {
		numbers[i] = gb_arena_alloc(&arena, i % 100 ? sizeof(size_t) : 20000, &err);
		cr_assert_not_null(numbers[i]);
		*numbers[i] = i;
	}
	for (size_t i = 0; i < GB_ARRAY_LEN(numbers); i++)
		cr_assert_eq(*numbers[i], i);
}

Test(gb_arena, gives_as_much_as_its_ceiling)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&arena, 65536);
	cr_assert_not_null(gb_arena_alloc(&arena, 65536, &err));
}

Test(gb_arena, refuses_one_byte_more_than_its_ceiling)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&arena, 65535);
	cr_assert_null(gb_arena_alloc(&arena, 65536, &err));
	expect_error(
		&err, GPUBADGE_E_LIMIT,
		"more is to be kept than the limit of 65535 bytes; --limit result_bytes=N raises it");
}

Test(gb_arena, adds_up_many_small_requests)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;
	size_t given = 0;

	gb_arena_init(&arena, 100000);
	while (gb_arena_alloc(&arena, 1000, &err))
		given += 1000;
	expect_error(
		&err, GPUBADGE_E_LIMIT,
		"more is to be kept than the limit of 100000 bytes; --limit result_bytes=N raises it");
	cr_assert_leq(given, 100000);
	cr_assert_geq(given, 50000);
}

Test(gb_arena, refuses_a_small_request_past_its_ceiling)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&arena, 0);
	cr_assert_null(gb_arena_alloc(&arena, 1, &err));
	expect_error(
		&err, GPUBADGE_E_LIMIT,
		"more is to be kept than the limit of 0 bytes; --limit result_bytes=N raises it");
}

Test(gb_arena, refuses_a_size_that_overflows_when_rounded)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&arena, SIZE_MAX / 2);
	cr_assert_null(gb_arena_alloc(&arena, SIZE_MAX, &err));
	cr_assert_eq(err.code, GPUBADGE_E_LIMIT);
}

/* The archive store has an arena without ceiling. */
Test(gb_arena, refuses_an_impossible_size_without_a_ceiling)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_arena arena;

	gb_arena_init(&arena, SIZE_MAX);
	cr_assert_null(gb_arena_alloc(&arena, SIZE_MAX, &err));
	cr_assert_neq(err.code, GPUBADGE_OK);
	gb_arena_done(&arena);
}

Test(gb_arena, copies_with_a_nul)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;
	char source[] = "abcdef";
	const char *copy;

	gb_arena_init(&arena, SIZE_MAX);
	copy = gb_arena_copy(&arena, (struct gb_span){source, 3}, &err);
	memset(source, 'x', sizeof(source));
	expect_text(copy, "abc");
}

Test(gb_arena, copies_an_absent_span_to_an_empty_string)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&arena, SIZE_MAX);
	expect_text(gb_arena_copy(&arena, (struct gb_span){NULL, 0}, &err), "");
}

Test(gb_arena, reports_a_copy_that_does_not_fit)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;

	gb_arena_init(&arena, 10);
	cr_assert_null(gb_arena_copy(&arena, SPAN("abc"), &err));
	cr_assert_eq(err.code, GPUBADGE_E_LIMIT);
}

Test(gb_arena, grows_an_array_and_keeps_its_elements)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;
	size_t capacity = 0;
	int *numbers = NULL;

	gb_arena_init(&arena, SIZE_MAX);
	for (int count = 0; count < 1000; count++) {
		numbers = gb_arena_grow(&arena, numbers, (size_t)count, &capacity, sizeof(*numbers),
					&err);
		cr_assert_not_null(numbers);
		cr_assert_gt(capacity, (size_t)count);
		numbers[count] = count;
	}
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(numbers[i], i);
}

Test(gb_arena, returns_the_array_where_there_is_room)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;
	size_t capacity = 0;
	char *array, *same;

	gb_arena_init(&arena, SIZE_MAX);
	array = gb_arena_grow(&arena, NULL, 0, &capacity, 1, &err);
	same = gb_arena_grow(&arena, array, 1, &capacity, 1, &err);
	cr_assert_eq(array, same);
}

Test(gb_arena, leaves_the_capacity_alone_when_growing_fails)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;
	size_t capacity = 0;

	gb_arena_init(&arena, 100);
	cr_assert_null(gb_arena_grow(&arena, NULL, 0, &capacity, 1000, &err));
	cr_assert_eq(err.code, GPUBADGE_E_LIMIT);
	cr_assert_eq(capacity, 0);
}

Test(gb_arena, refuses_an_array_whose_size_overflows)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gpubadge_error err = NO_ERROR;
	size_t capacity = 0;

	gb_arena_init(&arena, SIZE_MAX / 2);
	cr_assert_null(gb_arena_grow(&arena, NULL, 0, &capacity, SIZE_MAX / 2, &err));
	cr_assert_eq(err.code, GPUBADGE_E_LIMIT);
}

Test(gb_arena, can_be_done_without_use_and_twice)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_arena arena;

	gb_arena_init(&arena, 100000);
	gb_arena_done(&arena);
	cr_assert_not_null(gb_arena_alloc(&arena, 1, &err));
	gb_arena_done(&arena);
	gb_arena_done(&arena);
	cr_assert_eq(arena.used, 0);
}
