/* SPDX-License-Identifier: Apache-2.0 */

/* Where results go: standard output as they come, or, when all is there, a file that is written
 * whole or not at all, or an open descriptor. */
#ifndef GB_CLI_OUTPUT_H
#define GB_CLI_OUTPUT_H

#include <stdio.h>

#include "cli/cli.h"

struct cli_output {
	const char *path; /* NULL: standard output */
	int descriptor;   /* that PATH, "fd:N", names, or -1 */
	FILE *stream;
	char *buffer; /* what STREAM gathers for PATH */
	size_t size;
	bool is_terminal;
	int error; /* errno of the first write that failed */
};

/* False after a message. */
bool cli_output_open(struct cli_output *output, const char *path);

/* The same for PLACE, a file or "fd:N". */
bool cli_output_open_place(struct cli_output *output, const char *place);
void cli_output_write(struct cli_output *output, const char *bytes, size_t size);

/* Bytes of an image: on a terminal without anything that could act on it, else as they are. */
void cli_output_write_foreign(struct cli_output *output, const char *bytes, size_t size);

/* Flushes, or puts the file in place; nothing is put in place where nothing was written. False
 * after a message. */
bool cli_output_close(struct cli_output *output);

#endif
