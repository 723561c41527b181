/* SPDX-License-Identifier: Apache-2.0 */

/* Allocations that fail on demand. The linker sends the calls that the library under test makes
 * here (--wrap), and the functions of other libraries that allocate first of all (inflateInit2(),
 * archive_read_new()) count as one allocation each. */
#ifndef GB_TESTS_ALLOC_FAILURE_H
#define GB_TESTS_ALLOC_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

/* The COUNTth allocation from now on fails, and no other. 0: none does. */
void fail_allocation(size_t count);

/* Has it failed yet? */
bool allocation_has_failed(void);

/* From now on jansson's allocations count as well. Not where a document is large: jansson 2.14
 * itself does not survive every one of them. */
void fail_in_jansson_too(void);

/* Was the one that failed one of jansson's? */
bool allocation_failed_in_jansson(void);

/* Blocks allocated and not freed. */
long allocations_alive(void);

#endif
