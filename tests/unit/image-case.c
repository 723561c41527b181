/* SPDX-License-Identifier: Apache-2.0 */
#include "image-case.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "expect.h"

struct image_case image_case;

/* Apart from the arena of the case, which a test may make small. */
static struct gb_arena texts;

void image_case_enter(void)
{
	image_case = (struct image_case){.tar = gb_bytes_init(SIZE_MAX / 2)};
	gpubadge_limits_init(&image_case.limits);
	gb_arena_init(&image_case.arena, SIZE_MAX / 2);
	gb_arena_init(&texts, SIZE_MAX / 2);
}

void image_case_leave(void)
{
	gb_store_close(image_case.store);
	gb_arena_done(&image_case.arena);
	gb_arena_done(&texts);
	gb_bytes_done(&image_case.tar);
}

const char *text_of(const char *format, ...)
{
	struct gpubadge_error err = NO_ERROR;
	va_list args;
	char *text;
	int size;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = gb_arena_alloc(&texts, (size_t)size + 1, &err);
	cr_assert_not_null(text);
	va_start(args, format);
	vsnprintf(text, (size_t)size + 1, format, args);
	va_end(args);
	return text;
}

const char *add_blob(const char *content)
{
	struct gb_digest digest = gb_digest_of(gb_span_of(content));

	tar_text(&image_case.tar, text_of("blobs/sha256/%s", digest.text + strlen("sha256:")),
		 content);
	return text_of("%s", digest.text);
}

const char *add_descriptor(const char *media_type, const char *content, const char *more)
{
	return text_of("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu%s}", media_type,
		       add_blob(content), strlen(content), more);
}

const char *add_image(const char *config, const char *more)
{
	return add_descriptor(MANIFEST_TYPE,
			      text_of("{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}",
				      add_descriptor(CONFIG_TYPE, config, "")),
			      more);
}

void add_index(const char *descriptors)
{
	tar_text(&image_case.tar, "oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}");
	tar_text(&image_case.tar, "index.json",
		 text_of("{\"schemaVersion\":2,\"manifests\":[%s]}", descriptors));
}

enum gpubadge_code find_images(void)
{
	struct image_case *it = &image_case;
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;

	tar_end(&it->tar);
	if (gb_source_open_memory(gb_bytes_span(&it->tar), &it->limits, &source, &it->err) ||
	    gb_store_open_tar(source, &it->limits, &it->store, &it->err))
		return it->err.code;
	return gb_images_find(it->store, &it->selection, &it->limits, &it->arena, &it->images,
			      &it->err);
}

void images_are_found_at(int line, size_t count)
{
	cr_assert_eq(find_images(), GPUBADGE_OK, "line %d: %s: %s", line,
		     gpubadge_code_name(image_case.err.code), image_case.err.text);
	cr_assert_eq(image_case.images.count, count, "line %d: %zu images", line,
		     image_case.images.count);
}

void finding_fails_at(int line, enum gpubadge_code code, const char *text)
{
	cr_assert_eq(find_images(), code, "line %d: %s: %s", line,
		     gpubadge_code_name(image_case.err.code), image_case.err.text);
	expect_error_at(line, &image_case.err, code, text);
	cr_assert_null(image_case.images.items, "line %d: output touched", line);
}
