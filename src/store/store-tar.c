/* SPDX-License-Identifier: Apache-2.0 */

/* A tar archive in one pass. In almost every producer's archive the documents that name the
 * others (manifest.json, index.json) come last, so while the members go by nothing says which
 * matter. Every member that looks like JSON, also compressed JSON, is kept; of all others only
 * the name is, as long as there is room for names. What the names mean is decided afterwards.
 *
 * libarchive parses the tar format and nothing else: no filter of its own is enabled, because
 * the source room has taken the compression off and verified its checksums. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/gb-bytes.h"
#include "store/foreign-format.h"
#include "store/members.h"
#include "store/store-ops.h"

struct tar {
	struct gb_store store;
	struct gb_members members;
	bool any_member;
	bool cut;           /* a lone block of zeros ended the archive, and more follows */
	bool root_names;    /* usr/... or etc/... went by */
	const char *nested; /* the directory of an image one directory down */
};

/* What the callbacks of libarchive need; errors of the source travel here, around it. */
struct reading {
	struct gb_source *source;
	struct gpubadge_error *err;
	bool in_header;        /* libarchive parses headers, it does not skip content */
	uint64_t header_bytes; /* read while it did, for one member */
	uint64_t bytes;        /* handed to libarchive or skipped for it */
};

/* PAX headers end at 1 MiB in libarchive, maps of sparse members do not; it keeps a list of
 * their pieces that is ten times as large. */
#define HEADER_BYTES ((uint64_t)2 << 20)

#define BLOCK_BYTES 512

static la_ssize_t read_callback(struct archive *archive, void *client, const void **ret_block)
{
	struct reading *reading = client;
	struct gb_span chunk;

	if (gb_source_next(reading->source, &chunk, reading->err)) {
		archive_set_error(archive, EIO, "source");
		return ARCHIVE_FATAL;
	}
	reading->header_bytes += reading->in_header ? chunk.len : 0;
	if (reading->header_bytes > HEADER_BYTES) {
		gb_error_set(reading->err, GPUBADGE_E_LIMIT,
			     "tar: the headers of a member take more than %llu bytes",
			     (unsigned long long)HEADER_BYTES);
		archive_set_error(archive, EIO, "headers");
		return ARCHIVE_FATAL;
	}
	reading->bytes += chunk.len;
	*ret_block = chunk.ptr;
	return (la_ssize_t)chunk.len;
}

static la_int64_t skip_callback(struct archive *archive, void *client, la_int64_t request)
{
	struct reading *reading = client;
	uint64_t skipped;

	if (gb_source_skip(reading->source, (uint64_t)request, &skipped, reading->err)) {
		archive_set_error(archive, EIO, "source");
		return ARCHIVE_FATAL;
	}
	reading->bytes += skipped;
	return (la_int64_t)skipped;
}

/* libarchive tells kinds of damage apart in its messages alone. */
static enum gpubadge_code archive_failed(struct archive *archive, const struct reading *reading)
{
	const char *text = archive_error_string(archive);

	if (reading->err->code)
		return reading->err->code;
	if (archive_errno(archive) == ENOMEM)
		return gb_error_set_nomem(reading->err);
	if (!text)
		text = "damaged";
	if (strcasestr(text, "truncated"))
		return gb_error_set(reading->err, GPUBADGE_E_TRUNCATED,
				    "the archive ends too early; was the transfer complete?");
	if (strcasestr(text, "too large"))
		return gb_error_set(reading->err, GPUBADGE_E_LIMIT, "tar: %s", text);
	return gb_error_set(reading->err, GPUBADGE_E_CORRUPT, "tar: %s", text);
}

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

