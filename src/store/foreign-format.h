/* SPDX-License-Identifier: Apache-2.0 */

/* Files that people take for images, by their first bytes. */
#ifndef GB_STORE_FOREIGN_FORMAT_H
#define GB_STORE_FOREIGN_FORMAT_H

#include "base/gb-span.h"

/* "a zip archive": what a file that starts with HEAD is, or NULL. */
const char *gb_store_foreign_format(struct gb_span head);

/* Has HEAD the magic of a tar header (POSIX.1-1988 and GNU), whatever else is wrong with it? */
bool gb_store_is_tar_header(struct gb_span head);

#endif
