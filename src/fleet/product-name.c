/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/product-name.h"

#include <string.h>

#define INVALID_MIG "-MIG-INVALID"

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* What GPU Feature Discovery leaves in a name beside blanks (internal/lm/resource.go). */
static bool is_kept(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
	       byte == '_' || byte == '.';
}

/* The name in one spelling: its length, or 0 if it is empty or too long. */
static size_t spell(struct gb_span product, char text[GB_PRODUCT_NAME_BYTES])
{
	size_t len = 0;
	bool blank = false;

	for (size_t i = 0; i < product.len; i++) {
		char byte = lower(product.ptr[i]);

		if (byte == ' ' || byte == '\t')
			blank = true;
		if (!is_kept(byte))
			continue;
		if (len + 2 >= GB_PRODUCT_NAME_BYTES)
			return 0;
		if (blank && len > 0)
			text[len++] = '-';
		blank = false;
		text[len++] = byte;
	}
	text[len] = '\0';
	return len;
}

/* "1g.5gb", "1c.3g.20gb", "1g.10gb.me" */
static bool is_mig_profile(const char *text)
{
	return text[0] >= '0' && text[0] <= '9' &&
	       text[strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz.")] == '\0' &&
	       strstr(text, "gb") != NULL;
}

bool gb_product_name_is_invalid_mig(struct gb_span product)
{
	size_t len = strlen(INVALID_MIG);

	return product.len >= len &&
	       gb_span_is_nocase(gb_span_from(product, product.len - len), INVALID_MIG);
}

bool gb_product_name_parse(struct gb_span product, struct gb_product_name *ret_name)
{
	char text[GB_PRODUCT_NAME_BYTES];
	struct gb_span name = {text, spell(product, text)};
	char *mig;

	if (name.len == 0 || gb_product_name_is_invalid_mig(product))
		return false;
	if (gb_span_ends(name, "-shared")) {
		name.len -= strlen("-shared");
		text[name.len] = '\0';
	}
	mig = strstr(text, "-mig-");
	if (mig && is_mig_profile(mig + strlen("-mig-"))) {
		*mig = '\0';
		name.len = (size_t)(mig - text);
	}
	if (gb_span_starts(name, "nvidia-"))
		name = gb_span_from(name, strlen("nvidia-"));
	memcpy(ret_name->text, name.ptr, name.len + 1);
	return name.len > 0;
}
