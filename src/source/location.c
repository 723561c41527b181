/* SPDX-License-Identifier: Apache-2.0 */
#include "source/location.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *name;
	enum gb_transport transport;
} transports[] = {
	{"docker-archive", GB_TRANSPORT_DOCKER_ARCHIVE},
	{"oci-archive", GB_TRANSPORT_OCI_ARCHIVE},
	{"oci", GB_TRANSPORT_OCI},
	{"dir", GB_TRANSPORT_DIR},
};

/* Transports of containers-transports(5) that this program does not read, and what to do. */
static const struct {
	const char *prefix;
	const char *advice;
} elsewhere[] = {
	{"docker://", "pipe the image in: skopeo copy %s docker-archive:/dev/stdout | gpubadge -"},
	{"docker-daemon:", "pipe the image in: docker save NAME | gpubadge -"},
	{"containers-storage:", "pipe the image in: podman save NAME | gpubadge -"},
	{"atomic:", "pipe the image in: skopeo copy %s docker-archive:/dev/stdout | gpubadge -"},
	{"ostree:", "pipe the image in: skopeo copy %s docker-archive:/dev/stdout | gpubadge -"},
	{"sif:", "pipe the image in: skopeo copy %s docker-archive:/dev/stdout | gpubadge -"},
	{"tarball:", "a root file system carries no environment"},
};

const char *gb_transport_name(enum gb_transport transport)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(transports); i++)
		if (transports[i].transport == transport)
			return transports[i].name;
	return NULL;
}

static bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

static enum gpubadge_code refuse_elsewhere(const char *argument, struct gpubadge_error *err)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(elsewhere); i++) {
		char advice[512];
		const char *prefix = elsewhere[i].prefix;
		const char *percent = strstr(elsewhere[i].advice, "%s");

		if (strncmp(argument, prefix, strlen(prefix)) != 0)
			continue;
		if (percent)
			snprintf(advice, sizeof(advice), "%.*s%.300s%s",
				 (int)(percent - elsewhere[i].advice), elsewhere[i].advice,
				 argument, percent + 2);
		else
			snprintf(advice, sizeof(advice), "%s", elsewhere[i].advice);
		return gb_error_set(err, GPUBADGE_E_UNSUPPORTED, "%s is not read; %s", prefix,
				    advice);
	}
	return GPUBADGE_OK;
}

/* PATH[:REFERENCE] of the archive and oci transports: the path ends at the first colon, unless
 * the whole is a file. dir: has no reference. */
static enum gpubadge_code split_reference(const char *rest, struct gb_arena *arena,
					  struct gb_location *location, struct gpubadge_error *err)
{
	const char *colon = strchr(rest, ':');

	location->path = rest;
	if (!colon || location->transport == GB_TRANSPORT_DIR || exists(rest))
		return GPUBADGE_OK;
	location->path = gb_arena_copy(arena, (struct gb_span){rest, (size_t)(colon - rest)}, err);
	if (colon[1] != '\0')
		location->reference = colon + 1;
	return err->code;
}

enum gpubadge_code gb_location_parse(const char *argument, struct gb_arena *arena,
				     struct gb_location *ret_location, struct gpubadge_error *err)
{
	struct gb_location location = {GB_TRANSPORT_ANY, argument, NULL};

	if (!exists(argument)) {
		for (size_t i = 0; i < GB_ARRAY_LEN(transports); i++) {
			size_t len = strlen(transports[i].name);

			if (strncmp(argument, transports[i].name, len) != 0 || argument[len] != ':')
				continue;
			location.transport = transports[i].transport;
			if (split_reference(argument + len + 1, arena, &location, err))
				return err->code;
		}
		if (location.transport == GB_TRANSPORT_ANY && refuse_elsewhere(argument, err))
			return err->code;
	}
	if (location.path[0] == '\0')
		return gb_error_set(err, GPUBADGE_E_USAGE, "no path given");
	*ret_location = location;
	return GPUBADGE_OK;
}

/* What to try when there is no such file: people type the names Docker knows, or leave the
 * transport out before a reference. */
static enum gpubadge_code no_such_file(const char *path, struct gpubadge_error *err)
{
	size_t len = strcspn(path, ":");
	char before[4096];

	snprintf(before, sizeof(before), "%.*s", (int)(len < 4095 ? len : 4095), path);
	if (path[len] == ':' && exists(before))
		return gb_error_set(err, GPUBADGE_E_IO,
				    "no such file; to pick an image inside %.200s use --ref %.200s",
				    before, path + len + 1);
	if (path[0] == '.' || path[0] == '/' || (path[len] == '\0' && strchr(path, '.')))
		return gb_error_set_errno(err, GPUBADGE_E_IO, ENOENT, "cannot open");
	return gb_error_set(err, GPUBADGE_E_IO,
			    "no such file; for an image of that name write: docker save %.200s | "
			    "gpubadge -",
			    path);
}

enum gpubadge_code gb_location_check(int fd, bool *ret_is_directory, struct gpubadge_error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot stat");
	if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
		return gb_error_set(err, GPUBADGE_E_NOT_IMAGE, "is a device, not an image");
	*ret_is_directory = S_ISDIR(status.st_mode);
	return GPUBADGE_OK;
}

enum gpubadge_code gb_location_open(const struct gb_location *location, int *ret_fd,
				    bool *ret_is_directory, struct gpubadge_error *err)
{
	int fd = open(location->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && errno == ENOENT && location->transport == GB_TRANSPORT_ANY)
		return no_such_file(location->path, err);
	if (fd < 0)
		return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot open");
	if (gb_location_check(fd, ret_is_directory, err)) {
		close(fd);
		return err->code;
	}
	*ret_fd = fd;
	return GPUBADGE_OK;
}
