/* SPDX-License-Identifier: Apache-2.0 */

/* Compressed data for tests, made by the libraries whose decompressors are under test. */
#ifndef GB_TESTS_PACKING_H
#define GB_TESTS_PACKING_H

#include "base/gb-bytes.h"

void pack_gzip(struct gb_bytes *out, struct gb_span content);
void pack_zstd(struct gb_bytes *out, struct gb_span content);

/* A frame that announces a window of 2^WINDOW_LOG bytes. */
void pack_zstd_window(struct gb_bytes *out, struct gb_span content, int window_log);

#ifdef GB_TESTS_XZ
void pack_xz(struct gb_bytes *out, struct gb_span content);

/* The memory that decoding takes which pack_xz() wrote. */
uint64_t pack_xz_memory(void);
#endif

#ifdef GB_TESTS_BZIP2
void pack_bzip2(struct gb_bytes *out, struct gb_span content);
#endif

/* COUNT bytes that do not compress, the same each time, out of the 64 characters of base 64. */
void pack_noise(struct gb_bytes *out, size_t count);

#endif
