/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-digest.h"

#include <string.h>

#include "expect.h"

/* FIPS 180-4 example values. */
#define SHA256_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA512_ABC                                                         \
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" \
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

Test(gb_digest, is_that_of_the_standard_for_no_bytes)
{
	struct gb_digest digest = gb_digest_of(SPAN(""));

	expect_text(digest.text, "sha256:" SHA256_EMPTY);
}

Test(gb_digest, is_that_of_the_standard_for_abc)
{
	struct gb_digest digest = gb_digest_of(SPAN("abc"));

	expect_text(digest.text, "sha256:" SHA256_ABC);
}

Test(gb_digest, reads_a_sha256)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_digest digest;

	cr_assert_eq(gb_digest_parse(SPAN("sha256:" SHA256_ABC), &digest, &err), GPUBADGE_OK);
	expect_text(digest.text, "sha256:" SHA256_ABC);
	expect_span(gb_digest_algorithm(&digest), "sha256");
	expect_span(gb_digest_hex(&digest), SHA256_ABC);
}

Test(gb_digest, reads_a_sha512)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_digest digest;

	cr_assert_eq(gb_digest_parse(SPAN("sha512:" SHA512_ABC), &digest, &err), GPUBADGE_OK);
	expect_span(gb_digest_algorithm(&digest), "sha512");
	expect_span(gb_digest_hex(&digest), SHA512_ABC);
}

static void refuses(int line, struct gb_span text, enum gpubadge_code code, const char *message)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_digest digest = {"untouched"};

	cr_assert_eq(gb_digest_parse(text, &digest, &err), code, "line %d: %s", line, err.text);
	expect_error_at(line, &err, code, message);
	expect_text_at(line, digest.text, "untouched");
}

Test(gb_digest, refuses_text_without_colon)
{
	refuses(__LINE__, SPAN("latest"), GPUBADGE_E_SCHEMA, "\"latest\" is no digest");
	refuses(__LINE__, SPAN(""), GPUBADGE_E_SCHEMA, "\"\" is no digest");
}

Test(gb_digest, refuses_a_name_that_is_no_algorithm)
{
	refuses(__LINE__, SPAN("../..:x"), GPUBADGE_E_SCHEMA, "\"../..:x\" is no digest");
	refuses(__LINE__, SPAN("SHA256:" SHA256_ABC), GPUBADGE_E_SCHEMA,
		"\"SHA256:" SHA256_ABC "\" is no digest");
	refuses(__LINE__, SPAN(":" SHA256_ABC), GPUBADGE_E_SCHEMA,
		"\":" SHA256_ABC "\" is no digest");
}

Test(gb_digest, refuses_a_nul_in_the_name_of_the_algorithm)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_digest digest;

	cr_assert_eq(gb_digest_parse(SPAN("sha256\0:" SHA256_ABC), &digest, &err),
		     GPUBADGE_E_SCHEMA, "%s: %s", gpubadge_code_name(err.code), err.text);
}

Test(gb_digest, names_an_algorithm_it_lacks)
{
	refuses(__LINE__, SPAN("md5:d41d8cd98f00b204e9800998ecf8427e"), GPUBADGE_E_UNSUPPORTED,
		"digest algorithm md5 is not supported (sha256, sha512)");
}

Test(gb_digest, refuses_the_wrong_number_of_digits)
{
	refuses(__LINE__, SPAN("sha256:abc"), GPUBADGE_E_SCHEMA,
		"\"sha256:abc\" is no digest: sha256 needs 64 lower-case hex digits");
	refuses(__LINE__, SPAN("sha512:abc"), GPUBADGE_E_SCHEMA,
		"\"sha512:abc\" is no digest: sha512 needs 128 lower-case hex digits");
	refuses(__LINE__, SPAN("sha256:" SHA256_ABC "0"), GPUBADGE_E_SCHEMA,
		"\"sha256:" SHA256_ABC "0\" is no digest: sha256 needs 64 lower-case hex digits");
}

Test(gb_digest, refuses_digits_that_are_not_lower_case_hex)
{
	refuses(__LINE__,
		SPAN("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
		GPUBADGE_E_SCHEMA,
		"\"sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\" is "
		"no digest: sha256 needs 64 lower-case hex digits");
	refuses(__LINE__,
		SPAN("sha256:../../../../../../../../../../../../../../../../../../etc/passwdd"),
		GPUBADGE_E_SCHEMA,
		"\"sha256:../../../../../../../../../../../../../../../../../../etc/passwdd\" is "
		"no digest: sha256 needs 64 lower-case hex digits");
}

Test(gb_digest, cuts_a_long_text_in_the_message)
{
	char text[300];

	memset(text, 'a', sizeof(text));
	refuses(__LINE__, (struct gb_span){text, sizeof(text)}, GPUBADGE_E_SCHEMA,
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"\" is no digest");
}

Test(gb_digest, matches_the_bytes_it_was_made_of)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_digest digest;

	cr_assert_eq(gb_digest_parse(SPAN("sha256:" SHA256_ABC), &digest, &err), GPUBADGE_OK);
	cr_assert(gb_digest_matches(&digest, SPAN("abc")));
	cr_assert_not(gb_digest_matches(&digest, SPAN("abd")));
	cr_assert_not(gb_digest_matches(&digest, SPAN("")));
}

Test(gb_digest, matches_with_the_algorithm_it_names)
{
	struct gpubadge_error err = NO_ERROR;
	struct gb_digest digest;

	cr_assert_eq(gb_digest_parse(SPAN("sha512:" SHA512_ABC), &digest, &err), GPUBADGE_OK);
	cr_assert(gb_digest_matches(&digest, SPAN("abc")));
	cr_assert_not(gb_digest_matches(&digest, SPAN("ab")));
}
