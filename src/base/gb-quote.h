/* SPDX-License-Identifier: Apache-2.0 */

/* Foreign text made safe to show. What is unsafe: C0 and C1 controls and DEL (escape
 * sequences, also the one-character CSI U+009B), line and paragraph separators, and the
 * bidirectional controls that make text read as something else (CVE-2021-42574). */
#ifndef GB_BASE_QUOTE_H
#define GB_BASE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/gb-span.h"

struct gb_bytes;

/* Takes one character off the front of *TEXT, which is not empty. False if the bytes there are
 * not UTF-8 (RFC 3629): then one byte is taken and *RET_CHAR is its value. */
bool gb_utf8_next(struct gb_span *text, uint32_t *ret_char);

bool gb_char_is_unsafe(uint32_t character);

/* Also taken apart, with the second character as \xNN: "::" where a text starts and "##[" and
 * "##vso[" anywhere, which CI systems take for commands when they stand in a log. */

/* Appends TEXT with unsafe characters as \xNN or \uNNNN and bytes that are not UTF-8 as
 * \xNN. A backslash stays as it is. */
void gb_quote_append(struct gb_bytes *out, struct gb_span text);

/* The same into OUT[SIZE], always NUL-terminated, cut before a character that does not fit. */
void gb_quote_into(char *out, size_t size, struct gb_span text);

#endif