/* Reads the current entry to BYTES, at most LIMIT bytes of it. */
static enum gpubadge_code read_data(struct archive *archive, struct reading *reading, size_t limit,
				    struct gb_bytes *bytes)
{
	while (bytes->len < limit) {
		size_t want = limit - bytes->len;
		char *place = gb_bytes_reserve(bytes, want < 65536 ? want : 65536);
		la_ssize_t got;

		if (!place)
			return gb_bytes_check(bytes, reading->err);
		got = archive_read_data(archive, place, want < 65536 ? want : 65536);
		if (got < 0 || reading->err->code)
			return archive_failed(archive, reading);
		if (got == 0)
			break;
		gb_bytes_commit(bytes, (size_t)got);
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
static enum gpubadge_code looks_like_json(struct tar *tar, struct archive *archive,
					  struct reading *reading, const char *name, uint64_t size,
					  struct gb_bytes *bytes, bool *ret_answer)
{
	size_t head = size < GB_SOURCE_HEAD ? size : GB_SOURCE_HEAD;

	if (read_data(archive, reading, head, bytes))
		return reading->err->code;
	if (!gb_source_is_compressed(gb_bytes_span(bytes))) {
		*ret_answer = is_list_name(name) || starts_like_json(gb_bytes_span(bytes));
		return GPUBADGE_OK;
	}
	if (read_data(archive, reading, size, bytes))
		return reading->err->code;
	return unpacks_to_json(tar, gb_bytes_span(bytes), ret_answer, reading->err);
}

/* Keeps a regular member that looks like JSON and fits the limits. */
static enum gpubadge_code take_regular(struct tar *tar, struct archive *archive,
				       struct reading *reading, const char *name, uint64_t size)
{
	const struct gpubadge_limits *limits = tar->store.limits;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes bytes = gb_bytes_init(limits->document_bytes);
	struct gb_members *members = &tar->members;
	bool document = false;

	if (size > limits->document_bytes)
		return gb_members_add_skipped(members, name, size, GB_SKIPPED_AS_TOO_LONG,
					      reading->err);
	if (looks_like_json(tar, archive, reading, name, size, &bytes, &document))
		return reading->err->code;
	if (!document)
		return gb_members_add_skipped(members, name, size, GB_SKIPPED_AS_NO_JSON,
					      reading->err);
	if (!gb_members_have_room(members, name, size))
		return gb_members_add_skipped(members, name, size, GB_SKIPPED_AS_TOO_MUCH,
					      reading->err);
	if (read_data(archive, reading, size, &bytes))
		return reading->err->code;
	return gb_members_add_document(members, name, gb_bytes_span(&bytes), reading->err);
}

enum link_base { FROM_MEMBER, FROM_ROOT }; /* symbolic, hard */

static enum gpubadge_code take_link(struct tar *tar, const char *name, const char *target,
				    enum link_base base, struct gpubadge_error *err)
{
	char resolved[GB_NAME_BYTES];

	if (!gb_store_resolve(base == FROM_ROOT ? "" : name, gb_span_of(target), resolved))
		resolved[0] = '\0';
	return gb_members_add_link(&tar->members, name, resolved, err);
}

/* Notes what the names of an archive without image documents tell. */
static enum gpubadge_code note_name(struct tar *tar, const char *name, struct gpubadge_error *err)
{
	const char *slash = strchr(name, '/');

	tar->any_member = true;
	if (gb_store_is_root_name(name))
		tar->root_names = true;
	if (slash && !tar->nested &&
	    (strcmp(slash, "/index.json") == 0 || strcmp(slash, "/manifest.json") == 0))
		tar->nested = gb_arena_copy(&tar->members.arena,
					    (struct gb_span){name, (size_t)(slash - name)}, err);
	return err->code;
}

static enum gpubadge_code take_entry(struct tar *tar, struct archive *archive,
				     struct reading *reading, struct archive_entry *entry)
{
	const char *raw = archive_entry_pathname(entry);
	char name[GB_NAME_BYTES];
	la_int64_t size = archive_entry_size(entry);

	if (!raw)
		raw = archive_entry_pathname_utf8(entry);
	if (size < 0)
		return gb_error_set(reading->err, GPUBADGE_E_CORRUPT, "tar: negative size");
	if (!raw || !gb_store_normalise(gb_span_of(raw), name))
		return GPUBADGE_OK;
	if (note_name(tar, name, reading->err))
		return reading->err->code;
	if (archive_entry_hardlink(entry))
		return take_link(tar, name, archive_entry_hardlink(entry), FROM_ROOT, reading->err);
	if (archive_entry_filetype(entry) == AE_IFLNK && archive_entry_symlink(entry))
		return take_link(tar, name, archive_entry_symlink(entry), FROM_MEMBER,
				 reading->err);
	if (archive_entry_filetype(entry) == AE_IFREG)
		return take_regular(tar, archive, reading, name, (uint64_t)size);
	return gb_members_add_other(&tar->members, name, reading->err);
}

static enum gpubadge_code skipped(const struct tar *tar, const struct gb_member *member,
				  uint64_t ceiling, struct gpubadge_error *err)
{
	switch (member->reason) {
	case GB_SKIPPED_AS_TOO_LONG:
		break;
	case GB_SKIPPED_AS_TOO_MUCH:
		return gb_error_set(err, GPUBADGE_E_LIMIT,
				    "the JSON documents before it take more than the limit of "
				    "%llu bytes (kept_bytes)",
				    (unsigned long long)tar->store.limits->kept_bytes);
	case GB_SKIPPED_AS_NO_JSON:
		return gb_error_set(err, GPUBADGE_E_JSON, "%s",
				    member->size ? "is not JSON" : "is empty, not JSON");
	}
	return gb_error_set(err, GPUBADGE_E_LIMIT, "%llu bytes, longer than the limit of %llu",
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
			return gb_error_set(err, GPUBADGE_E_CORRUPT,
					    "more than %llu links in a row: a loop?",
					    (unsigned long long)store->limits->link_hops);
		member = gb_members_find(&tar->members, member->target);
	}
	if (!member && hops > 0)
		return gb_error_set(err, GPUBADGE_E_MISSING,
				    "is a link to something that is not in the archive");
	if (!member)
		return gb_error_set(err, GPUBADGE_E_MISSING, "not in the archive%s%s",
				    tar->members.forgot_names ? ", or no JSON document" : "",
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
		return gb_error_set(err, GPUBADGE_E_LIMIT,
				    "%zu bytes, longer than the limit of %llu", member->bytes.len,
				    (unsigned long long)ceiling);
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
	free(tar);
}

static const struct gb_store_ops tar_ops = {
	.read = tar_read,
	.has = tar_has,
	.next = tar_next,
	.hint = tar_hint,
	.close = tar_close,
};

/* The input is nothing that libarchive takes for a tar archive. */
static enum gpubadge_code no_archive(struct gb_span head, struct gpubadge_error *err)
{
	const char *format = gb_store_foreign_format(head);

	if (gb_store_is_tar_header(head))
		return gb_error_set(err, GPUBADGE_E_CORRUPT,
				    "tar: the first header is damaged: its checksum is wrong");
	if (format)
		return gb_error_set(err, GPUBADGE_E_NOT_IMAGE, "no container image but %s", format);
	return gb_error_set(err, GPUBADGE_E_NOT_IMAGE,
			    "no container image: neither a tar archive nor a compressed one");
}

static void free_archive(struct archive **archive)
{
	archive_read_free(*archive);
}

static void close_tar(struct tar **tar)
{
	if (*tar)
		tar_close(&(*tar)->store);
}

/* Whether the input is a tar archive at all shows with its first header. */
static enum gpubadge_code first_entry_failed(struct archive *archive, struct reading *reading,
					     struct gb_span head)
{
	const char *text = archive_error_string(archive);

	if (!reading->err->code && text && strstr(text, "Unrecognized archive format"))
		return no_archive(head, reading->err);
	return archive_failed(archive, reading);
}

/* Without its record a member may have another name or size, and readers disagree on which.
 * libarchive only warns, and says what of in its message alone. */
static enum gpubadge_code check_warning(struct archive *archive, struct archive_entry *entry,
					struct reading *reading)
{
	const char *text = archive_error_string(archive);
	const char *name = archive_entry_pathname(entry);

	if (!text || (!strcasestr(text, "malformed pax") && !strcasestr(text, "invalid pax")))
		return GPUBADGE_OK;
	return gb_error_set(reading->err, GPUBADGE_E_CORRUPT,
			    "tar: the PAX header of member %s is malformed", name ? name : "?");
}

/* POSIX ends an archive with two blocks of zeros; libarchive stops behind the first. */
static enum gpubadge_code check_end(struct tar *tar, struct archive *archive,
				    const struct reading *reading)
{
	la_int64_t end = archive_filter_bytes(archive, -1);
	struct gb_span rest;

	if (end - archive_read_header_position(archive) != BLOCK_BYTES)
		return GPUBADGE_OK;
	if (gb_source_peek(reading->source, &rest, reading->err))
		return reading->err->code;
	tar->cut = rest.len > 0 || reading->bytes > (uint64_t)end;
	return GPUBADGE_OK;
}

static enum gpubadge_code take_all(struct tar *tar, struct archive *archive,
				   struct reading *reading, struct gb_span head)
{
	for (bool first = true;; first = false) {
		struct archive_entry *entry;
		int result;

		reading->in_header = true;
		reading->header_bytes = 0;
		result = archive_read_next_header(archive, &entry);
		reading->in_header = false;

		/* libarchive takes a failing source for the end where an archive may end. */
		if (reading->err->code)
			return reading->err->code;
		if (result == ARCHIVE_EOF)
			return check_end(tar, archive, reading);
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			return first ? first_entry_failed(archive, reading, head)
				     : archive_failed(archive, reading);
		if (result == ARCHIVE_WARN && check_warning(archive, entry, reading))
			return reading->err->code;
		if (take_entry(tar, archive, reading, entry))
			return reading->err->code;
		/* Now, so that what the next header reads is headers alone. */
		if (archive_read_data_skip(archive) < ARCHIVE_WARN || reading->err->code)
			return archive_failed(archive, reading);
	}
}

enum gpubadge_code gb_store_open_tar(struct gb_source *source, const struct gpubadge_limits *limits,
				     struct gb_store **ret_store, struct gpubadge_error *err)
{
	struct reading reading = {.source = source, .err = err};
	GB_CLEANUP(free_archive) struct archive *archive = archive_read_new();
	GB_CLEANUP(close_tar) struct tar *tar = calloc(1, sizeof(*tar));
	char head[GB_SOURCE_HEAD];
	struct gb_span start;

	if (!archive || !tar)
		return gb_error_set_nomem(err);
	tar->store.ops = &tar_ops;
	tar->store.limits = limits;
	gb_members_init(&tar->members, limits);
	if (gb_source_peek(source, &start, err))
		return err->code;
	if (start.len == 0)
		return gb_error_set(err, GPUBADGE_E_NOT_IMAGE, "is empty");
	/* The chunk is gone by the time the first header turns out to be none. */
	start.len = start.len < sizeof(head) ? start.len : sizeof(head);
	memcpy(head, start.ptr, start.len);
	start.ptr = head;

	/* Nothing but memory can be missing here. */
	if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
	    archive_read_set_read_callback(archive, read_callback) != ARCHIVE_OK ||
	    archive_read_set_skip_callback(archive, skip_callback) != ARCHIVE_OK ||
	    archive_read_set_callback_data(archive, &reading) != ARCHIVE_OK)
		return gb_error_set_nomem(err);
	if (archive_read_open1(archive) != ARCHIVE_OK)
		return first_entry_failed(archive, &reading, start);
	if (take_all(tar, archive, &reading, start) || gb_source_drain(source, err))
		return err->code;
	gb_members_sort(&tar->members);
	*ret_store = &tar->store;
	tar = NULL;
	return GPUBADGE_OK;
}
