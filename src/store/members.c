/* SPDX-License-Identifier: Apache-2.0 */
#include "store/members.h"

#include <stdlib.h>
#include <string.h>

void gb_members_init(struct gb_members *members, const struct gpubadge_limits *limits)
{
	members->limits = limits;
	gb_arena_init(&members->arena, SIZE_MAX); /* bounded by kept_bytes and name_bytes */
}

void gb_members_done(struct gb_members *members)
{
	gb_arena_done(&members->arena);
	free(members->items);
}

static struct gb_member *add(struct gb_members *members, struct gb_member member,
			     struct gpubadge_error *err)
{
	struct gb_member *grown;

	if (members->count == members->capacity) {
		size_t capacity = members->capacity ? members->capacity * 2 : 64;

		grown = reallocarray(members->items, capacity, sizeof(*grown));
		if (!grown) {
			gb_error_set_nomem(err);
			return NULL;
		}
		members->items = grown;
		members->capacity = capacity;
	}
	member.order = (uint32_t)members->count;
	members->items[members->count] = member;
	return &members->items[members->count++];
}

/* Remembers a member by name. Members without content that matters are let go, with NULL and
 * no error, once the names take more room than they are worth. */
static struct gb_member *remember(struct gb_members *members, const char *name,
				  enum gb_member_kind kind, struct gpubadge_error *err)
{
	size_t cost = strlen(name) + 1 + sizeof(struct gb_member);
	const char *copy;

	if (kind == GB_MEMBER_SKIPPED || kind == GB_MEMBER_OTHER) {
		if (members->names + cost > members->limits->name_bytes) {
			members->forgot_names = true;
			return NULL;
		}
		members->names += cost;
	}
	copy = gb_arena_copy(&members->arena, gb_span_of(name), err);
	if (!copy)
		return NULL;
	return add(members, (struct gb_member){.name = copy, .kind = kind}, err);
}

/* What is counted for the entry of a member besides its name and its bytes. */
#define ENTRY_BYTES 128
_Static_assert(sizeof(struct gb_member) <= ENTRY_BYTES, "kept_bytes must cover the list");

/* What a document takes of kept_bytes, its name and entry included. */
static uint64_t document_cost(const char *name, uint64_t size)
{
	return size + strlen(name) + 1 + ENTRY_BYTES;
}

bool gb_members_have_room(const struct gb_members *members, const char *name, uint64_t size)
{
	return members->kept + document_cost(name, size) <= members->limits->kept_bytes;
}

enum gpubadge_code gb_members_add_document(struct gb_members *members, const char *name,
					   struct gb_span bytes, struct gpubadge_error *err)
{
	struct gb_member *member = remember(members, name, GB_MEMBER_DOCUMENT, err);
	const char *copy = member ? gb_arena_copy(&members->arena, bytes, err) : NULL;

	if (!copy)
		return err->code;
	member->size = bytes.len;
	member->bytes = (struct gb_span){copy, bytes.len};
	members->kept += document_cost(name, bytes.len);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_members_add_skipped(struct gb_members *members, const char *name,
					  uint64_t size, enum gb_skip_reason reason,
					  struct gpubadge_error *err)
{
	struct gb_member *member = remember(members, name, GB_MEMBER_SKIPPED, err);

	if (member) {
		member->size = size;
		member->reason = reason;
	}
	return err->code;
}

/* Links count towards kept_bytes: their targets are needed as documents are. */
enum gpubadge_code gb_members_add_link(struct gb_members *members, const char *name,
				       const char *target, struct gpubadge_error *err)
{
	size_t cost = strlen(name) + strlen(target) + sizeof(struct gb_member);
	struct gb_member *member;

	if (members->kept + cost > members->limits->kept_bytes)
		return gb_members_add_skipped(members, name, 0, GB_SKIPPED_AS_TOO_MUCH, err);
	members->kept += cost;
	member = remember(members, name, GB_MEMBER_LINK, err);
	if (member)
		member->target = gb_arena_copy(&members->arena, gb_span_of(target), err);
	return err->code;
}

enum gpubadge_code gb_members_add_other(struct gb_members *members, const char *name,
					struct gpubadge_error *err)
{
	remember(members, name, GB_MEMBER_OTHER, err);
	return err->code;
}

static int by_name_and_order(const void *a, const void *b)
{
	const struct gb_member *left = a, *right = b;
	int names = strcmp(left->name, right->name);

	if (names != 0)
		return names;
	return (left->order > right->order) - (left->order < right->order);
}

static bool same_content(const struct gb_member *a, const struct gb_member *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case GB_MEMBER_DOCUMENT:
		return gb_span_equal(a->bytes, b->bytes);
	case GB_MEMBER_LINK:
		return strcmp(a->target, b->target) == 0;
	case GB_MEMBER_SKIPPED: /* never read: whether they differ does not matter */
	case GB_MEMBER_OTHER:
		break;
	}
	return true;
}

void gb_members_sort(struct gb_members *members)
{
	size_t unique = 0;

	if (members->count == 0)
		return;
	qsort(members->items, members->count, sizeof(*members->items), by_name_and_order);
	for (size_t i = 1; i < members->count; i++) {
		struct gb_member *last = &members->items[unique];
		const struct gb_member *member = &members->items[i];

		if (strcmp(last->name, member->name) != 0)
			members->items[++unique] = *member;
		else if (last->kind == GB_MEMBER_OTHER)
			*last = *member;
		else if (member->kind != GB_MEMBER_OTHER && !same_content(last, member))
			last->conflict = true;
	}
	members->count = unique + 1;
}

const struct gb_member *gb_members_find(const struct gb_members *members, const char *name)
{
	size_t low = 0, high = members->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(members->items[middle].name, name);

		if (order == 0)
			return &members->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
