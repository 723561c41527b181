/* SPDX-License-Identifier: Apache-2.0 */

/* Borrowed bytes: a pointer and a length, not NUL-terminated. Whoever hands a span out says
 * how long it stays valid. {NULL, 0} means absent; {"", 0} means empty. */
#ifndef GB_BASE_SPAN_H
#define GB_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gb_span {
	const char *ptr;
	size_t len;
};

struct gb_span gb_span_of(const char *text); /* NULL gives the absent span */
struct gb_span gb_span_from(struct gb_span span, size_t start);
bool gb_span_is(struct gb_span span, const char *text);
bool gb_span_is_nocase(struct gb_span span, const char *text); /* ASCII letters only */
bool gb_span_equal(struct gb_span a, struct gb_span b);
bool gb_span_starts(struct gb_span span, const char *prefix);
bool gb_span_ends(struct gb_span span, const char *suffix);

/* The first LONGEST bytes of SPAN, or fewer rather than a part of a UTF-8 character. */
struct gb_span gb_span_cut(struct gb_span span, size_t longest);

/* The index of the first BYTE, or span.len. */
size_t gb_span_index(struct gb_span span, char byte);

/* Cuts the piece before the next SEPARATOR off the front of *REST into *RET_PIECE. Returns
 * false when *REST was used up; "a,,b" gives "a", "", "b". An absent *REST has no
 * piece, an empty one has one empty piece. */
bool gb_span_split(struct gb_span *rest, char separator, struct gb_span *ret_piece);

/* A decimal number without sign that fills the whole span; false if it is none or too big. */
bool gb_span_number(struct gb_span span, uint64_t *ret_number);

#endif
