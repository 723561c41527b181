/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tar-reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "store/foreign-format.h"

/* PAX headers end at 1 MiB in libarchive, maps of sparse members do not; it keeps a list of
 * their pieces that is ten times as large. */
#define HEADER_BYTES ((uint64_t)2 << 20)

#define BLOCK_BYTES 512

struct gb_tar_reader {
	struct archive *archive;
	struct gb_source *source;
	/* Of the call that runs: errors of the source travel here, around libarchive. */
	struct gpubadge_error *err;
	bool in_header;        /* libarchive parses headers, it does not skip content */
	uint64_t header_bytes; /* read while it did, for one member */
	uint64_t bytes;        /* handed to libarchive or skipped for it */
	bool first;            /* no member was found so far */
	bool cut;
	size_t head_bytes;
	char head[GB_SOURCE_HEAD]; /* the start of the input, for what is no archive */
};

static la_ssize_t read_callback(struct archive *archive, void *client, const void **ret_block)
{
	struct gb_tar_reader *reader = client;
	struct gb_span chunk;

	if (gb_source_next(reader->source, &chunk, reader->err)) {
		archive_set_error(archive, EIO, "source");
		return ARCHIVE_FATAL;
	}
	reader->header_bytes += reader->in_header ? chunk.len : 0;
	if (reader->header_bytes > HEADER_BYTES) {
		gb_error_set(reader->err, GPUBADGE_E_LIMIT,
			     "tar: the headers of a member take more than the limit of %llu "
			     "bytes, which cannot be raised",
			     (unsigned long long)HEADER_BYTES);
		archive_set_error(archive, EIO, "headers");
		return ARCHIVE_FATAL;
	}
	reader->bytes += chunk.len;
	*ret_block = chunk.ptr;
	return (la_ssize_t)chunk.len;
}

static la_int64_t skip_callback(struct archive *archive, void *client, la_int64_t request)
{
	struct gb_tar_reader *reader = client;
	uint64_t skipped;

	if (gb_source_skip(reader->source, (uint64_t)request, &skipped, reader->err)) {
		archive_set_error(archive, EIO, "source");
		return ARCHIVE_FATAL;
	}
	reader->bytes += skipped;
	return (la_int64_t)skipped;
}

/* libarchive tells kinds of damage apart in its messages alone. */
static enum gpubadge_code failed(const struct gb_tar_reader *reader)
{
	const char *text = archive_error_string(reader->archive);

	if (reader->err->code)
		return reader->err->code;
	if (archive_errno(reader->archive) == ENOMEM)
		return gb_error_set_nomem(reader->err);
	if (!text)
		text = "damaged";
	if (strcasestr(text, "truncated"))
		return gb_error_set(reader->err, GPUBADGE_E_TRUNCATED,
				    "the archive ends too early; was the transfer complete?");
	if (strcasestr(text, "too large"))
		return gb_error_set(reader->err, GPUBADGE_E_LIMIT,
				    "tar: %s: longer than 1 MiB, which cannot be raised", text);
	return gb_error_set(reader->err, GPUBADGE_E_CORRUPT, "tar: %s", text);
}

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

/* Whether the input is a tar archive at all shows with its first header. */
static enum gpubadge_code first_failed(const struct gb_tar_reader *reader)
{
	const char *text = archive_error_string(reader->archive);

	if (!reader->err->code && text && strstr(text, "Unrecognized archive format"))
		return no_archive((struct gb_span){reader->head, reader->head_bytes}, reader->err);
	return failed(reader);
}

/* Without its record a member may have another name or size, and readers disagree on which.
 * libarchive only warns, and says what of in its message alone. */
static enum gpubadge_code check_warning(const struct gb_tar_reader *reader,
					struct archive_entry *entry)
{
	const char *text = archive_error_string(reader->archive);
	const char *name = archive_entry_pathname(entry);

	if (!text || (!strcasestr(text, "malformed pax") && !strcasestr(text, "invalid pax")))
		return GPUBADGE_OK;
	return gb_error_set(reader->err, GPUBADGE_E_CORRUPT,
			    "tar: the PAX header of member %s is malformed", name ? name : "?");
}

/* POSIX ends an archive with two blocks of zeros; libarchive stops behind the first. */
static enum gpubadge_code check_end(struct gb_tar_reader *reader)
{
	la_int64_t end = archive_filter_bytes(reader->archive, -1);
	struct gb_span rest;

	if (end - archive_read_header_position(reader->archive) != BLOCK_BYTES)
		return GPUBADGE_OK;
	if (gb_source_peek(reader->source, &rest, reader->err))
		return reader->err->code;
	reader->cut = rest.len > 0 || reader->bytes > (uint64_t)end;
	return GPUBADGE_OK;
}

static void free_reader(struct gb_tar_reader *reader)
{
	archive_read_free(reader->archive);
	free(reader);
}

void gb_tar_reader_closep(struct gb_tar_reader **reader)
{
	if (*reader)
		free_reader(*reader);
}

