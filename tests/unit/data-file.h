/* SPDX-License-Identifier: Apache-2.0 */

/* Tables of facts below fixtures/: one a line; empty lines and lines that start with "#" are
 * passed over. */
#ifndef GB_TESTS_DATA_FILE_H
#define GB_TESTS_DATA_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct data_file {
	FILE *stream;
	int line;        /* number of the line TEXT holds */
	char text[8192]; /* without its line feed */
};

/* NAME is relative to fixtures/. */
void data_file_open(struct data_file *file, const char *name);
bool data_file_next(struct data_file *file);

/* Closes FILE; a table that has become shorter than ROWS fails the test. */
void data_file_close(struct data_file *file, int rows);

#endif
