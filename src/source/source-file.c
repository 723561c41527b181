/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/source-ops.h"

/* A pipe is emptied in large reads; of a file, where most bytes are sought over, little more
 * than the headers is wanted. Page aligned: reads to addresses just past a page boundary are
 * several times slower on some processors. */
#define PIPE_BUFFER ((size_t)128 * 1024)
#define FILE_BUFFER ((size_t)64 * 1024)
#define PAGE ((size_t)4096)

struct file {
	struct gb_source source;
	int fd;
	bool seekable;
	uint64_t size; /* of a seekable file when it was opened */
	uint64_t offset;
	char *buffer;
	size_t capacity;
};

static enum gpubadge_code file_next(struct gb_source *source, struct gb_span *ret_chunk,
				    struct gpubadge_error *err)
{
	struct file *file = (struct file *)source;
	size_t used = 0;

	while (used < GB_SOURCE_HEAD) {
		ssize_t got = read(file->fd, file->buffer + used, file->capacity - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot read");
		if (got == 0)
			break;
		used += (size_t)got;
	}
	file->offset += used;
	*ret_chunk = (struct gb_span){file->buffer, used};
	return GPUBADGE_OK;
}

static enum gpubadge_code file_skip(struct gb_source *source, uint64_t count, uint64_t *ret_skipped,
				    struct gpubadge_error *err)
{
	struct file *file = (struct file *)source;
	uint64_t left = file->size > file->offset ? file->size - file->offset : 0;

	if (!file->seekable)
		count = 0;
	if (count > left)
		count = left;
	if (count > 0 && lseek(file->fd, (off_t)count, SEEK_CUR) < 0)
		return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot seek");
	file->offset += count;
	*ret_skipped = count;
	return GPUBADGE_OK;
}

static void file_close(struct gb_source *source)
{
	struct file *file = (struct file *)source;

	free(file->buffer);
	free(file);
}

static const struct gb_source_ops file_ops = {
	.next = file_next,
	.skip = file_skip,
	.close = file_close,
};

void gb_source_discard(int fd)
{
	char buffer[16384];
	struct stat status;
	ssize_t got;

	if (fstat(fd, &status) < 0 || S_ISREG(status.st_mode))
		return;
	do {
		got = read(fd, buffer, sizeof(buffer));
	} while (got > 0 || (got < 0 && errno == EINTR));
}

enum gpubadge_code gb_source_new_file(int fd, struct gb_source **ret_source,
				      struct gpubadge_error *err)
{
	struct stat status;
	struct file *file;
	off_t offset;

	if (fstat(fd, &status) < 0)
		return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot stat");
	file = calloc(1, sizeof(*file));
	if (!file)
		return gb_error_set_nomem(err);
	offset = S_ISREG(status.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
	file->source.ops = &file_ops;
	file->fd = fd;
	file->seekable = offset >= 0;
	if (file->seekable) {
		file->size = (uint64_t)status.st_size;
		file->offset = (uint64_t)offset;
	}
	file->capacity = file->seekable ? FILE_BUFFER : PIPE_BUFFER;
	file->buffer = aligned_alloc(PAGE, file->capacity);
	if (!file->buffer) {
		free(file);
		return gb_error_set_nomem(err);
	}
	*ret_source = &file->source;
	return GPUBADGE_OK;
}
