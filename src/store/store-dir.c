/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gb-bytes.h"
#include "base/gb-limits.h"
#include "store/store-ops.h"

/* O_NONBLOCK: a FIFO planted in a layout must not hang the reader. */
#define OPEN_MEMBER (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

#define READ_BYTES ((size_t)64 * 1024)

/* Subdirectories looked into for a layout one directory down. */
#define HINT_ENTRIES 1000

/* A document that was read, kept so that its bytes stay valid and count towards the limit. */
struct document {
	struct document *next;
	struct gb_bytes bytes;
};

struct directory {
	struct gb_store store;
	int fd;
	struct document *documents;
	uint64_t kept;
	char example[256];
};

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Opens NAME below DIRFD for reading, component by component, and follows no symbolic link:
 * openat2(2) is missing before Linux 5.6 and in many sandboxes. What stands there is looked at
 * before it is opened, because to open a device may set something off. Where a link is in the
 * way: ELOOP, and the name up to it has *RET_LINK bytes. */
static int open_plain(int dirfd, const char *name, size_t *ret_link)
{
	GB_CLEANUP(close_fd) int parent = -1;
	char component[GB_NAME_BYTES];

	*ret_link = strlen(name);
	for (const char *rest = name;;) {
		GB_CLEANUP(close_fd) int next = -1;
		size_t len = strcspn(rest, "/");
		int at = parent >= 0 ? parent : dirfd;
		struct stat status;

		memcpy(component, rest, len);
		component[len] = '\0';
		next = openat(at, component, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 || fstat(next, &status) < 0)
			return -1;
		if (S_ISLNK(status.st_mode)) {
			*ret_link = (size_t)(rest - name) + len;
			errno = ELOOP;
			return -1;
		}
		if (rest[len] == '\0' && S_ISREG(status.st_mode))
			return openat(at, component, OPEN_MEMBER | O_NOFOLLOW);
		if (rest[len] == '\0' || !S_ISDIR(status.st_mode)) {
			errno = rest[len] == '\0' ? ENXIO : ENOTDIR;
			return -1;
		}
		close_fd(&parent);
		parent = next;
		next = -1;
		rest += len + 1;
	}
}

/* Replaces the link that the first LINK bytes of PATH name by what it points to. False with EXDEV
 * if that leads out of the directory. */
static bool follow_link(int dirfd, char path[GB_NAME_BYTES], size_t link)
{
	char name[GB_NAME_BYTES], target[GB_NAME_BYTES], resolved[GB_NAME_BYTES];
	ssize_t size;
	int length;

	memcpy(name, path, link);
	name[link] = '\0';
	size = readlinkat(dirfd, name, target, sizeof(target));
	if (size < 0)
		return false;
	errno = EXDEV;
	if (target[0] == '/' ||
	    !gb_store_resolve(name, (struct gb_span){target, (size_t)size}, resolved))
		return false;
	memmove(name, path + link, strlen(path + link) + 1);
	length = snprintf(path, GB_NAME_BYTES, "%s%s", resolved, name);
	return length >= 0 && length < GB_NAME_BYTES;
}

/* Opens NAME; links are followed as long as they stay in the directory. */
static int open_inside(const struct directory *directory, const char *name)
{
	char path[GB_NAME_BYTES];
	size_t link = 0;

	strcpy(path, name);
	for (uint64_t hops = 0;; hops++) {
		int fd = open_plain(directory->fd, path, &link);

		if (fd >= 0 || errno != ELOOP || hops == directory->store.limits->link_hops)
			return fd;
		if (!follow_link(directory->fd, path, link))
			return -1;
	}
}

/* Opens NAME wherever links lead, for a caller that compares digests. */
static int open_anywhere(const struct directory *directory, const char *name)
{
	struct stat status;

	if (fstatat(directory->fd, name, &status, 0) < 0)
		return -1;
	if (!S_ISREG(status.st_mode)) {
		errno = ENXIO;
		return -1;
	}
	return openat(directory->fd, name, OPEN_MEMBER);
}

static int open_member(const struct directory *directory, const char *name, enum gb_link_rule links)
{
	switch (links) {
	case GB_LINKS_VERIFIED:
		return open_anywhere(directory, name);
	case GB_LINKS_INSIDE:
		break;
	}
	return open_inside(directory, name);
}

static enum gpubadge_code open_failed(int number, struct gpubadge_error *err)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return gb_error_set(err, GPUBADGE_E_MISSING, "not in the directory");
	case EXDEV:
		return gb_error_set(
			err, GPUBADGE_E_CORRUPT,
			"is a symbolic link that leads out of the directory, which only "
			"blobs whose digest is known may do");
	case ELOOP:
		return gb_error_set(err, GPUBADGE_E_CORRUPT,
				    "too many symbolic links in a row: a loop? (--limit "
				    "link_hops=N raises the limit)");
	case ENXIO:
		return gb_error_set(err, GPUBADGE_E_CORRUPT, "is not a regular file");
	default:
		return gb_error_set_errno(err, GPUBADGE_E_IO, number, "cannot open");
	}
}

