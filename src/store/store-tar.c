/* SPDX-License-Identifier: Apache-2.0 */

/* A tar archive in one pass. In almost every producer's archive the documents that name the
 * others (manifest.json, index.json) come last, so while the members go by nothing says which
 * matter. Every member that looks like JSON, also compressed JSON, is kept; of all others only
 * the name is, as long as there is room for names. What the names mean is decided afterwards. */
#include <stdlib.h>
#include <string.h>

#include "base/gb-limits.h"
#include "store/members.h"
#include "store/store-ops.h"
#include "store/tar-reader.h"

struct tar {
	struct gb_store store;
	struct gb_members members;
	struct gb_bytes bytes; /* of the member at hand: one allocation for all of them */
	bool any_member;
	bool cut;           /* a lone block of zeros ended the archive, and more follows */
	bool root_names;    /* usr/... or etc/... went by */
	const char *nested; /* the directory of an image one directory down */
};

/* The first byte that is no JSON white space says whether text can be a JSON object or array,
 * the only documents an image has. */
static bool starts_like_json(struct gb_span text)
{
	while (text.len > 0 && memchr(" \t\r\n", text.ptr[0], 4))
		text = gb_span_from(text, 1);
	return text.len > 0 && (text.ptr[0] == '{' || text.ptr[0] == '[');
}

/* The same for the inside of a compressed member. One that cannot be unpacked counts as a
 * document: whoever asks for it shall hear what is wrong with it. */
static enum gpubadge_code unpacks_to_json(struct tar *tar, struct gb_span packed, bool *ret_answer,
					  struct gpubadge_error *err)
{
	GB_CLEANUP(gb_source_closep) struct gb_source *inside = NULL;
	struct gb_span text;

	if (gb_source_open_memory(packed, tar->store.limits, &inside, err) ||
	    gb_source_next(inside, &text, err)) {
		if (err->code == GPUBADGE_E_NOMEM)
			return err->code;
		gb_error_clear(err);
		*ret_answer = true;
	} else {
		*ret_answer = starts_like_json(text);
	}
	return GPUBADGE_OK;
}

