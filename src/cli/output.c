/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool cli_output_open(struct cli_output *output, const char *path)
{
	*output = (struct cli_output){.path = path, .descriptor = -1, .stream = stdout};
	if (path)
		output->stream = open_memstream(&output->buffer, &output->size);
	else
		output->is_terminal = isatty(STDOUT_FILENO);
	if (!output->stream)
		cli_complain("out of memory");
	return output->stream != NULL;
}

/* The N of "fd:N"; false after a message. */
static bool parse_descriptor(const char *place, int *ret_descriptor)
{
	const char *digits = place + strlen("fd:");
	size_t length = strspn(digits, "0123456789");
	int descriptor = length > 0 && length < 10 ? atoi(digits) : -1;
	int flags;

	if (descriptor < 0 || digits[length] != '\0') {
		cli_complain("--report takes FILE or fd:N, N a number, not \"%s\"; a file of that "
			     "name is ./%s",
			     place, place);
		return false;
	}
	if (descriptor == STDOUT_FILENO) {
		cli_complain("--report %s: standard output carries the image; open another "
			     "descriptor, as in: --report fd:3 3>FILE",
			     place);
		return false;
	}
	flags = fcntl(descriptor, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
		cli_complain("--report %s: not open for writing; open it, as in: --report fd:3 "
			     "3>FILE",
			     place);
		return false;
	}
	*ret_descriptor = descriptor;
	return true;
}

bool cli_output_open_place(struct cli_output *output, const char *place)
{
	int descriptor = -1;

	if (strncmp(place, "fd:", strlen("fd:")) == 0 && !parse_descriptor(place, &descriptor))
		return false;
	if (!cli_output_open(output, place))
		return false;
	output->descriptor = descriptor;
	return true;
}

void cli_output_write(struct cli_output *output, const char *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, output->stream) < size && !output->error)
		output->error = errno;
}

void cli_output_write_foreign(struct cli_output *output, const char *bytes, size_t size)
{
	if (!output->is_terminal) {
		cli_output_write(output, bytes, size);
		return;
	}
	/* A config is JSON: what is not printable ASCII or white space is inside strings. */
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if ((byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\t')
			putc(byte, output->stream);
		else
			fprintf(output->stream, "\\x%02x", byte);
	}
}

static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		else if (written < 0 && errno != EINTR)
			return false;
		if (written < 0)
			continue;
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

/* Creates a new file beside PATH, so that rename() can put it in place; its name into
 * TEMPORARY. Permissions are those of a file that open() makes. */
static int create_beside(const char *path, char *temporary, size_t size)
{
	for (unsigned attempt = 0; attempt < 100; attempt++) {
		int length = snprintf(temporary, size, "%s.%ld.%u.part", path, (long)getpid(),
				      attempt);
		int fd;

		if (length < 0 || (size_t)length >= size) {
			errno = ENAMETOOLONG;
			return -1;
		}
		fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* OLD is what is at PATH now, or NULL; its permissions are kept. */
static bool replace_file(const struct cli_output *output, const char *path, const struct stat *old)
{
	char temporary[4096];
	int fd = create_beside(path, temporary, sizeof(temporary));
	bool good;

	if (fd < 0)
		return false;
	if (old)
		fchmod(fd, old->st_mode & 07777);
	good = write_all(fd, output->buffer, output->size);
	good = close(fd) == 0 && good;
	good = good && rename(temporary, path) == 0;
	if (!good) {
		int number = errno;

		unlink(temporary);
		errno = number;
	}
	return good;
}

/* A device or a pipe cannot be replaced; it is written to. */
static bool write_through(const struct cli_output *output)
{
	int fd = open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	bool good = fd >= 0 && write_all(fd, output->buffer, output->size);

	return fd >= 0 && close(fd) == 0 && good;
}

static bool put_in_place(const struct cli_output *output)
{
	struct stat status;
	bool there = stat(output->path, &status) == 0;
	char *target;
	bool good;

	if (there && S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return false;
	}
	if (there && !S_ISREG(status.st_mode))
		return write_through(output);
	/* What a symbolic link leads to is replaced, not the link. */
	target = there ? realpath(output->path, NULL) : NULL;
	good = replace_file(output, target ? target : output->path, there ? &status : NULL);
	free(target);
	return good;
}

bool cli_output_close(struct cli_output *output)
{
	bool good;

	if (!output->path) {
		if (fflush(stdout) != 0 && !output->error)
			output->error = errno;
		if (output->error)
			cli_complain("cannot write to standard output: %s",
				     strerror(output->error));
		return !output->error;
	}
	good = !ferror(output->stream);
	good = fclose(output->stream) == 0 && good;
	if (!good)
		cli_complain("out of memory");
	if (good && output->size > 0) {
		good = output->descriptor >= 0
			       ? write_all(output->descriptor, output->buffer, output->size)
			       : put_in_place(output);
		if (!good)
			cli_complain("cannot write %s: %s", output->path, strerror(errno));
	}
	free(output->buffer);
	return good;
}