/* Reads FD to its end, one byte past the ceiling at most. */
static enum gpubadge_code read_all(int fd, struct gb_bytes *bytes, struct gpubadge_error *err)
{
	for (;;) {
		size_t room = bytes->ceiling - bytes->len;
		char *place = gb_bytes_reserve(bytes, room < READ_BYTES ? room : READ_BYTES);
		char over;
		ssize_t got;

		if (!place)
			return gb_bytes_check(bytes, err);
		/* At the ceiling one more byte tells whether the file ends there. */
		got = room > 0 ? read(fd, place, room < READ_BYTES ? room : READ_BYTES)
			       : read(fd, &over, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot read");
		if (got == 0)
			return GPUBADGE_OK;
		if (room == 0) {
			bytes->failure = GPUBADGE_E_LIMIT;
			return gb_bytes_check(bytes, err);
		}
		gb_bytes_commit(bytes, (size_t)got);
	}
}

/* The documents before it leave too little of what all of them may take. */
static void used_up(const struct gpubadge_limits *limits, struct gpubadge_error *err)
{
	gb_error_clear(err);
	gb_limit_exceeded(err, "kept_bytes",
			  "with the documents before it longer than the limit of %llu bytes",
			  (unsigned long long)limits->kept_bytes);
}

static enum gpubadge_code directory_read(struct gb_store *store, const char *name,
					 enum gb_link_rule links, uint64_t ceiling,
					 struct gb_span *ret_bytes, struct gpubadge_error *err)
{
	struct directory *directory = (struct directory *)store;
	uint64_t left = store->limits->kept_bytes - directory->kept;
	struct document *document;
	struct stat status;
	GB_CLEANUP(close_fd) int fd = open_member(directory, name, links);

	if (fd < 0)
		return open_failed(errno, err);
	if (fstat(fd, &status) < 0)
		return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot stat");
	if (!S_ISREG(status.st_mode))
		return gb_error_set(err, GPUBADGE_E_CORRUPT, "is not a regular file");
	document = calloc(1, sizeof(*document));
	if (!document)
		return gb_error_set_nomem(err);
	document->bytes = gb_bytes_init(ceiling < left ? ceiling : left);
	document->bytes.limit = "document_bytes";
	if (read_all(fd, &document->bytes, err)) {
		if (document->bytes.failure == GPUBADGE_E_LIMIT && left < ceiling)
			used_up(store->limits, err);
		gb_bytes_done(&document->bytes);
		free(document);
		return err->code;
	}
	document->next = directory->documents;
	directory->documents = document;
	directory->kept += document->bytes.len;
	*ret_bytes = gb_bytes_span(&document->bytes);
	return GPUBADGE_OK;
}

static bool directory_has(struct gb_store *store, const char *name)
{
	const struct directory *directory = (const struct directory *)store;
	struct stat status;

	return fstatat(directory->fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static const char *directory_next(struct gb_store *store, size_t *cursor)
{
	(void)store;
	(void)cursor;
	return NULL;
}

/* Fills directory->example with a subdirectory that holds an image. */
static bool find_nested(struct directory *directory)
{
	int fd = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
	bool found = false;
	struct dirent *entry;

	if (!listing) {
		close_fd(&fd);
		return false;
	}
	for (int i = 0; i < HINT_ENTRIES && !found && (entry = readdir(listing)); i++) {
		GB_CLEANUP(close_fd) int child = -1;
		struct stat status;

		if (entry->d_name[0] == '.')
			continue;
		child = openat(directory->fd, entry->d_name,
			       O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		found = child >= 0 &&
			(fstatat(child, "index.json", &status, AT_SYMLINK_NOFOLLOW) == 0 ||
			 fstatat(child, "manifest.json", &status, AT_SYMLINK_NOFOLLOW) == 0);
		if (found)
			strcpy(directory->example, entry->d_name);
	}
	closedir(listing);
	return found;
}

static bool is_empty(const struct directory *directory)
{
	int fd = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool empty = true;

	if (!listing) {
		close_fd(&fd);
		return false;
	}
	while (empty && (entry = readdir(listing)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(listing);
	return empty;
}

static enum gb_store_hint directory_hint(struct gb_store *store, const char **ret_example)
{
	struct directory *directory = (struct directory *)store;

	if (find_nested(directory)) {
		*ret_example = directory->example;
		return GB_HINT_NESTED;
	}
	if (directory_has(store, "etc") && directory_has(store, "usr"))
		return GB_HINT_ROOT_FILESYSTEM;
	return is_empty(directory) ? GB_HINT_EMPTY : GB_HINT_NONE;
}

static void directory_close(struct gb_store *store)
{
	struct directory *directory = (struct directory *)store;

	while (directory->documents) {
		struct document *next = directory->documents->next;

		gb_bytes_done(&directory->documents->bytes);
		free(directory->documents);
		directory->documents = next;
	}
	free(directory);
}

static const struct gb_store_ops directory_ops = {
	.read = directory_read,
	.has = directory_has,
	.next = directory_next,
	.hint = directory_hint,
	.close = directory_close,
};

enum gpubadge_code gb_store_open_directory(int dirfd, const struct gpubadge_limits *limits,
					   struct gb_store **ret_store, struct gpubadge_error *err)
{
	struct directory *directory = calloc(1, sizeof(*directory));

	if (!directory)
		return gb_error_set_nomem(err);
	directory->store.ops = &directory_ops;
	directory->store.limits = limits;
	directory->fd = dirfd;
	*ret_store = &directory->store;
	return GPUBADGE_OK;
}