/* These are asked for by name: what is wrong with them shall be said. */
static bool is_list_name(const char *name)
{
	static const char *const names[] = {"manifest.json", "index.json", "oci-layout",
					    "repositories"};

	for (size_t i = 0; i < GB_ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Reads as much of a member of SIZE bytes into BYTES as it takes to tell whether it is JSON,
 * packed or not: its head, and all of it if that is packed, since zstd and bzip2 give nothing
 * before the end of a block. */
static enum gpubadge_code looks_like_json(struct tar *tar, struct gb_tar_reader *reader,
					  const char *name, uint64_t size, struct gb_bytes *bytes,
					  bool *ret_answer, struct gpubadge_error *err)
{
	size_t head = size < GB_SOURCE_HEAD ? size : GB_SOURCE_HEAD;

	if (gb_tar_reader_read(reader, head, bytes, err))
		return err->code;
	if (!gb_source_is_compressed(gb_bytes_span(bytes))) {
		*ret_answer = is_list_name(name) || starts_like_json(gb_bytes_span(bytes));
		return GPUBADGE_OK;
	}
	if (gb_tar_reader_read(reader, size, bytes, err))
		return err->code;
	return unpacks_to_json(tar, gb_bytes_span(bytes), ret_answer, err);
}

/* Keeps a regular member that looks like JSON and fits the limits. */
static enum gpubadge_code take_regular(struct tar *tar, struct gb_tar_reader *reader,
				       const char *name, uint64_t size, struct gpubadge_error *err)
{
	const struct gpubadge_limits *limits = tar->store.limits;
	struct gb_bytes *bytes = &tar->bytes;
	struct gb_members *members = &tar->members;
	bool document = false;

	if (size > limits->document_bytes)
		return gb_members_add_skipped(members, name, size, GB_SKIPPED_AS_TOO_LONG, err);
	bytes->len = 0;
	if (looks_like_json(tar, reader, name, size, bytes, &document, err))
		return err->code;
	if (!document)
		return gb_members_add_skipped(members, name, size, GB_SKIPPED_AS_NO_JSON, err);
	if (!gb_members_have_room(members, name, size))
		return gb_members_add_skipped(members, name, size, GB_SKIPPED_AS_TOO_MUCH, err);
	if (gb_tar_reader_read(reader, size, bytes, err))
		return err->code;
	return gb_members_add_document(members, name, gb_bytes_span(bytes), err);
}

/* TARGET as seen from MEMBER: "" for a hard link, which starts at the root. */
static enum gpubadge_code take_link(struct tar *tar, const char *name, const char *member,
				    const char *target, struct gpubadge_error *err)
{
	char resolved[GB_NAME_BYTES];

	if (!gb_store_resolve(member, gb_span_of(target), resolved))
		resolved[0] = '\0';
	return gb_members_add_link(&tar->members, name, resolved, err);
}

/* Notes what the names of an archive without image documents tell. */
static enum gpubadge_code note_name(struct tar *tar, const char *name, struct gpubadge_error *err)
{
	const char *slash = strchr(name, '/');

	tar->any_member = true;
	if (!tar->root_names)
		tar->root_names = gb_store_is_root_name(name);
	if (slash && !tar->nested &&
	    (strcmp(slash, "/index.json") == 0 || strcmp(slash, "/manifest.json") == 0))
		tar->nested = gb_arena_copy(&tar->members.arena,
					    (struct gb_span){name, (size_t)(slash - name)}, err);
	return err->code;
}

static enum gpubadge_code take_entry(struct tar *tar, struct gb_tar_reader *reader,
				     const struct gb_tar_entry *entry, struct gpubadge_error *err)
{
	char name[GB_NAME_BYTES];

	if (!entry->name || !gb_store_normalise(gb_span_of(entry->name), name))
		return GPUBADGE_OK;
	if (note_name(tar, name, err))
		return err->code;
	switch (entry->kind) {
	case GB_TAR_HARD_LINK:
		return take_link(tar, name, "", entry->link, err);
	case GB_TAR_SYMBOLIC_LINK:
		return take_link(tar, name, name, entry->link, err);
	case GB_TAR_REGULAR:
		return take_regular(tar, reader, name, entry->size, err);
	case GB_TAR_OTHER:
		break;
	}
	return gb_members_add_other(&tar->members, name, err);
}

static enum gpubadge_code skipped(const struct tar *tar, const struct gb_member *member,
				  uint64_t ceiling, struct gpubadge_error *err)
{
	switch (member->reason) {
	case GB_SKIPPED_AS_TOO_LONG:
		break;
	case GB_SKIPPED_AS_TOO_MUCH:
		return gb_limit_exceeded(
			err, "kept_bytes",
			"the JSON documents before it take more than the limit of %llu bytes",
			(unsigned long long)tar->store.limits->kept_bytes);
	case GB_SKIPPED_AS_NO_JSON:
		return gb_error_set(err, GPUBADGE_E_JSON, "%s",
				    member->size ? "is not JSON" : "is empty, not JSON");
	}
	return gb_limit_exceeded(err, "document_bytes", "%llu bytes, longer than the limit of %llu",
				 (unsigned long long)member->size, (unsigned long long)ceiling);
}

static enum gpubadge_code tar_read(struct gb_store *store, const char *name,
				   enum gb_link_rule links, uint64_t ceiling,
				   struct gb_span *ret_bytes, struct gpubadge_error *err)
{
	const struct tar *tar = (const struct tar *)store;
	const struct gb_member *member = gb_members_find(&tar->members, name);
	uint64_t hops = 0;

	(void)links; /* none leaves the archive */
	while (member && member->kind == GB_MEMBER_LINK && !member->conflict) {
		if (hops++ == store->limits->link_hops)
			return gb_error_set(
				err, GPUBADGE_E_CORRUPT,
				"more than the limit of %llu links in a row: a loop? (--limit "
				"link_hops=N raises the limit)",
				(unsigned long long)store->limits->link_hops);
		member = gb_members_find(&tar->members, member->target);
	}
	if (!member && hops > 0)
		return gb_error_set(err, GPUBADGE_E_MISSING,
				    "is a link to something that is not in the archive");
	if (!member)
		return gb_error_set(err, GPUBADGE_E_MISSING, "not in the archive%s%s",
				    tar->members.forgot_names
					    ? ", or no JSON document (name_bytes was used up)"
					    : "",
				    tar->cut ? ", which a lone block of zeros ends early" : "");
	if (member->conflict)
		return gb_error_set(err, GPUBADGE_E_CONFLICT,
				    "stands in the archive more than once with different "
				    "content; readers disagree on which one counts");
	if (member->kind == GB_MEMBER_OTHER)
		return gb_error_set(err, GPUBADGE_E_MISSING, "is not a regular file");
	if (member->kind == GB_MEMBER_SKIPPED)
		return skipped(tar, member, ceiling, err);
	if (member->bytes.len > ceiling)
		return gb_limit_exceeded(err, "document_bytes",
					 "%zu bytes, longer than the limit of %llu",
					 member->bytes.len, (unsigned long long)ceiling);
	*ret_bytes = member->bytes;
	return GPUBADGE_OK;
}

/* A member that a reader asks for by name is there, but as something else. */
static const char *find_no_file(const struct tar *tar)
{
	static const char *const names[] = {"manifest.json", "index.json"};

	for (size_t i = 0; i < GB_ARRAY_LEN(names); i++) {
		const struct gb_member *member = gb_members_find(&tar->members, names[i]);

		if (member && member->kind == GB_MEMBER_OTHER)
			return names[i];
	}
	return NULL;
}

static bool tar_has(struct gb_store *store, const char *name)
{
	const struct gb_member *member = gb_members_find(&((const struct tar *)store)->members,
							 name);

	return member && member->kind != GB_MEMBER_OTHER;
}

static const char *tar_next(struct gb_store *store, size_t *cursor)
{
	const struct tar *tar = (const struct tar *)store;

	while (*cursor < tar->members.count) {
		const struct gb_member *member = &tar->members.items[(*cursor)++];

		if (member->kind == GB_MEMBER_DOCUMENT)
			return member->name;
	}
	return NULL;
}

static enum gb_store_hint tar_hint(struct gb_store *store, const char **ret_example)
{
	const struct tar *tar = (const struct tar *)store;

	if (!tar->any_member)
		return GB_HINT_EMPTY;
	if (tar->nested && !tar->root_names) {
		*ret_example = tar->nested;
		return GB_HINT_NESTED;
	}
	if (tar->root_names)
		return GB_HINT_ROOT_FILESYSTEM;
	*ret_example = find_no_file(tar);
	if (*ret_example)
		return GB_HINT_NO_FILE;
	return tar->cut ? GB_HINT_CUT : GB_HINT_NONE;
}

static void tar_close(struct gb_store *store)
{
	struct tar *tar = (struct tar *)store;

	gb_members_done(&tar->members);
	gb_bytes_done(&tar->bytes);
	free(tar);
}

static const struct gb_store_ops tar_ops = {
	.read = tar_read,
	.has = tar_has,
	.next = tar_next,
	.hint = tar_hint,
	.close = tar_close,
};

static void close_tar(struct tar **tar)
{
	if (*tar)
		tar_close(&(*tar)->store);
}

static enum gpubadge_code take_all(struct tar *tar, struct gb_tar_reader *reader,
				   struct gpubadge_error *err)
{
	for (;;) {
		struct gb_tar_entry entry;
		bool found;

		if (gb_tar_reader_next(reader, &entry, &found, err))
			return err->code;
		if (!found)
			break;
		if (take_entry(tar, reader, &entry, err))
			return err->code;
	}
	gb_bytes_done(&tar->bytes);
	tar->cut = gb_tar_reader_was_cut(reader);
	gb_members_sort(&tar->members);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_store_open_tar(struct gb_source *source, const struct gpubadge_limits *limits,
				     struct gb_store **ret_store, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_tar_reader_closep) struct gb_tar_reader *reader = NULL;
	GB_CLEANUP(close_tar) struct tar *tar = calloc(1, sizeof(*tar));

	if (!tar)
		return gb_error_set_nomem(err);
	tar->store.ops = &tar_ops;
	tar->store.limits = limits;
	gb_members_init(&tar->members, limits);
	tar->bytes = gb_bytes_init(limits->document_bytes);
	if (gb_tar_reader_open(source, &reader, err) || take_all(tar, reader, err) ||
	    gb_source_drain(source, err))
		return err->code;
	*ret_store = &tar->store;
	tar = NULL;
	return GPUBADGE_OK;
}
