/* SPDX-License-Identifier: Apache-2.0 */
#include "data-file.h"

#include <string.h>

#include "expect.h"

void data_file_open(struct data_file *file, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", FIXTURES, name);
	file->stream = fopen(path, "re");
	file->line = 0;
	cr_assert_not_null(file->stream, "%s", path);
}

bool data_file_next(struct data_file *file)
{
	while (fgets(file->text, sizeof(file->text), file->stream)) {
		size_t end = strcspn(file->text, "\n");

		file->line++;
		cr_assert_eq(file->text[end], '\n', "line %d is too long", file->line);
		file->text[end] = '\0';
		if (end > 0 && file->text[0] != '#')
			return true;
	}
	return false;
}

void data_file_close(struct data_file *file, int rows)
{
	cr_assert_eq(fclose(file->stream), 0);
	cr_assert_geq(file->line, rows, "only %d lines", file->line);
}
