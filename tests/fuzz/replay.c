/* SPDX-License-Identifier: Apache-2.0 */

/* Runs a fuzz target over files, and over every file below directories. */
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive-input.h"

static int replay(const char *path)
{
	FILE *stream = fopen(path, "rb");
	uint8_t *bytes = NULL;
	size_t size = 0;
	int failed;

	if (!stream) {
		perror(path);
		return 1;
	}
	for (;;) {
		uint8_t *grown = realloc(bytes, size + 65536);
		size_t got;

		if (!grown)
			abort();
		bytes = grown;
		got = fread(bytes + size, 1, 65536, stream);
		if (got == 0)
			break;
		size += got;
	}
	failed = ferror(stream);
	fclose(stream);
	if (!failed)
		LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	return failed;
}

int main(int argc, char **argv)
{
	size_t files = 0;
	FTS *tree;
	FTSENT *entry;
	int failed = 0;

	(void)argc;
	tree = fts_open(argv + 1, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!tree)
		return 1;
	while ((entry = fts_read(tree))) {
		if (entry->fts_info != FTS_F)
			continue;
		failed |= replay(entry->fts_path);
		files++;
	}
	fts_close(tree);
	printf("%zu files replayed\n", files);
	return failed || files == 0;
}
