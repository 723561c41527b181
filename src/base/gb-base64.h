/* SPDX-License-Identifier: Apache-2.0 */

/* Base64 as descriptors carry it: RFC 4648 section 4, padded, no line breaks. Ours because
 * nettle's decoder skips white space and so accepts what the specification does not. */
#ifndef GB_BASE_BASE64_H
#define GB_BASE_BASE64_H

#include "base/gb-span.h"

/* Decodes TEXT into OUT, which has room for TEXT.len bytes. False if it is not base64. */
bool gb_base64_decode(struct gb_span text, char *out, size_t *ret_size);

#endif
