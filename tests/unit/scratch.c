/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"

static char directory[PATH_MAX];

void scratch_enter(void)
{
	char relative[] = "scratch-XXXXXX";

	cr_assert_not_null(mkdtemp(relative));
	cr_assert_not_null(realpath(relative, directory));
	cr_assert_eq(chdir(directory), 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

void scratch_leave(void)
{
	if (directory[0] == '\0')
		return;
	cr_expect_eq(chdir(".."), 0);
	cr_expect_eq(nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static int write_all(int fd, struct gb_span content, size_t chunk)
{
	while (content.len > 0) {
		size_t want = content.len < chunk ? content.len : chunk;
		ssize_t done = write(fd, content.ptr, want);

		if (done < 0)
			return -1;
		content = gb_span_from(content, (size_t)done);
	}
	return 0;
}

void scratch_file(const char *path, struct gb_span content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(write_all(fd, content, SIZE_MAX / 2), 0);
	cr_assert_eq(close(fd), 0);
}

void scratch_text(const char *path, const char *content)
{
	scratch_file(path, gb_span_of(content));
}

void scratch_directory(const char *path)
{
	cr_assert_eq(mkdir(path, 0755), 0, "%s", path);
}

void scratch_symlink(const char *target, const char *path)
{
	cr_assert_eq(symlink(target, path), 0, "%s", path);
}

void scratch_fifo(const char *path)
{
	cr_assert_eq(mkfifo(path, 0644), 0, "%s", path);
}

int scratch_memory(struct gb_span content)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write_all(fd, content, SIZE_MAX / 2), 0);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

int scratch_pipe(struct gb_span content, size_t chunk, int *ret_fd)
{
	int ends[2];
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		close(ends[0]);
		/* Without the exit handlers of the test's framework. */
		_exit(write_all(ends[1], content, chunk) ? 1 : 0);
	}
	close(ends[1]);
	*ret_fd = ends[0];
	return child;
}

int scratch_wait(int child)
{
	int status = -1;

	cr_assert_eq(waitpid(child, &status, 0), child);
	return status;
}
