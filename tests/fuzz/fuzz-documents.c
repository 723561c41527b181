/* SPDX-License-Identifier: Apache-2.0 */

/* The documents of an image as text, so that mutations reach what lies behind tar headers and
 * digests. Members are separated by lines of "==="; a first line "name: X" gives the member its
 * name, else it is a blob named by its digest. "$N" stands for the digest of the Nth member,
 * which comes earlier. */
#include "archive-input.h"

#include <stdio.h>
#include <string.h>

#include "base/gb-bytes.h"
#include "base/gb-digest.h"

#define MEMBERS 10
#define SEPARATOR "\n===\n"
#define BLOCK 512

/* A ustar header (POSIX.1-1988) and the content, padded to whole blocks. */
static void append_member(struct gb_bytes *tar, const char *name, struct gb_span content)
{
	static const char zeros[BLOCK];
	char header[BLOCK] = {0};
	unsigned sum = 0;

	snprintf(header, 100, "%s", name);
	memcpy(header + 100, "0000644", 8);
	snprintf(header + 124, 12, "%011zo", content.len);
	memcpy(header + 136, "00000000000", 12);
	memset(header + 148, ' ', 8);
	header[156] = '0';
	memcpy(header + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(header); i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
	gb_bytes_append(tar, (struct gb_span){header, sizeof(header)});
	gb_bytes_append(tar, content);
	gb_bytes_append(tar, (struct gb_span){zeros, (BLOCK - content.len % BLOCK) % BLOCK});
}

/* Appends TEXT with every "$N" replaced. */
static void substitute(struct gb_bytes *out, struct gb_span text, const struct gb_digest *digests,
		       size_t count)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t number = i + 1 < text.len ? (size_t)(text.ptr[i + 1] - '0') : MEMBERS;

		if (text.ptr[i] == '$' && number < count) {
			gb_bytes_text(out, digests[number].text);
			i++;
		} else {
			gb_bytes_append(out, (struct gb_span){text.ptr + i, 1});
		}
	}
}

/* Cuts the text before the next separator off REST. */
static struct gb_span take_member(struct gb_span *rest)
{
	const char *end = memmem(rest->ptr, rest->len, SEPARATOR, strlen(SEPARATOR));
	struct gb_span member = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};

	*rest = gb_span_from(*rest, end ? member.len + strlen(SEPARATOR) : rest->len);
	return member;
}

/* Cuts a first line "name: X" off MEMBER into NAME. */
static void take_name(struct gb_span *member, char *name, size_t size)
{
	size_t line = gb_span_index(*member, '\n');

	if (!gb_span_starts(*member, "name: ") || line == member->len)
		return;
	snprintf(name, size, "%.*s", (int)(line - 6), member->ptr + 6);
	*member = gb_span_from(*member, line + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gb_span rest = {(const char *)data, size};
	struct gb_bytes tar = gb_bytes_init((size_t)8 << 20);
	struct gb_digest digests[MEMBERS];

	for (size_t count = 0; count < MEMBERS && rest.len > 0; count++) {
		struct gb_bytes content = gb_bytes_init((size_t)1 << 20);
		struct gb_span member = take_member(&rest);
		char name[100];

		name[0] = '\0';
		take_name(&member, name, sizeof(name));
		substitute(&content, member, digests, count);
		digests[count] = gb_digest_of(gb_bytes_span(&content));
		if (!name[0])
			snprintf(name, sizeof(name), "blobs/sha256/%.*s", 64,
				 gb_digest_hex(&digests[count]).ptr);
		append_member(&tar, name, gb_bytes_span(&content));
		gb_bytes_done(&content);
	}
	fuzz_inspect(gb_bytes_span(&tar).ptr, tar.len);
	gb_bytes_done(&tar);
	return 0;
}
