/* SPDX-License-Identifier: Apache-2.0 */
#include "source/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/source-ops.h"

/* Aligned as in source-file.c. */
#define BUFFER_BYTES ((size_t)128 * 1024)
#define PAGE ((size_t)4096)

/* Below that a read with the bytes behind it is cheaper than a call of its own. */
#define MOVE_LEAST ((uint64_t)64 * 1024)
#define MOVE_MOST ((uint64_t)1 << 30)

/* What Linux gives without privileges; the usual 64 KiB cost a change of processes each. */
#define PIPE_BYTES (1 << 20)

/* A way of the kernel's to hand bytes on, until it turns out that it does not do it here. */
struct way {
	ssize_t (*transfer)(int from, int to, size_t count);
	bool works;
};

struct gb_copy {
	struct gb_source source;
	int from;
	int to;
	const char *name;
	struct way duplicate; /* bytes are in TO, and still to be read from FROM */
	struct way move;
	bool unreadable;
	struct gpubadge_error failure; /* of TO */
	char *buffer;
};

static ssize_t transfer_tee(int from, int to, size_t count)
{
	return tee(from, to, count, 0);
}

static ssize_t transfer_splice(int from, int to, size_t count)
{
	return splice(from, NULL, to, NULL, count, SPLICE_F_MOVE);
}

static void await(int fd, short events)
{
	struct pollfd wanted = {.fd = fd, .events = events};

	poll(&wanted, 1, -1);
}

/* How many bytes WAY transferred, COUNT at most. 0 at the end of the input and where the kernel
 * has no such way between these descriptors; reading and writing then tell which it was, and what
 * is wrong. */
static size_t transfer(const struct gb_copy *copy, struct way *way, size_t count)
{
	while (way->works) {
		ssize_t got = way->transfer(copy->from, copy->to, count);

		if (got >= 0)
			return (size_t)got;
		if (errno == EAGAIN) {
			await(copy->from, POLLIN);
			await(copy->to, POLLOUT);
		} else if (errno != EINTR) {
			way->works = false;
		}
	}
	return 0;
}

static enum gpubadge_code fail_writing(struct gb_copy *copy, int number, struct gpubadge_error *err)
{
	gb_error_set(err, GPUBADGE_E_IO, "%s: %s; what was passed on is not complete", copy->name,
		     strerror(number));
	err->sys_errno = number;
	copy->failure = *err;
	return GPUBADGE_E_IO;
}

