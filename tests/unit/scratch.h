/* SPDX-License-Identifier: Apache-2.0 */

/* A directory of its own for a test that needs files: made below the directory the tests run
 * in, and removed when the test ends, passed or failed; only a crash leaves it behind. */
#ifndef GB_TESTS_SCRATCH_H
#define GB_TESTS_SCRATCH_H

#include "base/gb-span.h"

/* For .init and .fini of a test or suite: the test runs inside the directory. */
void scratch_enter(void);
void scratch_leave(void);

void scratch_file(const char *path, struct gb_span content);
void scratch_text(const char *path, const char *content);
void scratch_directory(const char *path);
void scratch_symlink(const char *target, const char *path);
void scratch_fifo(const char *path);

/* A file in memory that holds CONTENT, at its beginning. */
int scratch_memory(struct gb_span content);

/* The read end of a pipe into which a child process writes CONTENT, CHUNK bytes at a time.
 * Returns the child's id for scratch_wait(). */
int scratch_pipe(struct gb_span content, size_t chunk, int *ret_fd);

/* 0 if the writer got rid of everything; else a signal (SIGPIPE) or a failure ended it. */
int scratch_wait(int child);

#endif
