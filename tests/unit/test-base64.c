/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-base64.h"

#include "base/gb-attr.h"
#include "expect.h"

/* RFC 4648, section 10. */
Test(gb_base64, decodes_the_vectors_of_the_standard)
{
	static const struct {
		const char *text;
		const char *wanted;
	} table[] = {
		{"", ""},
		{"Zg==", "f"},
		{"Zm8=", "fo"},
		{"Zm9v", "foo"},
		{"Zm9vYg==", "foob"},
		{"Zm9vYmE=", "fooba"},
		{"Zm9vYmFy", "foobar"},
		{"+/+/", "\xfb\xff\xbf"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		char out[16];
		size_t size = 99;

		cr_assert(gb_base64_decode(gb_span_of(table[i].text), out, &size), "%s",
			  table[i].text);
		expect_span(((struct gb_span){out, size}), table[i].wanted);
	}
}

Test(gb_base64, refuses_what_is_no_base64)
{
	static const char *const table[] = {
		"Z",    "Zg",   "Zg=",  "Zm9v\n",   "Zm9v\nYg=", "Zm 9vYg",  "Zm9-",
		"Zm9_", "Z===", "====", "Zg==Zg==", "=Zg=",      "Zm9vYg==="};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		char out[16];
		size_t size = 99;

		cr_expect_not(gb_base64_decode(gb_span_of(table[i]), out, &size), "\"%s\"",
			      table[i]);
		cr_expect_eq(size, 99, "\"%s\"", table[i]);
	}
}