static enum gpubadge_code write_all(struct gb_copy *copy, const char *bytes, size_t size,
				    struct gpubadge_error *err)
{
	while (size > 0) {
		ssize_t written = write(copy->to, bytes, size);

		if (written < 0 && errno == EAGAIN)
			await(copy->to, POLLOUT);
		else if (written < 0 && errno != EINTR)
			return fail_writing(copy, errno, err);
		if (written < 0)
			continue;
		bytes += written;
		size -= (size_t)written;
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code read_some(struct gb_copy *copy, char *place, size_t size, size_t *ret_got,
				    struct gpubadge_error *err)
{
	ssize_t got;

	while ((got = read(copy->from, place, size)) < 0) {
		if (errno == EAGAIN) {
			await(copy->from, POLLIN);
		} else if (errno != EINTR) {
			copy->unreadable = true;
			return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot read");
		}
	}
	*ret_got = (size_t)got;
	return GPUBADGE_OK;
}

/* Takes up to SIZE bytes to PLACE and passes them on; 0 at the end. */
static enum gpubadge_code take(struct gb_copy *copy, char *place, size_t size, size_t *ret_got,
			       struct gpubadge_error *err)
{
	size_t ready = transfer(copy, &copy->duplicate, size);
	size_t used = 0;
	size_t got = 1;

	/* What is in TO already waits in FROM: these reads do not block. */
	while (used < ready && got > 0) {
		if (read_some(copy, place + used, ready - used, &got, err))
			return err->code;
		used += got;
	}
	if (used < ready) {
		copy->unreadable = true;
		return gb_error_set(err, GPUBADGE_E_IO,
				    "cannot read: another program reads from the same pipe");
	}
	if (ready == 0 &&
	    (read_some(copy, place, size, &used, err) || write_all(copy, place, used, err)))
		return err->code;
	*ret_got = used;
	return GPUBADGE_OK;
}

static enum gpubadge_code copy_next(struct gb_source *source, struct gb_span *ret_chunk,
				    struct gpubadge_error *err)
{
	struct gb_copy *copy = (struct gb_copy *)source;
	size_t used = 0;
	size_t got = 1;

	while (used < GB_SOURCE_HEAD && got > 0) {
		if (take(copy, copy->buffer + used, BUFFER_BYTES - used, &got, err))
			return err->code;
		used += got;
	}
	*ret_chunk = (struct gb_span){copy->buffer, used};
	return GPUBADGE_OK;
}

static enum gpubadge_code copy_skip(struct gb_source *source, uint64_t count, uint64_t *ret_skipped,
				    struct gpubadge_error *err)
{
	struct gb_copy *copy = (struct gb_copy *)source;
	uint64_t skipped = 0;
	size_t moved = 1;

	(void)err;
	while (count >= MOVE_LEAST && skipped < count && moved > 0) {
		uint64_t left = count - skipped;

		moved = transfer(copy, &copy->move, left < MOVE_MOST ? left : MOVE_MOST);
		skipped += moved;
	}
	*ret_skipped = skipped;
	return GPUBADGE_OK;
}

/* Nothing: it belongs to who made the copy. */
static void copy_close(struct gb_source *source)
{
	(void)source;
}

static const struct gb_source_ops copy_ops = {
	.next = copy_next,
	.skip = copy_skip,
	.close = copy_close,
};

static void widen_pipe(int fd)
{
	/* Fails on what is no pipe, and where an administrator set a lower limit. */
	int size = fcntl(fd, F_GETPIPE_SZ);

	if (size > 0 && size < PIPE_BYTES)
		fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES);
}

enum gpubadge_code gb_copy_new(int from, int to, const char *name, struct gb_copy **ret_copy,
			       struct gpubadge_error *err)
{
	int flags = fcntl(to, F_GETFL);
	struct gb_copy *copy;

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
		gb_error_set(err, GPUBADGE_E_IO, "%s: not open for writing; nothing was passed on",
			     name);
		err->sys_errno = EBADF;
		return GPUBADGE_E_IO;
	}
	copy = calloc(1, sizeof(*copy));
	if (!copy)
		return gb_error_set_nomem(err);
	copy->buffer = aligned_alloc(PAGE, BUFFER_BYTES);
	if (!copy->buffer) {
		free(copy);
		return gb_error_set_nomem(err);
	}
	copy->source.ops = &copy_ops;
	copy->from = from;
	copy->to = to;
	copy->name = name;
	copy->duplicate = (struct way){transfer_tee, true};
	copy->move = (struct way){transfer_splice, true};
	widen_pipe(from);
	widen_pipe(to);
	*ret_copy = copy;
	return GPUBADGE_OK;
}

void gb_copy_free(struct gb_copy *copy)
{
	if (!copy)
		return;
	free(copy->buffer);
	free(copy);
}

void gb_copy_freep(struct gb_copy **copy)
{
	gb_copy_free(*copy);
}

enum gpubadge_code gb_source_open_copy(struct gb_copy *copy, const struct gpubadge_limits *limits,
				       struct gb_source **ret_source, struct gpubadge_error *err)
{
	return gb_source_open_packed(&copy->source, limits, ret_source, err);
}

enum gpubadge_code gb_copy_rest(struct gb_copy *copy, struct gpubadge_error *err)
{
	size_t got;

	if (copy->unreadable || copy->failure.code)
		return GPUBADGE_OK;
	do {
		while (transfer(copy, &copy->move, MOVE_MOST) > 0)
			continue;
		if (take(copy, copy->buffer, BUFFER_BYTES, &got, err))
			return err->code;
	} while (got > 0);
	return GPUBADGE_OK;
}

const struct gpubadge_error *gb_copy_failure(const struct gb_copy *copy)
{
	return copy->failure.code ? &copy->failure : NULL;
}
