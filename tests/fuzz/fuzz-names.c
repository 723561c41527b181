/* SPDX-License-Identifier: Apache-2.0 */

/* Names: members, links, references, platforms, digests, and quoting, which must give text that
 * is safe and that quoting leaves alone. */
#include "archive-input.h"

#include <assert.h>
#include <string.h>

#include "base/gb-arena.h"
#include "base/gb-bytes.h"
#include "base/gb-digest.h"
#include "base/gb-quote.h"
#include "image/platform.h"
#include "image/reference.h"
#include "store/store-ops.h"

/* A normal form stays inside and is its own normal form. */
static void check_normal(const char *normal)
{
	char again[GB_NAME_BYTES];

	assert(normal[0] != '/' && !strstr(normal, "//"));
	assert(gb_store_normalise(gb_span_of(normal), again) && strcmp(again, normal) == 0);
}

static void check_quoting(struct gb_span text)
{
	struct gb_bytes once = gb_bytes_init(8 * text.len + 1);
	struct gb_bytes twice = gb_bytes_init(8 * text.len + 1);

	gb_quote_append(&once, text);
	gb_quote_append(&twice, gb_bytes_span(&once));
	assert(gb_span_equal(gb_bytes_span(&once), gb_bytes_span(&twice)));
	gb_bytes_done(&once);
	gb_bytes_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gb_span text = {(const char *)data, size};
	size_t half = gb_span_index(text, '\n');
	struct gb_span first = {text.ptr, half};
	struct gb_span second = half < size ? gb_span_from(text, half + 1) : first;
	struct gpubadge_error err = {.code = GPUBADGE_OK};
	char normal[GB_NAME_BYTES], resolved[GB_NAME_BYTES];
	struct gb_platform platform;
	struct gb_digest digest;
	struct gb_arena arena;

	check_quoting(text);
	if (gb_store_normalise(first, normal)) {
		check_normal(normal);
		if (gb_store_resolve(normal, second, resolved))
			check_normal(resolved);
	}
	assert(gb_reference_matches(first, first));
	assert(gb_reference_matches(first, second) == gb_reference_matches(second, first));
	if (gb_digest_parse(first, &digest, &err) == GPUBADGE_OK)
		assert(gb_span_equal(first, gb_span_of(digest.text)));
	gb_error_clear(&err);
	gb_arena_init(&arena, (size_t)1 << 20);
	if (size < 4096 && gb_arena_copy(&arena, first, &err) &&
	    !gb_platform_parse(gb_arena_copy(&arena, first, &err), &arena, &platform, &err))
		assert(gb_platform_matches(&platform, &platform));
	gb_arena_done(&arena);
	return 0;
}
