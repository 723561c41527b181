/* SPDX-License-Identifier: Apache-2.0 */

/* What the targets share: running the whole library over an archive in memory. */
#ifndef GB_TESTS_FUZZ_ARCHIVE_INPUT_H
#define GB_TESTS_FUZZ_ARCHIVE_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* The entry point of libFuzzer, one for each target. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Inspects BYTES as an archive on a descriptor, and renders every report in every format. */
void fuzz_inspect(const void *bytes, size_t size);

#endif