static enum gpubadge_code open_archive(struct gb_tar_reader *reader)
{
	struct archive *archive = reader->archive;

	/* Nothing but memory can be missing here. */
	if (!archive || archive_read_support_format_tar(archive) != ARCHIVE_OK ||
	    archive_read_set_read_callback(archive, read_callback) != ARCHIVE_OK ||
	    archive_read_set_skip_callback(archive, skip_callback) != ARCHIVE_OK ||
	    archive_read_set_callback_data(archive, reader) != ARCHIVE_OK)
		return gb_error_set_nomem(reader->err);
	return archive_read_open1(archive) == ARCHIVE_OK ? GPUBADGE_OK : first_failed(reader);
}

enum gpubadge_code gb_tar_reader_open(struct gb_source *source, struct gb_tar_reader **ret_reader,
				      struct gpubadge_error *err)
{
	GB_CLEANUP(gb_tar_reader_closep)
	struct gb_tar_reader *reader = calloc(1, sizeof(*reader));
	struct gb_span start;

	if (!reader)
		return gb_error_set_nomem(err);
	*reader = (struct gb_tar_reader){.source = source, .err = err, .first = true};
	if (gb_source_peek(source, &start, err))
		return err->code;
	if (start.len == 0)
		return gb_error_set(err, GPUBADGE_E_NOT_IMAGE, "is empty");
	/* The chunk is gone by the time the first header turns out to be none. */
	reader->head_bytes = start.len < sizeof(reader->head) ? start.len : sizeof(reader->head);
	memcpy(reader->head, start.ptr, reader->head_bytes);
	reader->archive = archive_read_new();
	if (open_archive(reader))
		return err->code;
	*ret_reader = reader;
	reader = NULL;
	return GPUBADGE_OK;
}

/* Passes over what is left of the member before, so that what the next header reads is headers
 * alone, and parses that header. */
static int next_header(struct gb_tar_reader *reader, struct archive_entry **ret_entry)
{
	int result;

	if (!reader->first && archive_read_data_skip(reader->archive) < ARCHIVE_WARN)
		return ARCHIVE_FATAL;
	reader->in_header = true;
	reader->header_bytes = 0;
	result = archive_read_next_header(reader->archive, ret_entry);
	reader->in_header = false;
	return result;
}

static enum gpubadge_code fill_entry(struct archive_entry *from, struct gb_tar_entry *to,
				     struct gpubadge_error *err)
{
	la_int64_t size = archive_entry_size(from);

	if (size < 0)
		return gb_error_set(err, GPUBADGE_E_CORRUPT, "tar: negative size");
	*to = (struct gb_tar_entry){
		.name = archive_entry_pathname(from),
		.link = archive_entry_hardlink(from),
		.size = (uint64_t)size,
		.kind = GB_TAR_OTHER,
	};
	if (!to->name)
		to->name = archive_entry_pathname_utf8(from);
	if (to->link)
		to->kind = GB_TAR_HARD_LINK;
	else if (archive_entry_filetype(from) == AE_IFREG)
		to->kind = GB_TAR_REGULAR;
	else if (archive_entry_filetype(from) == AE_IFLNK)
		to->link = archive_entry_symlink(from);
	if (to->link && to->kind == GB_TAR_OTHER)
		to->kind = GB_TAR_SYMBOLIC_LINK;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_tar_reader_next(struct gb_tar_reader *reader, struct gb_tar_entry *ret_entry,
				      bool *ret_found, struct gpubadge_error *err)
{
	struct archive_entry *entry;
	int result;

	reader->err = err;
	result = next_header(reader, &entry);
	/* libarchive takes a failing source for the end where an archive may end. */
	if (err->code)
		return err->code;
	*ret_found = result != ARCHIVE_EOF;
	if (result == ARCHIVE_EOF)
		return check_end(reader);
	if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
		return reader->first ? first_failed(reader) : failed(reader);
	reader->first = false;
	if (result == ARCHIVE_WARN && check_warning(reader, entry))
		return err->code;
	return fill_entry(entry, ret_entry, err);
}

enum gpubadge_code gb_tar_reader_read(struct gb_tar_reader *reader, size_t limit,
				      struct gb_bytes *bytes, struct gpubadge_error *err)
{
	reader->err = err;
	while (bytes->len < limit) {
		size_t want = limit - bytes->len;
		char *place = gb_bytes_reserve(bytes, want < 65536 ? want : 65536);
		la_ssize_t got;

		if (!place)
			return gb_bytes_check(bytes, err);
		got = archive_read_data(reader->archive, place, want < 65536 ? want : 65536);
		if (got < 0 || err->code)
			return failed(reader);
		if (got == 0)
			break;
		gb_bytes_commit(bytes, (size_t)got);
	}
	return GPUBADGE_OK;
}

bool gb_tar_reader_was_cut(const struct gb_tar_reader *reader)
{
	return reader->cut;
}
