/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/host-sources.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/gb-bytes.h"
#include "require/version.h"

/* The driver's files are some hundred bytes long, and what is wanted is in their first line. */
#define FILE_BYTES ((size_t)64 * 1024)

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static enum gpubadge_code read_all(int fd, struct gb_bytes *content, struct gpubadge_error *err)
{
	while (content->len < FILE_BYTES) {
		char *room = gb_bytes_reserve(content, FILE_BYTES - content->len);
		ssize_t got = room ? read(fd, room, FILE_BYTES - content->len) : 0;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot read");
		if (got == 0)
			break;
		gb_bytes_commit(content, (size_t)got);
	}
	return gb_bytes_check(content, err);
}

/* At most FILE_BYTES of the file NAME in DIRECTORY; nothing if it is not there. */
static enum gpubadge_code read_file(int directory, const char *name, struct gb_bytes *content,
				    struct gpubadge_error *err)
{
	GB_CLEANUP(close_fd) int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return GPUBADGE_OK;
	if (fd < 0)
		gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot open");
	if (fd < 0 || read_all(fd, content, err))
		return gb_error_wrap(err, "%s", name);
	return GPUBADGE_OK;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static struct gb_span trim(struct gb_span text)
{
	while (text.len > 0 && is_blank(text.ptr[0]))
		text = gb_span_from(text, 1);
	while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

/* What stands after LABEL in the line that starts with it; absent if none does. */
static struct gb_span labelled(struct gb_span text, const char *label)
{
	struct gb_span line;

	while (gb_span_split(&text, '\n', &line))
		if (gb_span_starts(line, label))
			return trim(gb_span_from(line, gb_span_of(label).len));
	return (struct gb_span){NULL, 0};
}

/* The first word with a dot that is a version, in either wording of the driver:
 *   NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024
 *   NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (...)  Sun Jul 27 ...
 * A development build has "TempVersion" there, and no such word. */
static struct gb_span find_version(struct gb_span text)
{
	struct gb_span word;

	while (gb_span_split(&text, ' ', &word))
		if (gb_version_is_valid(word) && gb_span_index(word, '.') < word.len)
			return word;
	return (struct gb_span){NULL, 0};
}

static enum gpubadge_code keep(struct gb_arena *arena, struct gb_span found, struct gb_span *kept,
			       struct gpubadge_error *err)
{
	const char *text = gb_arena_copy(arena, found, err);

	if (!text)
		return err->code;
	*kept = (struct gb_span){text, found.len};
	return GPUBADGE_OK;
}

static enum gpubadge_code read_driver(int directory, struct gb_arena *arena,
				      struct gb_server *server, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = gb_bytes_init(FILE_BYTES);
	struct gb_span version;

	if (read_file(directory, "version", &content, err))
		return err->code;
	version = find_version(labelled(gb_bytes_span(&content), "NVRM version:"));
	return version.ptr ? keep(arena, version, &server->driver, err) : GPUBADGE_OK;
}

/* The product of the GPU whose directory is NAME in GPUS; one that nobody has used yet may have
 * no name, or "Unknown". */
static enum gpubadge_code read_gpu(int gpus, const char *name, struct gb_arena *arena,
				   struct gb_gpu *gpu, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = gb_bytes_init(FILE_BYTES);
	GB_CLEANUP(close_fd) int fd = openat(gpus, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct gb_span model;

	if (fd < 0)
		gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot open");
	if (fd < 0 || read_file(fd, "information", &content, err))
		return gb_error_wrap(err, "%s", name);
	model = labelled(gb_bytes_span(&content), "Model:");
	if (model.len == 0 || gb_span_is(model, "Unknown"))
		return GPUBADGE_OK;
	return keep(arena, model, &gpu->product, err);
}

static enum gpubadge_code list_gpus(DIR *directory, struct gb_arena *arena,
				    struct gb_server *server, struct gpubadge_error *err)
{
	struct gb_gpu *gpus = NULL;
	size_t count = 0, capacity = 0;

	for (;;) {
		struct dirent *entry;

		errno = 0;
		entry = readdir(directory);
		if (!entry && errno)
			return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot read");
		if (!entry)
			break;
		if (entry->d_name[0] == '.')
			continue;
		if (count == GB_HOST_GPUS)
			return gb_error_set(err, GPUBADGE_E_IO,
					    "more than the %d GPUs that a machine may have",
					    GB_HOST_GPUS);
		gpus = gb_arena_grow(arena, gpus, count, &capacity, sizeof(*gpus), err);
		if (!gpus || read_gpu(dirfd(directory), entry->d_name, arena, &gpus[count], err))
			return err->code;
		count++;
	}
	server->gpus = gpus;
	server->gpu_count = count;
	server->gpus_known = true;
	return GPUBADGE_OK;
}

/* Where the GPU is part of the processor the driver has no directory of GPUs: what there is, is
 * not known then. */
static enum gpubadge_code read_gpus(int directory, struct gb_arena *arena, struct gb_server *server,
				    struct gpubadge_error *err)
{
	GB_CLEANUP(close_directory) DIR *gpus = NULL;
	GB_CLEANUP(close_fd) int fd = openat(directory, "gpus", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return GPUBADGE_OK;
	gpus = fd < 0 ? NULL : fdopendir(fd);
	if (!gpus)
		gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot open");
	else
		fd = -1; /* it is the stream's now */
	if (!gpus || list_gpus(gpus, arena, server, err))
		return gb_error_wrap(err, "gpus");
	return GPUBADGE_OK;
}

enum gpubadge_code gb_host_read_proc(const char *directory, struct gb_arena *arena,
				     struct gb_server *server, bool *ret_loaded,
				     struct gpubadge_error *err)
{
	GB_CLEANUP(close_fd) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct gb_server read = *server;

	if (fd < 0 && errno == ENOENT) {
		*ret_loaded = false;
		return GPUBADGE_OK;
	}
	if (fd < 0)
		gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot open");
	if (fd < 0 || read_driver(fd, arena, &read, err) || read_gpus(fd, arena, &read, err))
		return gb_error_wrap(err, "%s", directory);
	*server = read;
	*ret_loaded = true;
	return GPUBADGE_OK;
}
