/* SPDX-License-Identifier: Apache-2.0 */
#include "archive-input.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gpubadge/gpubadge.h>

/* No byte of an image that could act on a terminal may reach an uncoloured text. */
static void check_safe(const char *text)
{
	for (; *text; text++)
		assert(*text == '\n' || ((unsigned char)*text >= 0x20 && *text != 0x7f));
}

static void render(const struct gpubadge_report *report)
{
	static const char *const paths[] = {"gpu", "cuda.requirement.minimum", "image.tags",
					    "findings.0.message", "evidence.0.value"};
	struct gpubadge_style style = {.size = sizeof(style), .environment = true};
	char *text;

	for (int format = GPUBADGE_FORMAT_TEXT; format <= GPUBADGE_FORMAT_JSON; format++) {
		style.format = (enum gpubadge_format)format;
		if (gpubadge_report_render(report, &style, &text, NULL, NULL))
			continue;
		check_safe(text);
		gpubadge_free(text);
	}
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (gpubadge_report_value(report, paths[i], &text, NULL))
			continue;
		check_safe(text);
		gpubadge_free(text);
	}
}

void fuzz_inspect(const void *bytes, size_t size)
{
	struct gpubadge_error err = {.code = GPUBADGE_OK};
	struct gpubadge_result *result;
	int fd = memfd_create("image", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	if (gpubadge_inspect_fd(fd, "image", NULL, &result, &err)) {
		assert(err.code != GPUBADGE_OK && err.text[0] != '\0');
		check_safe(err.text);
	} else {
		assert(gpubadge_result_count(result) > 0);
		for (size_t i = 0; i < gpubadge_result_count(result); i++)
			render(gpubadge_result_report(result, i));
		gpubadge_result_free(result);
	}
	close(fd);
}
