/* SPDX-License-Identifier: Apache-2.0 */
#include "image/platform.h"

#include <string.h>

/* What uname(1) prints and what Go's GOARCH, which platforms are written in, calls it. */
static const struct {
	const char *machine;
	const char *architecture;
} machines[] = {
	{"x86_64", "amd64"}, {"x86-64", "amd64"}, {"aarch64", "arm64"},
	{"i386", "386"},     {"i686", "386"},     {"armhf", "arm"},
};

static const struct {
	const char *architecture;
	const char *variant;
} usual_variants[] = {{"arm64", "v8"}, {"arm", "v7"}};

static struct gb_span canonical_architecture(struct gb_span text)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(machines); i++)
		if (gb_span_is_nocase(text, machines[i].machine))
			return gb_span_of(machines[i].architecture);
	return text;
}

enum gpubadge_code gb_platform_parse(const char *text, struct gb_arena *arena,
				     struct gb_platform *ret_platform, struct gpubadge_error *err)
{
	struct gb_span rest = gb_span_of(text), parts[3], piece;
	struct gb_platform platform = {NULL, NULL, NULL};
	size_t count = 0;

	while (gb_span_split(&rest, '/', &piece)) {
		if (count == GB_ARRAY_LEN(parts) || piece.len == 0) {
			count = 0;
			break;
		}
		parts[count++] = piece;
	}
	if (count < 2)
		return gb_error_set(err, GPUBADGE_E_USAGE,
				    "platform \"%s\" is not OS/ARCH[/VARIANT], as in linux/amd64",
				    text);
	platform.os = gb_arena_copy(arena, parts[0], err);
	if (platform.os)
		platform.architecture = gb_arena_copy(arena, canonical_architecture(parts[1]), err);
	if (platform.architecture && count == 3)
		platform.variant = gb_arena_copy(arena, parts[2], err);
	if (err->code)
		return err->code;
	*ret_platform = platform;
	return GPUBADGE_OK;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static const char *variant_or_usual(const struct gb_platform *platform)
{
	if (platform->variant)
		return platform->variant;
	for (size_t i = 0; i < GB_ARRAY_LEN(usual_variants); i++)
		if (same_text(platform->architecture, usual_variants[i].architecture))
			return usual_variants[i].variant;
	return NULL;
}

bool gb_platform_matches(const struct gb_platform *wanted, const struct gb_platform *image)
{
	return same_text(wanted->os, image->os) &&
	       same_text(wanted->architecture, image->architecture) &&
	       (!wanted->variant || same_text(wanted->variant, variant_or_usual(image)));
}

bool gb_platform_equal(const struct gb_platform *a, const struct gb_platform *b)
{
	return same_text(a->os, b->os) && same_text(a->architecture, b->architecture) &&
	       same_text(a->variant, b->variant);
}

bool gb_platform_is_unknown(const struct gb_platform *platform)
{
	return same_text(platform->os, "unknown") && same_text(platform->architecture, "unknown");
}

void gb_platform_append(struct gb_bytes *out, const struct gb_platform *platform)
{
	if (!platform->os && !platform->architecture) {
		gb_bytes_text(out, "no platform stated");
		return;
	}
	gb_bytes_text(out, platform->os ? platform->os : "?");
	gb_bytes_text(out, "/");
	gb_bytes_text(out, platform->architecture ? platform->architecture : "?");
	if (platform->variant) {
		gb_bytes_text(out, "/");
		gb_bytes_text(out, platform->variant);
	}
}
