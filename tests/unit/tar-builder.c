/* SPDX-License-Identifier: Apache-2.0 */
#include "tar-builder.h"

#include <stdio.h>
#include <string.h>

#include "expect.h"

struct ustar {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char target[100];
	char magic[6];
	char version[2];
	char rest[247];
};

_Static_assert(sizeof(struct ustar) == TAR_BLOCK, "a header is one block");

void tar_header(struct gb_bytes *tar, const struct tar_header *header)
{
	struct ustar block;
	unsigned sum = 0;

	memset(&block, 0, sizeof(block));
	cr_assert_lt(strlen(header->name), sizeof(block.name), "%s", header->name);
	memcpy(block.name, header->name, strlen(header->name));
	memcpy(block.mode, "0000644", 7);
	memcpy(block.uid, "0000000", 7);
	memcpy(block.gid, "0000000", 7);
	snprintf(block.size, sizeof(block.size), "%011llo",
		 (unsigned long long)header->size & 077777777777);
	memcpy(block.mtime, "00000000000", 11);
	memset(block.checksum, ' ', sizeof(block.checksum));
	block.type = (char)header->type;
	if (header->target)
		memcpy(block.target, header->target, strlen(header->target));
	memcpy(block.magic, "ustar", 6);
	memcpy(block.version, "00", 2);
	for (size_t i = 0; i < sizeof(block); i++)
		sum += ((const unsigned char *)&block)[i];
	snprintf(block.checksum, sizeof(block.checksum), "%06o", sum);
	gb_bytes_append(tar, (struct gb_span){(const char *)&block, sizeof(block)});
}

void tar_zeros(struct gb_bytes *tar, size_t size)
{
	char *room = gb_bytes_reserve(tar, size);

	cr_assert_not_null(room);
	memset(room, 0, size);
	gb_bytes_commit(tar, size);
}

void tar_content(struct gb_bytes *tar, struct gb_span content)
{
	gb_bytes_append(tar, content);
	tar_zeros(tar, (TAR_BLOCK - content.len % TAR_BLOCK) % TAR_BLOCK);
}

void tar_member(struct gb_bytes *tar, const char *name, struct gb_span content)
{
	tar_header(tar, &(struct tar_header){.name = name, .type = TAR_FILE, .size = content.len});
	tar_content(tar, content);
}

void tar_text(struct gb_bytes *tar, const char *name, const char *content)
{
	tar_member(tar, name, gb_span_of(content));
}

void tar_symlink(struct gb_bytes *tar, const char *name, const char *target)
{
	tar_header(tar, &(struct tar_header){.name = name, .target = target, .type = TAR_SYMLINK});
}

void tar_hard_link(struct gb_bytes *tar, const char *name, const char *target)
{
	tar_header(tar,
		   &(struct tar_header){.name = name, .target = target, .type = TAR_HARD_LINK});
}

void tar_special(struct gb_bytes *tar, const char *name, enum tar_type type)
{
	tar_header(tar, &(struct tar_header){.name = name, .type = type});
}

void tar_pax(struct gb_bytes *tar, const char *key, const char *value)
{
	size_t body = strlen(key) + strlen(value) + 3; /* blank, "=", line feed */
	size_t length = body + 1;
	char number[32];
	GB_CLEANUP(gb_bytes_done) struct gb_bytes record = gb_bytes_init(SIZE_MAX / 2);

	/* The length counts its own digits. */
	while ((size_t)snprintf(number, sizeof(number), "%zu", length) + body > length)
		length++;
	gb_bytes_text(&record, number);
	gb_bytes_text(&record, " ");
	gb_bytes_text(&record, key);
	gb_bytes_text(&record, "=");
	gb_bytes_text(&record, value);
	gb_bytes_text(&record, "\n");
	tar_header(tar, &(struct tar_header){.name = "PaxHeaders/x",
					     .type = TAR_PAX,
					     .size = gb_bytes_span(&record).len});
	tar_content(tar, gb_bytes_span(&record));
}

void tar_end(struct gb_bytes *tar)
{
	tar_zeros(tar, (size_t)2 * TAR_BLOCK);
}
