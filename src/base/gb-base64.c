/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool gb_base64_decode(struct gb_span text, char *out, size_t *ret_size)
{
	size_t padding = 0, size = 0;
	uint32_t bits = 0;

	if (text.len % 4 != 0)
		return false;
	while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < text.len; i++) {
		const char *digit = i < text.len - padding
					    ? memchr(alphabet, text.ptr[i], sizeof(alphabet) - 1)
					    : alphabet;

		if (!digit)
			return false;
		bits = bits << 6 | (uint32_t)(digit - alphabet);
		if (i % 4 != 3)
			continue;
		out[size++] = (char)(bits >> 16);
		out[size++] = (char)(bits >> 8);
		out[size++] = (char)bits;
		bits = 0;
	}
	*ret_size = size - padding;
	return true;
}
