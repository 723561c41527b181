/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-digest.h"

#include <assert.h>
#include <string.h>

#include <nettle/sha2.h>

static const struct algorithm {
	const char *name;
	size_t bytes;
} algorithms[] = {
	{"sha256", SHA256_DIGEST_SIZE},
	{"sha512", SHA512_DIGEST_SIZE},
};

static const struct algorithm *find_algorithm(struct gb_span name)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(algorithms); i++)
		if (gb_span_is(name, algorithms[i].name))
			return &algorithms[i];
	return NULL;
}

/* The specification's grammar for the part before the colon. */
static bool is_algorithm_name(struct gb_span name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789+._-";

	for (size_t i = 0; i < name.len; i++)
		if (!memchr(allowed, name.ptr[i], sizeof(allowed) - 1))
			return false;
	return name.len > 0;
}

static bool is_lower_hex(struct gb_span hex)
{
	for (size_t i = 0; i < hex.len; i++)
		if (!memchr("0123456789abcdef", hex.ptr[i], 16))
			return false;
	return true;
}

enum gpubadge_code gb_digest_parse(struct gb_span text, struct gb_digest *ret_digest,
				   struct gpubadge_error *err)
{
	size_t colon = gb_span_index(text, ':');
	struct gb_span name = {text.ptr, colon};
	const struct algorithm *algorithm = find_algorithm(name);
	struct gb_span hex;

	if (colon == text.len || !is_algorithm_name(name))
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "\"%.*s\" is no digest",
				    (int)(text.len < 80 ? text.len : 80), text.ptr);
	if (!algorithm)
		return gb_error_set(err, GPUBADGE_E_UNSUPPORTED,
				    "digest algorithm %.*s is not supported (sha256, sha512)",
				    (int)(name.len < 80 ? name.len : 80), name.ptr);
	hex = gb_span_from(text, colon + 1);
	if (hex.len != 2 * algorithm->bytes || !is_lower_hex(hex))
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "\"%.*s\" is no digest: %s needs %zu lower-case hex digits",
				    (int)(text.len < 80 ? text.len : 80), text.ptr, algorithm->name,
				    2 * algorithm->bytes);
	memcpy(ret_digest->text, text.ptr, text.len);
	ret_digest->text[text.len] = '\0';
	return GPUBADGE_OK;
}

struct gb_span gb_digest_algorithm(const struct gb_digest *digest)
{
	return (struct gb_span){digest->text, strcspn(digest->text, ":")};
}

struct gb_span gb_digest_hex(const struct gb_digest *digest)
{
	return gb_span_of(digest->text + strcspn(digest->text, ":") + 1);
}

static struct gb_digest hash(const char *algorithm, struct gb_span bytes)
{
	const uint8_t *data = (const uint8_t *)bytes.ptr;
	uint8_t sum[SHA512_DIGEST_SIZE];
	struct gb_digest digest;
	size_t size, used;

	if (strcmp(algorithm, "sha512") == 0) {
		struct sha512_ctx context;

		sha512_init(&context);
		sha512_update(&context, bytes.len, data);
		sha512_digest(&context, size = SHA512_DIGEST_SIZE, sum);
	} else {
		struct sha256_ctx context;

		sha256_init(&context);
		sha256_update(&context, bytes.len, data);
		sha256_digest(&context, size = SHA256_DIGEST_SIZE, sum);
	}
	used = strlen(algorithm);
	memcpy(digest.text, algorithm, used);
	digest.text[used++] = ':';
	for (size_t i = 0; i < size; i++) {
		digest.text[used++] = "0123456789abcdef"[sum[i] >> 4];
		digest.text[used++] = "0123456789abcdef"[sum[i] & 15];
	}
	digest.text[used] = '\0';
	return digest;
}

struct gb_digest gb_digest_of(struct gb_span bytes)
{
	return hash("sha256", bytes);
}

bool gb_digest_matches(const struct gb_digest *digest, struct gb_span bytes)
{
	const struct algorithm *algorithm = find_algorithm(gb_digest_algorithm(digest));
	struct gb_digest actual;

	assert(algorithm); /* gb_digest_parse() lets no other through */
	actual = hash(algorithm->name, bytes);
	return strcmp(digest->text, actual.text) == 0;
}
