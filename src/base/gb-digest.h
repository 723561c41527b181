/* SPDX-License-Identifier: Apache-2.0 */

/* Digests of the OCI image specification (descriptor.md, "Digests"): "sha256:" and 64, or
 * "sha512:" and 128 lower-case hexadecimal digits.
 *
 * nettle does the hashing: small, in Debian's base, already loaded by libarchive, and without
 * the provider machinery that makes OpenSSL's libcrypto slow to start. */
#ifndef GB_BASE_DIGEST_H
#define GB_BASE_DIGEST_H

#include "base/gb-attr.h"
#include "base/gb-error.h"
#include "base/gb-span.h"

/* "sha512:", 128 digits and NUL. */
#define GB_DIGEST_TEXT (7 + 128 + 1)

struct gb_digest {
	char text[GB_DIGEST_TEXT];
};

/* SCHEMA if TEXT is no digest, UNSUPPORTED if its algorithm is not one of the two. */
enum gpubadge_code gb_digest_parse(struct gb_span text, struct gb_digest *ret_digest,
				   struct gpubadge_error *err) GB_MUST_CHECK;

/* The algorithm ("sha256") and the hexadecimal digits of DIGEST, borrowed from it. */
struct gb_span gb_digest_algorithm(const struct gb_digest *digest);
struct gb_span gb_digest_hex(const struct gb_digest *digest);

/* The sha256 digest of BYTES. */
struct gb_digest gb_digest_of(struct gb_span bytes);

/* Does DIGEST belong to BYTES? */
bool gb_digest_matches(const struct gb_digest *digest, struct gb_span bytes);

#endif
