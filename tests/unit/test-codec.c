/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec.h"

#include <string.h>

#include "expect.h"

Test(codec, is_found_by_its_magic)
{
	static const struct {
		struct gb_span head;
		const char *name;
	} table[] = {
		{{"\x1f\x8b\x08", 3}, "gzip"},
		{{"\x28\xb5\x2f\xfd", 4}, "zstd"},
#ifdef GB_TESTS_XZ
		{{"\xfd\x37zXZ\0", 6}, "xz"},
#endif
#ifdef GB_TESTS_BZIP2
		{{"BZh9", 4}, "bzip2"},
#endif
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		const char *missing = "untouched";
		const struct gb_codec *codec = gb_codec_find(table[i].head, &missing);

		cr_assert_not_null(codec, "%s", table[i].name);
		expect_text(codec->name, table[i].name);
		expect_text(missing, NULL);
	}
}

Test(codec, is_not_found_in_a_cut_magic)
{
	static const struct gb_span table[] = {
		{NULL, 0},          {"\x1f", 1}, {"\x28\xb5\x2f", 3},
		{"\xfd\x37zXZ", 5}, {"BZ", 2},   {"{}", 2},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		const char *missing = "untouched";

		cr_expect_null(gb_codec_find(table[i], &missing), "row %zu", i);
		cr_expect_null(missing, "row %zu", i);
	}
}

Test(codec, names_a_compression_it_lacks)
{
	static const struct {
		struct gb_span head;
		const char *name;
	} table[] = {
		{{"\x04\x22\x4d\x18", 4}, "lz4"}, {{"LZIP", 4}, "lzip"},
		{{"\x1f\x9d", 2}, "compress"},
#ifndef GB_TESTS_XZ
		{{"\xfd\x37zXZ\0", 6}, "xz"},
#endif
#ifndef GB_TESTS_BZIP2
		{{"BZh9", 4}, "bzip2"},
#endif
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		const char *missing = NULL;

		cr_assert_null(gb_codec_find(table[i].head, &missing));
		expect_text(missing, table[i].name);
	}
}

Test(codec, lists_what_the_build_has)
{
	static const char wanted[] = "gzip zstd"
#ifdef GB_TESTS_XZ
				     " xz"
#endif
#ifdef GB_TESTS_BZIP2
				     " bzip2"
#endif
		;

	expect_text(gb_codec_names(), wanted);
}

Test(codec, tells_by_which_library_gzip_is_read)
{
	const char *features = gb_codec_features();
	size_t names = strlen(gb_codec_names());

	cr_assert_eq(strncmp(features, gb_codec_names(), names), 0);
#ifdef GB_TESTS_ISAL
	expect_text(features + names, " isal");
#else
	expect_text(features + names, "");
#endif
}
